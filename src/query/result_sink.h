// SPDX-License-Identifier: MIT
// Where the answer of a query goes, piece by piece, while it is computed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/view.h"

namespace efd::query {

// What stands above the rows of one series.
struct SeriesHeader {
  std::string name;                                       // empty: the series has none
  std::vector<std::pair<std::string, std::string>> tags;  // sorted by key
  std::vector<std::string> columns;                       // with the time column, if it has one
  bool has_time = true;                                   // columns[0] is the time
};

// Some rows, column by column; valid during the call only.
struct RowBatch {
  size_t rows = 0;
  std::span<const int64_t> times_ns;            // empty when the series has no time
  std::span<const store::ColumnChunk> columns;  // without the time
};

// Called by one thread, in this order for each statement:
//   begin_statement (begin_series rows* end_series)* message* error? end_statement
// An error returned by any call ends the query; it is what run() returns then.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  virtual Result<> begin_statement(int id) = 0;
  virtual Result<> begin_series(const SeriesHeader& header) = 0;
  // At least one row.
  virtual Result<> rows(const RowBatch& batch) = 0;
  virtual Result<> end_series() = 0;
  // A note to the user; `level` is "warning".
  virtual Result<> message(std::string_view level, std::string_view text) = 0;
  // The statement failed; what it gave so far may be incomplete. A format that cannot tell returns
  // the error: the answer must not end as if it were whole.
  virtual Result<> error(const Error& error) = 0;
  virtual Result<> end_statement() = 0;
};

}  // namespace efd::query
