// SPDX-License-Identifier: MIT
// ColumnFill: what fill() says about one column of an answer where it has no value. It holds for
// fields as for functions, with GROUP BY time and without.
#pragma once

#include "influx/ast.h"
#include "query/columns/column_builder.h"

namespace efd::query {

// The column of one series. Not thread-safe.
class ColumnFill {
 public:
  // `null_value`: what fill(null) puts; nothing, or the 0 of a count.
  ColumnFill(const influx::Fill& fill, rows::FieldType type, Cell null_value = {});

  // `value`, or what stands in its place when it is null. Valid until the next call.
  const Cell& take(Cell value);
  size_t bytes() const { return sizeof(*this); }

 private:
  bool keeps_previous_;
  Cell filler_;
  Cell taken_;
};

// Can fill() put a value at all into columns that are null by themselves?
bool fills_with_values(const influx::Fill& fill);

}  // namespace efd::query
