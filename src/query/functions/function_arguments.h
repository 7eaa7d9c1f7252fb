// SPDX-License-Identifier: MIT
// The kinds of functions, and the rules of their arguments but the field.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "influx/expr.h"

namespace efd::query {

enum class FunctionKind {
  unknown,
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
FunctionKind kind_of(std::string_view name);

// Any literal value: a number, a text, a duration ...
bool is_literal(const influx::ExprPtr& expr);

// bad_input, in InfluxDB's words, unless the call has as many arguments as it must, and literals of
// the right kind behind the field. `limit` is the LIMIT of the statement, 0: none.
Result<> check_arguments(const influx::Call& call, int64_t limit);

}  // namespace efd::query
