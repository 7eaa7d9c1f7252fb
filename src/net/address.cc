// SPDX-License-Identifier: MIT
#include "net/address.h"

#include <charconv>

namespace efd::net {

namespace {

Result<uint16_t> parse_port(std::string_view text, std::string_view whole) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::bad_input, "address '{}': the port must be a number from 0 to 65535",
                whole);
  }
  return port;
}

}  // namespace

std::string Address::to_string() const {
  bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<Address> parse_address(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::bad_input, "address '{}': expected HOST:PORT", text);
  }
  std::string_view host = text.substr(0, colon);
  bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || (!bracketed && host.find_first_of(":[]") != std::string_view::npos)) {
    return fail(ErrorCode::bad_input, "address '{}': expected HOST:PORT or [IPV6]:PORT", text);
  }
  EFD_ASSIGN(uint16_t port, parse_port(text.substr(colon + 1), text));
  return Address{std::string(host), port};
}

}  // namespace efd::net
