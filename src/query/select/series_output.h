// SPDX-License-Identifier: MIT
// SeriesOutput: one series on its way to the sink: its header once there are rows, OFFSET and
// LIMIT.
#pragma once

#include "query/result_sink.h"

namespace efd::query {

// The rows [begin, begin + n) of a column.
store::ColumnChunk slice(const store::ColumnChunk& column, size_t begin, size_t n);

// Not thread-safe.
class SeriesOutput {
 public:
  // limit 0: none.
  SeriesOutput(ResultSink& sink, SeriesHeader header, int64_t limit, int64_t offset);

  Result<> rows(const RowBatch& batch);
  // No more rows are wanted.
  bool is_full() const { return has_limit_ && left_ == 0; }
  // Ends the series, if it was begun.
  Result<> finish();

 private:
  Result<> send(const RowBatch& batch);

  ResultSink& sink_;
  SeriesHeader header_;
  bool has_limit_;
  uint64_t left_;
  uint64_t skip_;
  bool begun_ = false;
  std::vector<store::ColumnChunk> sliced_;
};

}  // namespace efd::query
