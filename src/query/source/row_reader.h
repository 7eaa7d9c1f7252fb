// SPDX-License-Identifier: MIT
// RowReader: the rows of one view, chunk by chunk, as the fields that a statement reads. NaN and
// the infinities, for which InfluxDB has no place, read as null here: nobody behind it sees one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "query/plan/fields.h"
#include "query/watch.h"
#include "store/view.h"

namespace efd::query {

// Not thread-safe.
class RowReader {
 public:
  explicit RowReader(std::shared_ptr<const store::MeasurementView> view) : view_(std::move(view)) {}

  const store::MeasurementView& view() const { return *view_; }
  // The index of the column that will hold `field`; the same field gets the same index. A field
  // that the view lacks reads as null.
  size_t add(const FieldRef& field);
  // Does the view hold anything for the column?
  bool has_data(size_t column) const {
    return columns_[column].main >= 0 || columns_[column].other >= 0;
  }
  rows::FieldType type(size_t column) const { return columns_[column].field.type; }

  struct Range {
    UtcTime min = kUtcTimeMin;
    UtcTime max = kUtcTimeMax;
    bool descending = false;
  };
  // Begins to read; no add() from here on. The watch's memory outlives this.
  void start(const Range& range, const Watch& watch);
  // Reads the next rows; false at the end. Fails as the scan does.
  Result<bool> next();

  size_t rows() const { return chunk_.size(); }
  std::span<const int64_t> times_ns() const { return chunk_.times_ns; }
  const store::ColumnChunk& column(size_t i) const { return columns_[i].values; }

 private:
  struct Column {
    FieldRef field;
    int main = -1;   // index into the chunk's columns; -1: none
    int other = -1;  // where the values of the other number type stand
    store::ColumnChunk values;
    std::vector<double> floats;
    std::vector<int64_t> integers;
    std::vector<uint8_t> nulls;
    std::vector<uint8_t> was_integer;
    size_t bytes() const;
  };
  int find_field(std::string_view name, rows::FieldType type);
  void convert(Column& column);
  static void keep_integers(const store::ColumnChunk& main, const store::ColumnChunk& other,
                            Column& column);
  void hide_what_is_no_number();

  std::shared_ptr<const store::MeasurementView> view_;
  std::vector<Column> columns_;
  std::map<FieldRef, size_t> index_;  // of columns_
  std::vector<uint32_t> scanned_;     // fields of the view, in the order of the chunk's columns
  std::unordered_map<uint32_t, int> slots_;  // where in scanned_ a field stands
  std::unique_ptr<store::Scan> scan_;
  store::Chunk chunk_;
  std::vector<std::vector<uint8_t>> absent_;  // of columns of the chunk: their nulls, with NaN
  std::optional<store::MemoryHolding> held_;
};

}  // namespace efd::query
