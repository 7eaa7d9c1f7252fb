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

#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rows/byte_buffer.h"
#include "rows/layout.h"

namespace efd::rows {

// The values of one column. Not thread-safe. One cache line: a batch of a thousand topics walks
// over tens of thousands of columns, most of them with a single new value.
class alignas(64) ColumnValues {
 public:
  explicit ColumnValues(const Column& column);
  ColumnValues(const ColumnValues& other);
  ColumnValues(ColumnValues&&) noexcept = default;
  ColumnValues& operator=(ColumnValues other) noexcept;

  // Elements so far (of an array column: of all its rows together).
  size_t elements() const { return width_ ? bytes_.size() >> shift_ : extra_->string_ends.size(); }

  // `T` must be the column's type, as for fixed().
  template <class T>
  void append(T value) {
    std::memcpy(bytes_.extend(sizeof value), &value, sizeof value);
  }
  // `n` values of this column's type; `from` need not be aligned.
  template <class T>
  void append_elements(const T* from, size_t n) {
    append_raw(reinterpret_cast<const char*>(from), n);
  }
  void append_raw(const char* from, size_t n) { bytes_.append(from, n * width_); }
  void append_string(std::string_view text) {
    bytes_.append(text.data(), text.size());
    extra_->string_ends.push_back(static_cast<uint32_t>(bytes_.size()));
  }
  // One null element. It reads as zero or "".
  void append_null();
  // Ends the array of this row; array columns only.
  void end_array() { array_ends_.push_back(static_cast<uint32_t>(elements())); }

  // Reading. `T` must be the column's type: int64_t, double, float, uint8_t.
  template <class T>
  std::span<const T> fixed() const {
    return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }
  std::string_view fixed_bytes() const { return bytes_.view(); }
  std::string_view string_at(size_t element) const {
    const std::vector<uint32_t>& ends = extra_->string_ends;
    uint32_t begin = element ? ends[element - 1] : 0;
    return {bytes_.data() + begin, ends[element] - begin};
  }
  // False: no element is null, and is_null can be skipped.
  bool has_nulls() const { return extra_ && !extra_->nulls.empty(); }
  bool is_null(size_t element) const {
    return extra_ && element < extra_->nulls.size() && extra_->nulls[element];
  }
  // Elements of `row`: [first, second).
  std::pair<size_t, size_t> elements_of(size_t row) const {
    if (!is_array_) return {row, row + 1};
    return {row ? array_ends_[row - 1] : 0, array_ends_[row]};
  }
  std::span<const uint32_t> array_ends() const { return array_ends_; }
  size_t bytes() const;  // memory in use, roughly

  void clear() {
    bytes_.clear();
    array_ends_.clear();
    if (extra_) extra_->clear();
  }
  // Drops all behind the first `rows` rows, whatever an unfinished row has left.
  void truncate_rows(size_t rows);

 private:
  // What most columns have no use for.
  struct Extra {
    std::vector<uint32_t> string_ends;  // in bytes_, of a string column
    // One byte an element, 1: null. Ends behind the last null; empty: no null at all.
    std::vector<uint8_t> nulls;

    void clear() {
      string_ends.clear();
      nulls.clear();
    }
  };

  ByteBuffer bytes_;  // elements of fixed width, or the characters of strings
  uint32_t width_;    // bytes of an element; 0: strings
  uint8_t shift_;     // width_ = 1 << shift_
  bool is_array_;
  std::vector<uint32_t> array_ends_;
  std::unique_ptr<Extra> extra_;  // of strings, and once there was a null
};
static_assert(sizeof(ColumnValues) == 64);

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
