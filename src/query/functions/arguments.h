// SPDX-License-Identifier: MIT
// Rules for the arguments of functions behind the field: Function::check_arguments in the table.
// The words of the errors are InfluxDB's.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "influx/expr.h"

namespace efd::query {

// Any literal value: a number, a text, a duration ...
bool is_literal(const influx::ExprPtr& expr);

// `limit`: the LIMIT of the statement, 0: none.
Result<> one_argument(const influx::Call& call, int64_t limit);
Result<> two_arguments(const influx::Call& call, int64_t limit);
Result<> two_to_four_arguments(const influx::Call& call, int64_t limit);
Result<> one_distinct_field(const influx::Call& call, int64_t limit);
Result<> field_and_percentage(const influx::Call& call, int64_t limit);
Result<> field_and_sample_size(const influx::Call& call, int64_t limit);
Result<> field_and_unit(const influx::Call& call, int64_t limit);
Result<> field_and_integral_unit(const influx::Call& call, int64_t limit);
Result<> field_and_window(const influx::Call& call, int64_t limit);
Result<> fields_and_count(const influx::Call& call, int64_t limit);
Result<> holt_winters_numbers(const influx::Call& call, int64_t limit);

}  // namespace efd::query
