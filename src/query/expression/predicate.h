// SPDX-License-Identifier: MIT
// Predicate: a WHERE clause (without its comparisons with time), compiled for the rows of one
// source.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "influx/expr.h"
#include "query/expression/expression.h"
#include "query/plan/fields.h"

namespace efd::query {

// Not thread-safe. One without a clause lets every row pass.
class Predicate {
 public:
  Predicate() = default;
  // Adds the fields that it needs to `source`. Names that are no fields are tags, which every row
  // lacks: they equal ''. `condition` may be null.
  static Result<Predicate> compile(const influx::ExprPtr& condition, const FieldTypes& fields,
                                   RowSource& source);

  bool passes_all() const { return root_ == nullptr; }
  // Writes one byte a row, 1 = passes; returns how many pass. `columns`: the source's.
  size_t select(const Columns& columns, std::vector<uint8_t>& mask);

 private:
  explicit Predicate(std::unique_ptr<Expression> root) : root_(std::move(root)) {}
  std::unique_ptr<Expression> root_;
};

}  // namespace efd::query
