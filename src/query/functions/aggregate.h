// SPDX-License-Identifier: MIT
// The functions that make one value of many: count, sum, mean, min, max, first, last.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "query/columns/column_builder.h"
#include "rows/layout.h"
#include "store/view.h"

namespace efd::query {

enum class Function { count, sum, mean, min, max, first, last };
std::optional<Function> find_function(std::string_view name);
// Gives one of its rows, with that row's time: min, max, first, last.
bool is_selector(Function function);
// May it be applied to such a field? The error is InfluxDB's: "unsupported mean iterator type:
// *query.stringInterruptIterator".
Result<> check_type(Function function, rows::FieldType type);
rows::FieldType result_type(Function function, rows::FieldType type);

// Rows [begin, end) of a column, in the order of the scan.
struct ColumnRun {
  const store::ColumnChunk* column = nullptr;
  const int64_t* times_ns = nullptr;
  const uint8_t* mask = nullptr;  // one byte a row, 0: passed over; nullptr: none
  size_t begin = 0;
  size_t end = 0;
};

// Takes the runs of one bucket, then gives its value. Sums of floats add up in the order of the
// scan, so that the last digit is that of InfluxDB; sums of integers do not wrap. Not thread-safe.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual void add(const ColumnRun& run) = 0;
  // Was there any value?
  virtual bool has_value() const = 0;
  virtual Cell value() const = 0;
  // bad_input: the value does not fit its type; the message names the function and what to do.
  virtual Result<> check() const { return {}; }
  virtual void reset() = 0;
  // Of memory, beside the object itself.
  virtual size_t bytes() const { return 0; }
  // Of selectors: the time of the selected row, and which row of the latest run it is, if it is one
  // of that run.
  virtual int64_t time_ns() const { return 0; }
  virtual std::optional<size_t> selected_row() const { return std::nullopt; }
};

// `type` must have passed check_type.
std::unique_ptr<Accumulator> make_accumulator(Function function, rows::FieldType type);

}  // namespace efd::query
