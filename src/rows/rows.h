// SPDX-License-Identifier: MIT
// Rows: N rows of one Layout, column by column, with their times.
//
// A column's values are its *elements*, one behind the other: a scalar column has one element a row
// (null or not), an array column any number of them, delimited by `array_ends`. Elements of fixed
// width lie packed in native byte order, so that a decoder can copy whole arrays; strings lie
// packed with their ends.
//
//   Rows rows(layout);
//   rows.column(0).append<double>(1.5);
//   rows.column(1).append_elements(floats.data(), n);   // elements of an array column
//   rows.column(1).end_array();
//   rows.end_row(UtcTime::from_ms(1));
#pragma once

#include <bit>
#include <cstring>
#include <span>
#include <string_view>

#include "base/time.h"
#include "rows/byte_buffer.h"
#include "rows/layout.h"

namespace efd::rows {

// The values of one column. Not thread-safe.
class ColumnValues {
 public:
  explicit ColumnValues(const Column& column)
      : width_(static_cast<uint32_t>(width_of(column.type))),
        shift_(static_cast<uint8_t>(std::countr_zero(width_ | 8))),
        is_array_(column.is_array) {}

  // Elements so far (of an array column: of all its rows together).
  size_t elements() const { return width_ ? fixed_.size() >> shift_ : string_ends_.size(); }

  // `T` must be the column's type, as for fixed().
  template <class T>
  void append(T value) {
    std::memcpy(fixed_.extend(sizeof value), &value, sizeof value);
  }
  // `n` values of this column's type; `from` need not be aligned.
  template <class T>
  void append_elements(const T* from, size_t n) {
    append_raw(reinterpret_cast<const char*>(from), n);
  }
  void append_raw(const char* from, size_t n) { fixed_.append(from, n * width_); }
  void append_string(std::string_view text) {
    chars_.append(text.data(), text.size());
    string_ends_.push_back(static_cast<uint32_t>(chars_.size()));
  }
  // One null element. It reads as zero or "".
  void append_null();
  // Ends the array of this row; array columns only.
  void end_array() { array_ends_.push_back(static_cast<uint32_t>(elements())); }

  // Reading. `T` must be the column's type: int64_t, double, float, uint8_t.
  template <class T>
  std::span<const T> fixed() const {
    return {reinterpret_cast<const T*>(fixed_.data()), fixed_.size() / sizeof(T)};
  }
  std::string_view fixed_bytes() const { return fixed_.view(); }
  std::string_view string_at(size_t element) const {
    uint32_t begin = element ? string_ends_[element - 1] : 0;
    return {chars_.data() + begin, string_ends_[element] - begin};
  }
  std::span<const uint32_t> string_ends() const { return string_ends_; }
  std::string_view chars() const { return chars_.view(); }
  // False: no null among the elements, is_null need not be asked.
  bool has_nulls() const { return !nulls_.empty(); }
  bool is_null(size_t element) const { return element < nulls_.size() && nulls_[element]; }
  // Elements of `row`: [first, second).
  std::pair<size_t, size_t> elements_of(size_t row) const {
    if (!is_array_) return {row, row + 1};
    return {row ? array_ends_[row - 1] : 0, array_ends_[row]};
  }
  std::span<const uint32_t> array_ends() const { return array_ends_; }
  size_t bytes() const;  // memory in use, roughly

  void clear();
  // Drops all behind the first `rows` rows, whatever an unfinished row has left.
  void truncate_rows(size_t rows);

 private:
  ByteBuffer fixed_;
  uint32_t width_;  // bytes of an element; 0: strings
  uint8_t shift_;   // width_ = 1 << shift_
  bool is_array_;
  ByteBuffer chars_;
  std::vector<uint32_t> string_ends_;
  std::vector<uint32_t> array_ends_;
  // One byte an element, 1: null. Ends behind the last null; empty: no null at all.
  std::vector<uint8_t> nulls_;
};

// Not thread-safe. clear() keeps the memory, so a decoder reuses one Rows for all its batches.
class Rows {
 public:
  explicit Rows(std::shared_ptr<const Layout> layout);

  const Layout& layout() const { return *layout_; }
  const std::shared_ptr<const Layout>& shared_layout() const { return layout_; }
  size_t size() const { return times_ns_.size(); }
  bool empty() const { return times_ns_.empty(); }

  ColumnValues& column(size_t i) { return columns_[i]; }
  std::span<ColumnValues> columns() { return columns_; }
  const ColumnValues& column(size_t i) const { return columns_[i]; }
  // UTC nanoseconds of each row.
  std::span<const int64_t> times_ns() const { return times_ns_; }

  // Ends a row into which every column has put its element (or ended its array).
  void end_row(UtcTime time) { times_ns_.push_back(time.ns()); }
  // Takes back what was appended since the last end_row: a record that fails leaves no partial row.
  void drop_unfinished_row() { truncate(size()); }
  void truncate(size_t rows);
  void clear();
  size_t bytes() const;

 private:
  std::shared_ptr<const Layout> layout_;
  std::vector<ColumnValues> columns_;
  std::vector<int64_t> times_ns_;
};

}  // namespace efd::rows
