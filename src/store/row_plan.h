// SPDX-License-Identifier: MIT
// How a row of one layout lies in memory before it is encoded: its *row image*.
//
//   null bits, one a scalar column | scalars, 1, 4 or 8 bytes each | strings and arrays
//
// Of a layout with tags the number of the row's series, 4 bytes, stands behind the scalars.
//
// A string or array column has a `Span` among the scalars that says where its bytes are. Elements
// of an array lie packed, so that a row with 900 floats is one copy; an array of strings is a u32
// length each, then the characters. If elements are null, one byte each follows them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rows/layout.h"

namespace efd::store {

// Where the bytes of a string or array are; an array's `count` has kHasNulls set when null bytes
// follow its elements.
struct Span {
  uint32_t offset;  // from the row's start
  uint32_t count;   // bytes of a string, elements of an array
};
constexpr uint32_t kHasNulls = 1u << 31;

struct Slot {
  static constexpr uint32_t kNoColumn = UINT32_MAX;
  rows::ColumnType type;
  bool is_array;
  uint8_t width;        // of an element; 0 for strings
  uint32_t offset;      // of the scalar or Span, from the row's start
  uint32_t column_id;   // in the measurement's catalog; of a tag nothing
  bool is_tag = false;  // it is not in the image: the row's series says what it is
};

// Immutable; thread-safe.
class RowPlan {
 public:
  // `column_ids`: of each column of the layout.
  RowPlan(std::shared_ptr<const rows::Layout> layout, std::vector<uint32_t> column_ids);

  const std::shared_ptr<const rows::Layout>& layout() const { return layout_; }
  const std::vector<Slot>& slots() const { return slots_; }  // by column of the layout
  bool has_tags() const { return !tags_.empty(); }
  // Columns of the layout, by what they are called.
  const std::vector<uint32_t>& tags() const { return tags_; }
  uint32_t series_offset() const { return series_offset_; }
  uint32_t fixed_bytes() const { return fixed_bytes_; }
  uint32_t null_bytes() const { return null_bytes_; }
  // Scalars by width, so that a loop over one of them has no branch.
  const std::vector<uint32_t>& wide() const { return wide_; }          // 8 bytes
  const std::vector<uint32_t>& narrow() const { return narrow_; }      // 4 bytes
  const std::vector<uint32_t>& bytes() const { return bytes_; }        // 1 byte
  const std::vector<uint32_t>& variable() const { return variable_; }  // strings and arrays
  // The column of the layout with that id, or -1.
  int find(uint32_t column_id) const { return column_id < by_id_.size() ? by_id_[column_id] : -1; }

 private:
  uint32_t place(const std::vector<uint32_t>& columns, uint32_t offset, uint32_t size);

  std::shared_ptr<const rows::Layout> layout_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> wide_, narrow_, bytes_, variable_;
  std::vector<int> by_id_;
  std::vector<uint32_t> tags_;
  uint32_t series_offset_ = 0;
  uint32_t null_bytes_ = 0;
  uint32_t fixed_bytes_ = 0;
};

}  // namespace efd::store
