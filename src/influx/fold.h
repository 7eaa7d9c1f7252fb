// SPDX-License-Identifier: MIT
// Operators between two constants. Internal to reduce.
#pragma once

#include "influx/condition.h"

namespace efd::influx {

// lhs op rhs for two literals, or null when the operator does not take their types.
ExprPtr fold(Op op, const ExprPtr& lhs, const ExprPtr& rhs, const Evaluation& evaluation);

// The time that a string says, in the query's zone unless the string has one of its own.
std::optional<WideTime> time_of(const StringLiteral& text, const Evaluation& evaluation);

// As an int64: truncated towards zero, and held at the ends.
int64_t saturate(double value);

}  // namespace efd::influx
