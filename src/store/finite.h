// SPDX-License-Identifier: MIT
// Which doubles are numbers: NaN and the infinities are stored as they come, but InfluxQL does not
// see them.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace efd::store {

// No bit is set of a number; some are of NaN and the infinities. (x - x is +0, else NaN.)
inline uint64_t finite_rest(double value) {
  return std::bit_cast<uint64_t>(value - value);
}

// Is none of `values` NaN or infinite?
bool all_finite(std::span<const double> values);

// Sets `nulls` (one byte a row, 1 = null) to 1 where the value is NaN or infinite, and where it
// was null already. `were_null` may be empty: no row was.
void mark_not_finite(std::span<const double> values, std::span<const uint8_t> were_null,
                     std::vector<uint8_t>& nulls);

}  // namespace efd::store
