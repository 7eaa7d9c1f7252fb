// SPDX-License-Identifier: MIT
// Tells a loop when a socket can be read or written: what Asio does for connections and listeners.
// For net's own .cc files, on the loop's thread.
#pragma once

#include <functional>
#include <memory>

#include "net/descriptor.h"
#include "net/reactor.h"

namespace efd::net {

class Readiness {
 public:
  // Takes the socket, which must be non-blocking.
  Readiness(Reactor& reactor, Descriptor socket);
  ~Readiness();

  int socket() const;  // -1 once closed
  // Calls `ready` once, with false if the socket has failed or was closed meanwhile.
  void await_input(std::function<void(bool)> ready);
  void await_output(std::function<void(bool)> ready);
  void close();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace efd::net
