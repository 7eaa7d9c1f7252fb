// SPDX-License-Identifier: MIT
// "HOST:PORT", as the command line and the configuration write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace efd::net {

// `host` is a name, an IPv4 address, or an IPv6 address without its brackets.
struct Address {
  std::string host;
  uint16_t port = 0;  // 0 when listening: any free port

  std::string to_string() const;  // "127.0.0.1:9092", "[::1]:9092"
  bool operator==(const Address&) const = default;
};

// Takes "127.0.0.1:9092", "localhost:9092", "[::1]:9092". bad_input: no port, a port that is no
// number up to 65535, an empty host, an IPv6 address without brackets.
Result<Address> parse_address(std::string_view text);

}  // namespace efd::net
