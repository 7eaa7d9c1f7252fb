// SPDX-License-Identifier: MIT
// Expression: a part of a WHERE clause, or a column of the field list, compiled for the columns of
// its rows. It works on whole batches.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "influx/expr.h"
#include "query/expression/kernels.h"
#include "query/source/row_source.h"
#include "rows/layout.h"

namespace efd::query {

// Not thread-safe.
class Expression {
 public:
  virtual ~Expression() = default;
  // Of its values; floats where there are none.
  virtual rows::FieldType type() const = 0;
  // Its values over some rows; valid until it is asked again, or the rows go.
  virtual Operand evaluate(const Columns& columns) = 0;
  // The same as a column of an answer. Not of a literal alone: no field list may have one.
  virtual store::ColumnChunk column(const Columns& columns);
};

// A column that stands behind a name or a call.
struct ScopeColumn {
  size_t index = 0;
  rows::FieldType type = rows::FieldType::float_;
};

// What the names and calls of an expression mean.
class Scope {
 public:
  virtual ~Scope() = default;
  // Nothing: every row lacks it.
  virtual std::optional<ScopeColumn> find(const influx::VarRef& ref) = 0;
  virtual Result<std::optional<ScopeColumn>> find(const influx::Call& call) = 0;
  // The value of the tag of that name; nothing if the name is not a tag. Lives as long as the
  // scope.
  virtual std::optional<std::string_view> tag(const influx::VarRef& ref) const = 0;
};

// Fails as Scope::find does, and for an invalid regular expression.
Result<std::unique_ptr<Expression>> compile_expression(const influx::ExprPtr& expr, Scope& scope);

}  // namespace efd::query
