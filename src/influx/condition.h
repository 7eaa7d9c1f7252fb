// SPDX-License-Identifier: MIT
// Reasoning about expressions: folding of constants, and the split of a WHERE clause into the time
// range it asks for and the rest.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "influx/expr.h"

namespace efd::influx {

// What an expression is reduced with. All of it may be left empty.
struct Evaluation {
  // What now() is; without it now() stays a call.
  std::optional<UtcTime> now;
  // Wall clock seconds since 1970 in the query's zone -> UTC seconds. Empty: UTC.
  std::function<int64_t(int64_t local_seconds)> to_utc_seconds;
  // The value of a variable: a literal (NilLiteral: it is null), or null when it is not known.
  std::function<ExprPtr(std::string_view name)> value_of;
};

// The expression with all constant parts computed, as InfluxDB does it: 1 + 2 -> 3,
// now() - 1h -> a TimeLiteral, x AND false -> false, '2000-01-01' + 1h -> a TimeLiteral. Integer
// overflow wraps, division by zero gives 0. Where a type does not fit the operator the expression
// stays. Parentheses around single values vanish.
ExprPtr reduce(const ExprPtr& expr, const Evaluation& evaluation);

// Inclusive; an empty end was not given by the condition.
struct TimeRange {
  std::optional<UtcTime> min;
  std::optional<UtcTime> max;

  bool operator==(const TimeRange&) const = default;
  // The overlap with `other`.
  TimeRange intersect(const TimeRange& other) const;
  // The ends, or kUtcTimeMin and kUtcTimeMax.
  UtcTime min_or_lowest() const { return min.value_or(kUtcTimeMin); }
  UtcTime max_or_highest() const { return max.value_or(kUtcTimeMax); }
};

struct SplitCondition {
  ExprPtr condition;  // What is left without its comparisons with time, reduced; null: nothing.
  TimeRange range;
};

// Splits a WHERE clause. Time comparisons are intersected even under OR, as InfluxDB does it.
// bad_input: "invalid time comparison operator: !=", "invalid condition expression: x" ...
Result<SplitCondition> split_condition(const ExprPtr& condition, const Evaluation& evaluation);

}  // namespace efd::influx
