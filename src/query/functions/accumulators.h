// SPDX-License-Identifier: MIT
// Makers of accumulators for fields of a type: Function::make of the table's rows. Sums of floats
// add up in the order of the scan, so that the last digit is that of InfluxDB; sums of integers do
// not wrap.
#pragma once

#include <memory>

#include "query/functions/accumulator.h"
#include "rows/layout.h"

namespace efd::query {

std::unique_ptr<Accumulator> make_count(rows::FieldType type);
std::unique_ptr<Accumulator> make_sum(rows::FieldType type);   // of numbers
std::unique_ptr<Accumulator> make_mean(rows::FieldType type);  // of numbers
std::unique_ptr<Accumulator> make_min(rows::FieldType type);   // not of strings
std::unique_ptr<Accumulator> make_max(rows::FieldType type);   // not of strings
std::unique_ptr<Accumulator> make_first(rows::FieldType type);
std::unique_ptr<Accumulator> make_last(rows::FieldType type);

}  // namespace efd::query
