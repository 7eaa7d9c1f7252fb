// SPDX-License-Identifier: MIT
#include "net/client_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "net/resolve.h"

namespace efd::net {

namespace {

tl::unexpected<Error> system_error(int error) {
  return fail(ErrorCode::retry, "{}", std::strerror(error));
}

// Waits until `events` (POLLIN, POLLOUT) or an error can be taken from the socket.
Result<> await(int fd, short events, Deadline deadline) {
  while (true) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wanted{fd, events, 0};
    int timeout_ms = static_cast<int>(std::clamp<int64_t>(left.count(), 0, 1 << 30));
    int ready = ::poll(&wanted, 1, timeout_ms);
    if (ready > 0) return {};
    if (ready == 0) return fail(ErrorCode::retry, "timed out");
    if (errno != EINTR) return system_error(errno);
  }
}

Result<Descriptor> connect_to(const SocketAddress& to, Deadline deadline) {
  Descriptor socket(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return system_error(errno);
  int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket.get(), to.get(), to.size) == 0) return socket;
  if (errno != EINPROGRESS) return system_error(errno);
  EFD_TRY(await(socket.get(), POLLOUT, deadline));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return system_error(error);
  return socket;
}

}  // namespace

Result<ClientSocket> ClientSocket::connect(const Address& address, Deadline deadline) {
  EFD_ASSIGN(std::vector<SocketAddress> found, resolve(address, Resolve::to_connect));
  Result<Descriptor> socket = connect_to(found.front(), deadline);
  for (size_t i = 1; i < found.size() && !socket; ++i) socket = connect_to(found[i], deadline);
  if (!socket) return fail(socket.error());
  return ClientSocket(std::move(*socket));
}

Result<> ClientSocket::send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      EFD_TRY(await(descriptor_.get(), POLLOUT, deadline));
    } else if (errno != EINTR) {
      return system_error(errno);
    }
  }
  return {};
}

Result<size_t> ClientSocket::receive(char* into, size_t size, Deadline deadline) {
  while (true) {
    ssize_t got = ::recv(descriptor_.get(), into, size, 0);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EAGAIN) {
      EFD_TRY(await(descriptor_.get(), POLLIN, deadline));
    } else if (errno != EINTR) {
      return system_error(errno);
    }
  }
}

bool ClientSocket::seems_open() const {
  char byte;
  return ::recv(descriptor_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

void ClientSocket::shut_down() {
  ::shutdown(descriptor_.get(), SHUT_RDWR);
}

}  // namespace efd::net
