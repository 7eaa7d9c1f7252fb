// SPDX-License-Identifier: MIT
// InfluxDB's checks of a SELECT before any data is looked at, and what they find out on the way.
// The rules and the words of the errors are those of InfluxDB 1.8's query compiler.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "influx/ast.h"
#include "influx/condition.h"
#include "query/compile/buckets.h"

namespace efd::query {

struct CompiledSelect {
  // Without the selected `time`; its alias is in time_alias. Constants are folded.
  influx::SelectStatement statement;
  influx::ExprPtr condition;  // WHERE without its comparisons with time; null: none
  influx::TimeRange range;    // as the condition gave it; GROUP BY time without end: now
  Interval interval;
};

// bad_input with InfluxDB's message. `now` is what now() stands for.
Result<CompiledSelect> compile(const influx::SelectStatement& select, UtcTime now);

}  // namespace efd::query
