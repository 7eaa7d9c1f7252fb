// SPDX-License-Identifier: MIT
// For tests: a plain blocking TCP client.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/address.h"
#include "net/descriptor.h"

namespace efd::net {

// A plain blocking client.
class TestClient {
 public:
  explicit TestClient(const Address& to) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void end_sending() { ::shutdown(socket_.get(), SHUT_WR); }
  void hang_up() { socket_ = Descriptor(); }
  void reset() {
    linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    hang_up();
  }
  // What came until `size` bytes were there or the server closed.
  std::string receive(size_t size) {
    std::string all;
    char part[65536];
    while (all.size() < size) {
      ssize_t got = ::recv(socket_.get(), part, std::min(sizeof part, size - all.size()), 0);
      was_reset_ = got < 0 && errno == ECONNRESET;
      if (got <= 0) break;
      all.append(part, static_cast<size_t>(got));
    }
    return all;
  }
  std::string receive_all() { return receive(std::string::npos); }
  // The last receive ended so: the server did not close in an orderly way.
  bool was_reset() const { return was_reset_; }

 private:
  Descriptor socket_;
  bool connected_ = false;
  bool was_reset_ = false;
};

}  // namespace efd::net
