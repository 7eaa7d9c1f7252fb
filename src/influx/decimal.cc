// SPDX-License-Identifier: MIT
#include "influx/decimal.h"

#include <array>
#include <charconv>

#include "base/check.h"

namespace efd::influx {

std::string fixed_decimal(double value) {
  std::array<char, 400> buffer;  // 309 digits, or "-0." and 323 zeros and 17 digits.
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  EFD_CHECK(error == std::errc());
  return std::string(buffer.data(), end);
}

}  // namespace efd::influx
