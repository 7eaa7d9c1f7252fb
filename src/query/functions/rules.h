// SPDX-License-Identifier: MIT
// InfluxDB's rules about the functions that a SELECT calls and how they mix.
#pragma once

#include <string_view>

#include "base/result.h"
#include "influx/ast.h"

namespace efd::query {

// What the calls of one SELECT are found to be.
struct FieldUse {
  size_t calls = 0;            // all but math, also nested ones
  bool has_auxiliary = false;  // a bare field, *, or /regex/
  bool has_distinct = false;
  bool only_selectors = true;
  std::string_view top_or_bottom;  // which of them is called; empty: none
};

// What the checks must know of the SELECT around a field.
struct FieldContext {
  bool has_interval = false;       // GROUP BY time, its own or the outer query's
  bool inherits_interval = false;  // it is the outer query's
  int64_t limit = 0;
};

// Checks one expression of the field list and adds what it finds to `use`.
Result<> check_field(const influx::ExprPtr& expr, const FieldContext& context, FieldUse& use);
// Checks what a WHERE clause calls, the comparisons with time being gone.
Result<> check_condition(const influx::ExprPtr& expr);

}  // namespace efd::query
