// SPDX-License-Identifier: MIT
// Names to socket addresses and back. For net's own .cc files.
#pragma once

#include <vector>

#include <sys/socket.h>

#include "net/address.h"

namespace efd::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

enum class Resolve { to_listen, to_connect };

// At least one address, in the order to try; bad_input: no such host. May block (DNS).
Result<std::vector<SocketAddress>> resolve(const Address& address, Resolve purpose);

// Numeric; an IPv4 address that is mapped into IPv6 as the IPv4 address that it is.
Address to_address(const sockaddr_storage& storage);

}  // namespace efd::net
