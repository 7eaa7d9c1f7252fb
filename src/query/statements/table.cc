// SPDX-License-Identifier: MIT
#include "query/statements/table.h"

#include "query/select/series_output.h"

namespace efd::query {

Table::Table(std::string name, std::vector<Column> columns) {
  header_.name = std::move(name);
  header_.has_time = false;
  for (Column& column : columns) {
    header_.columns.push_back(std::move(column.name));
    builders_.emplace_back(column.type);
  }
}

void Table::add(const std::vector<Cell>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) builders_[i].append(cells[i]);
}

Result<> Table::send(ResultSink& sink, const influx::Paging& paging) {
  SeriesOutput output(sink, header_, paging.limit, paging.offset);
  if (builders_[0].size() > 0) {
    std::vector<store::ColumnChunk> columns;
    for (ColumnBuilder& builder : builders_) columns.push_back(builder.view());
    EFD_TRY(output.rows({builders_[0].size(), {}, columns}));
  }
  return output.finish();
}

Result<> Table::send_always(ResultSink& sink) {
  if (builders_[0].size() > 0) return send(sink);
  EFD_TRY(sink.begin_series(header_));
  return sink.end_series();
}

}  // namespace efd::query
