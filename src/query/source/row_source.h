// SPDX-License-Identifier: MIT
// RowSource: the rows that a SELECT reads, chunk by chunk in order of time, as the fields that it
// names. A view of the store is one (view_rows.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "query/plan/fields.h"
#include "query/watch.h"
#include "store/view.h"

namespace efd::query {

// The rows of some columns.
struct Columns {
  size_t rows = 0;
  std::span<const store::ColumnChunk> chunks;
};

// One series of one statement. Not thread-safe.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // Of the measurement.
  virtual const std::string& name() const = 0;
  // True when there is no row at all.
  virtual bool is_empty() const = 0;
  // No row has an earlier time.
  virtual UtcTime min_time() const = 0;

  // The index of the column that will hold `field`; the same field gets the same index. A field
  // that the source lacks reads as null.
  virtual size_t add(const FieldRef& field) = 0;
  // False when the column has no value at all.
  virtual bool has_data(size_t column) const = 0;

  struct Range {
    UtcTime min = kUtcTimeMin;
    UtcTime max = kUtcTimeMax;
    bool descending = false;
  };
  // Begins to read; no add() from here on. The watch's memory outlives this.
  virtual void start(const Range& range, const Watch& watch) = 0;
  // Reads the next rows; false at the end. Fails as a scan does.
  virtual Result<bool> next() = 0;

  // The rows that were read, valid until the next call of next().
  size_t rows() const { return times_ns_.size(); }
  std::span<const int64_t> times_ns() const { return times_ns_; }
  const store::ColumnChunk& column(size_t i) const { return columns_[i]; }
  Columns columns() const { return {rows(), columns_}; }

 protected:
  std::span<const int64_t> times_ns_;
  std::vector<store::ColumnChunk> columns_;  // in the order of add()
};

}  // namespace efd::query
