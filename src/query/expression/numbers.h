// SPDX-License-Identifier: MIT
// Conversions of numbers as Go makes them on x86-64.
#pragma once

#include <cstdint>

namespace efd::query {

// Truncated; the lowest integer for what does not fit, and for NaN.
inline int64_t to_integer(double value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(value >= -kLimit && value < kLimit)) return INT64_MIN;
  return static_cast<int64_t>(value);
}

}  // namespace efd::query
