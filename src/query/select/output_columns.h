// SPDX-License-Identifier: MIT
// OutputColumns: the field list of a SELECT, compiled: a column of the answer is an expression over
// the columns of the plan's fields and calls.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "query/expression/expression.h"
#include "query/plan/plan.h"

namespace efd::query {

// Not thread-safe.
class OutputColumns {
 public:
  // Where the columns of plan.fields and plan.calls stand among those of the rows.
  struct Places {
    std::vector<size_t> fields;
    std::vector<size_t> calls;
    std::optional<size_t> missing;  // of fields that no source has; nothing: they are null
  };
  static Result<OutputColumns> compile(const SelectPlan& plan, const Places& places);

  size_t size() const { return columns_.size(); }
  rows::FieldType type(size_t i) const { return columns_[i]->type(); }
  // The i-th of them over some rows; valid until the rows go.
  store::ColumnChunk column(size_t i, const Columns& rows) { return columns_[i]->column(rows); }

 private:
  std::vector<std::unique_ptr<Expression>> columns_;
};

}  // namespace efd::query
