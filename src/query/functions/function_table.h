// SPDX-License-Identifier: MIT
// The functions of InfluxQL: one row of one table says all about each of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "influx/expr.h"
#include "query/functions/accumulator.h"
#include "rows/layout.h"

namespace efd::query {

enum class FunctionKind {
  math,            // abs, sin ...: row by row
  selector,        // max, first ...: one of the rows
  aggregate,       // sum, mean ...: one value of many
  with_number,     // percentile(field, N), sample(field, N)
  distinct,        // distinct(field)
  top,             // top, bottom(field[, tag...], N)
  integral,        // integral(field[, unit])
  holt_winters,    // holt_winters[_with_fit](aggregate, N, season)
  transformation,  // derivative, moving_average ...: of a field, or of an aggregate
};

struct Function {
  // The type of what it gives of a field.
  enum class Gives { as_field, float_, integer };
  // Which rows of a series suffice to know the value.
  enum class Needs { all, earliest, latest };

  std::string_view name;
  FunctionKind kind;
  // bad_input, in InfluxDB's words, unless the call has as many arguments as it must, and literals
  // of the right kind behind the field. `limit` is the LIMIT of the statement, 0: none.
  Result<> (*check_arguments)(const influx::Call& call, int64_t limit);

  // --- where it is built:
  // Null: the function is not built yet. `type` has passed check_type.
  std::unique_ptr<Accumulator> (*make)(rows::FieldType type) = nullptr;
  unsigned takes = 0;  // a set of field types, see set_of
  Gives gives = Gives::as_field;
  Needs needs = Needs::all;
  // fill(null) puts 0 where there is nothing.
  bool counts = false;

  bool is_built() const { return make != nullptr; }
  bool is_selector() const { return kind == FunctionKind::selector; }
  bool takes_type(rows::FieldType type) const;
  // The error is InfluxDB's: "unsupported mean iterator type: *query.stringInterruptIterator".
  Result<> check_type(rows::FieldType type) const;
  rows::FieldType result_type(rows::FieldType type) const;
};

// The row of a name; it lives for ever. Null: there is no such function.
const Function* find_function(std::string_view name);
// The same; bad_input: "undefined function x()".
Result<const Function*> require_function(std::string_view name);

}  // namespace efd::query
