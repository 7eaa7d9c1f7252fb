// SPDX-License-Identifier: MIT
// What a SELECT will cost, estimated before it runs: from the row groups that its range touches,
// without decoding any.
#pragma once

#include <cstdint>

#include "query/plan/plan.h"

namespace efd::query {

struct Cost {
  uint64_t rows = 0;    // read
  uint64_t values = 0;  // given, at most
  void add(const Cost& other) {
    rows += other.rows;
    values += other.values;
  }
};

// The rows of the row groups that the range touches; counted no further than beyond `enough`.
uint64_t rows_touched(const influx::TimeRange& range, Views views, uint64_t enough);
// `views`: of the plan's sources; they hold few rows in its range.
uint64_t values_given(const SelectPlan& plan, Views views);

}  // namespace efd::query
