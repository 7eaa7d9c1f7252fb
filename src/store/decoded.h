// SPDX-License-Identifier: MIT
// Rows as a scan reads them: some fields of some rows, decoded, in order of time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "store/catalog.h"
#include "store/view.h"

namespace efd::store {

// One field. The vector of its type is in use; all are empty when every row is null.
struct DecodedColumn {
  rows::FieldType type = rows::FieldType::float_;
  bool all_null = true;
  bool finite = true;  // no value of `floats` is NaN or infinite
  std::vector<double> floats;
  std::vector<int64_t> integers;
  std::vector<uint8_t> booleans;
  std::vector<std::string_view> strings;
  std::vector<uint8_t> nulls;  // empty: none

  // `From`: a DecodedColumn or a ColumnChunk.
  template <class From>
  void append(const From& from, size_t begin, size_t end, size_t rows_before);
  void append_nulls(size_t n, size_t rows_before);
  void reverse();
  void clear();
  // Is any row neither null nor, of floats, NaN or infinite?
  bool has_value() const;
  size_t bytes() const;  // with the texts of strings
  ColumnChunk chunk(size_t begin, size_t end) const;

 private:
  void resize_values(size_t rows);
};

struct DecodedRows {
  std::vector<int64_t> times_ns;
  std::vector<uint32_t> series;        // empty: all are of series 0
  std::vector<DecodedColumn> columns;  // in the order of the request's fields
  // What the strings point into.
  std::vector<std::shared_ptr<const void>> owners;

  size_t size() const { return times_ns.size(); }
  uint32_t series_of(size_t row) const { return series.empty() ? 0 : series[row]; }
  // Those of rows [begin, end) of `from` behind the `before` rows that are here.
  void append_series(const DecodedRows& from, size_t begin, size_t end, size_t before);
  void reverse();
  void clear();
  size_t bytes() const;
};

// Which part of a piece of a measurement is asked for. Times are inclusive.
struct ReadRequest {
  int64_t min_ns = INT64_MIN;
  int64_t max_ns = INT64_MAX;
  std::span<const FieldRef> fields;
  std::span<const uint32_t> series = {};  // sorted; empty: all

  bool wants(uint32_t one) const {
    return series.empty() || std::binary_search(series.begin(), series.end(), one);
  }
  bool wants_any(uint32_t first, uint32_t last) const {
    if (series.empty()) return true;
    auto at = std::lower_bound(series.begin(), series.end(), first);
    return at != series.end() && *at <= last;
  }
};

// The series of some rows.
struct SeriesRange {
  uint32_t first = 0;
  uint32_t last = 0;
};

// Some rows of a measurement in one place: a head, an encoded block in memory, or a row group of a
// file. Immutable; thread-safe.
class Piece {
 public:
  virtual ~Piece() = default;
  int64_t min_time_ns() const { return min_; }
  int64_t max_time_ns() const { return max_; }
  uint32_t row_count() const { return rows_; }
  const SeriesRange& series() const { return series_; }
  // In order of time, then of series, then of the log. `give_up`: rot, or an encoding that
  // this version does not know.
  virtual Result<DecodedRows> read(const ReadRequest& request) const = 0;
  // Sets found[i] to 1 where the i-th field has a value in the range, and leaves the others; what
  // is 1 already is not looked up. Fails as read() does.
  virtual Result<> find_values(const ReadRequest& request, std::span<uint8_t> found) const;
  // Memory that goes when the piece goes.
  virtual size_t memory_bytes() const = 0;

 protected:
  // Does the range hold all of its rows?
  bool lies_within(const ReadRequest& request) const {
    return min_ >= request.min_ns && max_ <= request.max_ns && request.series.empty();
  }
  Piece(int64_t min, int64_t max, uint32_t rows, SeriesRange series)
      : min_(min), max_(max), rows_(rows), series_(series) {}

 private:
  int64_t min_;
  int64_t max_;
  uint32_t rows_;
  SeriesRange series_;
};

// The fields that are still to be looked up, and their places among all.
struct SoughtFields {
  std::vector<FieldRef> fields;
  std::vector<size_t> places;
  void add(const FieldRef& field, size_t place);
  // Of rows that were read with `fields`.
  void mark(const DecodedRows& rows, std::span<uint8_t> found) const;
};

using Pieces = std::vector<std::shared_ptr<const Piece>>;

}  // namespace efd::store
