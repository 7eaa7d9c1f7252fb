// SPDX-License-Identifier: MIT
#include "net/resolve.h"

#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

namespace efd::net {

Result<std::vector<SocketAddress>> resolve(const Address& address, Resolve purpose) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (purpose == Resolve::to_listen ? AI_PASSIVE : 0);
  addrinfo* list = nullptr;
  int error =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &list);
  if (error != 0) {
    ErrorCode code = error == EAI_AGAIN ? ErrorCode::retry : ErrorCode::bad_input;
    return fail(code, "host '{}': {}", address.host, ::gai_strerror(error));
  }
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
  std::vector<SocketAddress> found;
  for (const addrinfo* info = list; info != nullptr; info = info->ai_next) {
    SocketAddress& one = found.emplace_back();
    std::memcpy(&one.storage, info->ai_addr, info->ai_addrlen);
    one.size = info->ai_addrlen;
  }
  return found;
}

Address to_address(const sockaddr_storage& storage) {
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    // An IPv4 peer of an IPv6 socket: 127.0.0.1 and not ::ffff:127.0.0.1, which it could not dial.
    constexpr size_t kMappedPrefix = 12;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      ::inet_ntop(AF_INET, v6.sin6_addr.s6_addr + kMappedPrefix, text, sizeof text);
    } else {
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    return {text, ntohs(v6.sin6_port)};
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
  ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  return {text, ntohs(v4.sin_port)};
}

}  // namespace efd::net
