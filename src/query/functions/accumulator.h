// SPDX-License-Identifier: MIT
// Accumulator: computes one function over one bucket of one series.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "query/columns/column_builder.h"
#include "store/view.h"

namespace efd::query {

// Rows [begin, end) of a column, in the order of the scan.
struct ColumnRun {
  const store::ColumnChunk* column = nullptr;
  const int64_t* times_ns = nullptr;
  const uint8_t* mask = nullptr;  // one byte a row, 0: passed over; nullptr: none
  size_t begin = 0;
  size_t end = 0;
};

// Takes the runs of one bucket, then gives its value. Not thread-safe.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual void add(const ColumnRun& run) = 0;
  // Whether there was any value.
  virtual bool has_value() const = 0;
  virtual Cell value() const = 0;
  // bad_input: the value does not fit its type; the message names the function and what to do.
  virtual Result<> check() const { return {}; }
  virtual void reset() = 0;
  // Memory that it holds, without the object itself.
  virtual size_t bytes() const { return 0; }
  // Of selectors: the time of the selected row, and which row of the latest run it is, if it is one
  // of that run.
  virtual int64_t time_ns() const { return 0; }
  virtual std::optional<size_t> selected_row() const { return std::nullopt; }
};

}  // namespace efd::query
