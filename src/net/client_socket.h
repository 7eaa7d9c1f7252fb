// SPDX-License-Identifier: MIT
// The client's end of a TCP connection, for threads that may wait.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "net/address.h"
#include "net/descriptor.h"

namespace efd::net {

using Deadline = std::chrono::steady_clock::time_point;

// Used by one thread at a time, but for shut_down. Every wait ends at its deadline, with `retry`.
class ClientSocket {
 public:
  // Tries the host's addresses in turn. `retry`: nobody listens there, or no route; the message is
  // the system's ("Connection refused"). bad_input: no such host.
  static Result<ClientSocket> connect(const Address& address, Deadline deadline);

  Result<> send(std::string_view bytes, Deadline deadline);
  // How many bytes have come, at most `size`; 0 when the other side has closed.
  Result<size_t> receive(char* into, size_t size, Deadline deadline);
  // False when the other side has closed. Call it only when no answer is expected.
  bool seems_open() const;
  // Ends the connection both ways, and with it a wait in send or receive. From any thread.
  void shut_down();

 private:
  explicit ClientSocket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  Descriptor descriptor_;
};

}  // namespace efd::net
