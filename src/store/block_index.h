// SPDX-License-Identifier: MIT
// The head of a block: which columns it has, and where each lies (docs/formats/store.md).
//
//   header | stripe | stripe | ...
//
// Encoded columns lie one behind the other, the times first, in order of column id. They are
// grouped into stripes of some kilobytes, each with a checksum: what a reader of few columns takes
// off the disk. A wide array is several sections of at most 64 elements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "rows/layout.h"

namespace efd::store {

// A stripe ends with the column that makes it so long.
constexpr size_t kStripeBytes = 8 << 10;

// One encoded column, or some elements of an array.
struct BlockSection {
  uint32_t column_id = 0;
  rows::ColumnType type = rows::ColumnType::integer;
  bool is_array = false;
  uint32_t first = 0;  // element
  uint32_t elements = 1;
  uint32_t bytes = 0;
  // Not on disk:
  uint32_t stripe = 0;
  uint32_t offset = 0;  // in the stripe
};

struct BlockStripe {
  uint32_t bytes = 0;
  uint32_t crc32c = 0;
  uint32_t offset = 0;  // behind the header; not on disk
};

struct BlockIndex {
  uint32_t rows = 0;
  uint32_t time_bytes = 0;  // at the start of stripe 0
  uint32_t first_series = 0;
  uint32_t series_bytes = 0;           // behind the times; 0: all rows are of the first series
  std::vector<BlockSection> sections;  // in order of column id, then element
  std::vector<BlockStripe> stripes;

  // Fills in what is not on disk: stripes from the sections' sizes.
  void arrange();
  void append_to(std::string& out) const;
  // `give_up` when damaged.
  static Result<BlockIndex> parse(std::string_view header);
  // The section with that element of that column, or null.
  const BlockSection* find(uint32_t column_id, uint32_t element) const;

 private:
  Result<> read_sections(ByteReader& from);
  Result<> read_stripes(ByteReader& from);
  bool place_sections();
};

}  // namespace efd::store
