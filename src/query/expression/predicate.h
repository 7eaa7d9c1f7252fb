// SPDX-License-Identifier: MIT
// Predicate: a WHERE clause (without its comparisons with time), compiled for the rows of one
// reader.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "influx/expr.h"
#include "query/expression/predicate_kernels.h"
#include "query/plan/fields.h"
#include "query/source/row_reader.h"

namespace efd::query {

// Part of the clause; its values stay valid until it is asked again.
class PredicateNode {
 public:
  virtual ~PredicateNode() = default;
  virtual Operand evaluate(const RowReader& reader) = 0;
};

// Not thread-safe. One without a clause lets every row pass.
class Predicate {
 public:
  Predicate() = default;
  // Adds the fields that it needs to `reader`. Names that are no fields are tags, which every row
  // lacks: they equal ''. `condition` may be null.
  static Result<Predicate> compile(const influx::ExprPtr& condition, const FieldTypes& fields,
                                   RowReader& reader);

  bool passes_all() const { return root_ == nullptr; }
  // Writes one byte a row of the reader's present rows, 1 = passes; returns how many pass.
  size_t select(const RowReader& reader, std::vector<uint8_t>& mask);

 private:
  explicit Predicate(std::unique_ptr<PredicateNode> root) : root_(std::move(root)) {}
  std::unique_ptr<PredicateNode> root_;
};

}  // namespace efd::query
