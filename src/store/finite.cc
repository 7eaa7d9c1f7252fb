// SPDX-License-Identifier: MIT
#include "store/finite.h"

#include <cmath>

namespace efd::store {
bool all_finite(std::span<const double> values) {
  uint64_t rest = 0;
  for (double value : values) rest |= finite_rest(value);
  return rest == 0;
}

void mark_not_finite(std::span<const double> values, std::span<const uint8_t> were_null,
                     std::vector<uint8_t>& nulls) {
  nulls.assign(were_null.begin(), were_null.end());
  nulls.resize(values.size(), 0);
  for (size_t i = 0; i < values.size(); ++i) {
    nulls[i] |= static_cast<uint8_t>(!std::isfinite(values[i]));
  }
}

}  // namespace efd::store
