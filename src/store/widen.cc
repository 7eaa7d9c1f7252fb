// SPDX-License-Identifier: MIT
#include "store/widen.h"

#include <bit>

#include "store/finite.h"

namespace efd::store {
namespace {

// A signalling NaN stays what it is: the payload moves up, as the bits would without arithmetic.
double widened(uint32_t bits) {
  if ((bits & 0x7fffffff) <= 0x7f800000) return static_cast<double>(std::bit_cast<float>(bits));
  uint64_t sign = static_cast<uint64_t>(bits >> 31) << 63;
  uint64_t payload = static_cast<uint64_t>(bits & 0x7fffff) << 29;
  return std::bit_cast<double>(sign | 0x7ff0000000000000 | payload);
}

// Returns whether all are numbers: found on the way, where it costs nothing.
bool copy_floats(std::span<const uint64_t> words, double* to) {
  uint64_t rest = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    to[i] = std::bit_cast<double>(words[i]);
    rest |= finite_rest(to[i]);
  }
  return rest == 0;
}

}  // namespace

void widen(std::span<const uint64_t> words, rows::ColumnType type, DecodedColumn& column) {
  column.all_null = false;
  switch (type) {
    case rows::ColumnType::integer:
      column.integers.assign(words.begin(), words.end());
      return;
    case rows::ColumnType::boolean:
      column.booleans.assign(words.begin(), words.end());
      return;
    case rows::ColumnType::float64:
      column.floats.resize(words.size());
      column.finite = copy_floats(words, column.floats.data());
      return;
    case rows::ColumnType::float32:
      column.floats.resize(words.size());
      for (size_t i = 0; i < words.size(); ++i)
        column.floats[i] = widened(static_cast<uint32_t>(words[i]));
      column.finite = all_finite(column.floats);
      return;
    case rows::ColumnType::string:
      return;
  }
}

}  // namespace efd::store
