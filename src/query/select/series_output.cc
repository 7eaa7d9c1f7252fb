// SPDX-License-Identifier: MIT
#include "query/select/series_output.h"

#include <algorithm>

namespace efd::query {

store::ColumnChunk slice(const store::ColumnChunk& column, size_t begin, size_t n) {
  store::ColumnChunk part = column;
  if (column.all_null) return part;
  if (!column.floats.empty()) part.floats = column.floats.subspan(begin, n);
  if (!column.integers.empty()) part.integers = column.integers.subspan(begin, n);
  if (!column.booleans.empty()) part.booleans = column.booleans.subspan(begin, n);
  if (!column.strings.empty()) part.strings = column.strings.subspan(begin, n);
  if (!column.was_integer.empty()) part.was_integer = column.was_integer.subspan(begin, n);
  if (!column.nulls.empty()) part.nulls = column.nulls.subspan(begin, n);
  return part;
}

SeriesOutput::SeriesOutput(ResultSink& sink, SeriesHeader header, int64_t limit, int64_t offset)
    : sink_(sink),
      header_(std::move(header)),
      has_limit_(limit > 0),
      left_(static_cast<uint64_t>(std::max<int64_t>(limit, 0))),
      skip_(static_cast<uint64_t>(std::max<int64_t>(offset, 0))) {}

Result<> SeriesOutput::rows(const RowBatch& batch) {
  const size_t begin = static_cast<size_t>(std::min<uint64_t>(skip_, batch.rows));
  skip_ -= begin;
  size_t n = batch.rows - begin;
  if (has_limit_) n = static_cast<size_t>(std::min<uint64_t>(n, left_));
  if (n == 0) return {};
  left_ -= has_limit_ ? n : 0;
  if (n == batch.rows) return send(batch);
  sliced_.clear();
  for (const store::ColumnChunk& column : batch.columns) {
    sliced_.push_back(slice(column, begin, n));
  }
  RowBatch part{.rows = n, .times_ns = {}, .columns = sliced_};
  if (!batch.times_ns.empty()) part.times_ns = batch.times_ns.subspan(begin, n);
  return send(part);
}

Result<> SeriesOutput::send(const RowBatch& batch) {
  if (!begun_) EFD_TRY(sink_.begin_series(header_));
  begun_ = true;
  return sink_.rows(batch);
}

Result<> SeriesOutput::finish() {
  if (!begun_) return {};
  return sink_.end_series();
}

}  // namespace efd::query
