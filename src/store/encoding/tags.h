// SPDX-License-Identifier: MIT
// The first byte of every encoded column: how the rest is to be read. These numbers are on disk and
// are never given another meaning (docs/formats/store.md); a reader that meets one that it does not
// know says so and reads nothing of that column.
#pragma once

#include <cstdint>

namespace efd::store::encoding {

enum class Tag : uint8_t {
  constant = 1,
  run_length = 2,
  frame_of_reference = 3,
  delta = 4,
  raw = 5,
  nullable = 6,  // which rows are null, then a column
  dictionary = 16,
  raw_strings = 17,
  array = 32,
};

}  // namespace efd::store::encoding
