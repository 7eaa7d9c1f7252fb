// SPDX-License-Identifier: MIT
// Table: a series without time that is small enough to be put together in one go.
#pragma once

#include <string>
#include <vector>

#include "influx/ast.h"
#include "query/columns/column_builder.h"
#include "query/result_sink.h"

namespace efd::query {

// Not thread-safe.
class Table {
 public:
  struct Column {
    std::string name;
    rows::FieldType type = rows::FieldType::string;
  };
  Table(std::string name, std::vector<Column> columns);

  void add(const std::vector<Cell>& cells);
  // Gives nothing when no row is left.
  Result<> send(ResultSink& sink, const influx::Paging& paging = {});
  // Gives the header even without rows.
  Result<> send_always(ResultSink& sink);

 private:
  SeriesHeader header_;
  std::vector<ColumnBuilder> builders_;
};

}  // namespace efd::query
