// SPDX-License-Identifier: MIT
// Words: how every value but a string is encoded, 64 bits each. An integer is itself, a double its
// IEEE bits, a float its 32 bits, a boolean 0 or 1.
#pragma once

#include <cstdint>
#include <span>

#include "rows/layout.h"
#include "store/decoded.h"

namespace efd::store {

// Puts words of a column of `type` into the vector of its field type: a float becomes the double
// that it is, bit patterns of NaN included.
void widen(std::span<const uint64_t> words, rows::ColumnType type, DecodedColumn& column);

}  // namespace efd::store
