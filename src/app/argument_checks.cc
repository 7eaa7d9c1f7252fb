// SPDX-License-Identifier: MIT
#include "app/argument_checks.h"

#include <charconv>
#include <cmath>

#include "http/client.h"
#include "net/address.h"

namespace efd::app {
namespace {

Result<double> parse_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || !std::isfinite(number))
    return fail(ErrorCode::bad_input, "'{}' is not a number", text);
  return number;
}

}  // namespace

Result<> check_at_least_zero(std::string_view text) {
  EFD_ASSIGN(const double number, parse_number(text));
  if (number < 0) return fail(ErrorCode::bad_input, "{} is less than 0", text);
  return {};
}

Result<> check_above_zero(std::string_view text) {
  EFD_ASSIGN(const double number, parse_number(text));
  if (number <= 0) return fail(ErrorCode::bad_input, "{} is not above 0", text);
  return {};
}

Result<> check_address(std::string_view text) {
  EFD_TRY(net::parse_address(text));
  return {};
}

// Where there is no port, librdkafka takes Kafka's own.
Result<> check_brokers(std::string_view text) {
  const bool has_gap = text.empty() || text.starts_with(',') || text.ends_with(',') ||
                       text.find(",,") != std::string_view::npos;
  if (has_gap) return fail(ErrorCode::bad_input, "'{}' is not HOST:PORT,...", text);
  return {};
}

Result<> check_broker_setting(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return fail(ErrorCode::bad_input, "'{}' is not NAME=VALUE", text);
  return {};
}

Result<> check_url(std::string_view text) {
  EFD_TRY(http::Client::open(text));
  return {};
}

}  // namespace efd::app
