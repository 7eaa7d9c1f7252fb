// SPDX-License-Identifier: MIT
// The rows that an aggregate query gives: one for each bucket, or one for all, with what fill()
// says about buckets and calls without values.
#pragma once

#include <memory>
#include <vector>

#include "query/columns/column_builder.h"
#include "query/columns/column_fill.h"
#include "query/functions/accumulator.h"
#include "query/plan/plan.h"
#include "query/select/output_columns.h"
#include "query/select/series_output.h"

namespace efd::query {

// Not thread-safe.
class BucketRows {
 public:
  // What the calls hold, in the order of plan.calls, and the values of plan.fields in the selected
  // row; both must outlive this.
  struct State {
    const std::vector<std::unique_ptr<Accumulator>>& calls;
    const std::vector<Cell>& fields;
  };
  // `memory` is charged with the rows that gather.
  BucketRows(const SelectPlan& plan, State state, SeriesOutput& output,
             store::MemoryAccount& memory);

  // Compiles the field list. Before the first row.
  Result<> prepare();
  // The row of the present state. bad_input when a sum is beyond what its column can hold.
  Result<> add(int64_t time_ns);
  // The row of a bucket without values.
  Result<> add_empty(int64_t time_ns);
  // Hands on what has gathered.
  Result<> flush();

 private:
  void add_column(rows::FieldType type, Cell null_value);
  Result<> end_row(int64_t time_ns);
  size_t bytes() const;

  const SelectPlan& plan_;
  State state_;
  SeriesOutput& output_;
  const size_t batch_rows_max_;
  std::vector<int64_t> times_ns_;
  std::vector<ColumnBuilder> builders_;  // of calls, fields, what is missing
  std::vector<ColumnFill> fills_;        // of each
  OutputColumns columns_;
  std::vector<store::ColumnChunk> built_, given_;
  store::MemoryHolding held_;
};

}  // namespace efd::query
