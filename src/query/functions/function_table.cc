// SPDX-License-Identifier: MIT
#include "query/functions/function_table.h"

#include <algorithm>
#include <initializer_list>

#include "query/functions/accumulators.h"
#include "query/functions/arguments.h"

namespace efd::query {
namespace {

using rows::FieldType;
using enum FunctionKind;
using Gives = Function::Gives;
using Needs = Function::Needs;

constexpr unsigned set_of(std::initializer_list<FieldType> types) {
  unsigned set = 0;
  for (FieldType type : types) set |= 1u << static_cast<unsigned>(type);
  return set;
}
constexpr unsigned kNumbers = set_of({FieldType::float_, FieldType::integer});
constexpr unsigned kOrdered = kNumbers | set_of({FieldType::boolean});
constexpr unsigned kAny = kOrdered | set_of({FieldType::string});

constexpr Function kFunctions[] = {
    {"count", aggregate, one_argument, make_count, kAny, Gives::integer, Needs::all, true},
    {"sum", aggregate, one_argument, make_sum, kNumbers},
    {"mean", aggregate, one_argument, make_mean, kNumbers, Gives::float_},
    {"min", selector, one_argument, make_min, kOrdered},
    {"max", selector, one_argument, make_max, kOrdered},
    {"first", selector, one_argument, make_first, kAny, Gives::as_field, Needs::earliest},
    {"last", selector, one_argument, make_last, kAny, Gives::as_field, Needs::latest},
    // Those below are checked, and not built.
    {"median", aggregate, one_argument},
    {"mode", aggregate, one_argument},
    {"stddev", aggregate, one_argument},
    {"spread", aggregate, one_argument},
    {"percentile", with_number, field_and_percentage},
    {"sample", with_number, field_and_sample_size},
    {"distinct", distinct, one_distinct_field},
    {"top", top, fields_and_count},
    {"bottom", top, fields_and_count},
    {"integral", integral, field_and_integral_unit},
    {"holt_winters", holt_winters, holt_winters_numbers},
    {"holt_winters_with_fit", holt_winters, holt_winters_numbers},
    {"derivative", transformation, field_and_unit},
    {"non_negative_derivative", transformation, field_and_unit},
    {"difference", transformation, one_argument},
    {"non_negative_difference", transformation, one_argument},
    {"cumulative_sum", transformation, one_argument},
    {"moving_average", transformation, field_and_window},
    {"elapsed", transformation, field_and_unit},
    {"chande_momentum_oscillator", transformation, two_to_four_arguments},
    {"exponential_moving_average", transformation, two_to_four_arguments},
    {"double_exponential_moving_average", transformation, two_to_four_arguments},
    {"triple_exponential_moving_average", transformation, two_to_four_arguments},
    {"triple_exponential_derivative", transformation, field_and_unit},
    {"relative_strength_index", transformation, two_to_four_arguments},
    {"kaufmans_efficiency_ratio", transformation, two_to_four_arguments},
    {"kaufmans_adaptive_moving_average", transformation, two_to_four_arguments},
    {"abs", math, one_argument},
    {"sin", math, one_argument},
    {"cos", math, one_argument},
    {"tan", math, one_argument},
    {"asin", math, one_argument},
    {"acos", math, one_argument},
    {"atan", math, one_argument},
    {"atan2", math, two_arguments},
    {"exp", math, one_argument},
    {"log", math, two_arguments},
    {"ln", math, one_argument},
    {"log2", math, one_argument},
    {"log10", math, one_argument},
    {"sqrt", math, one_argument},
    {"pow", math, two_arguments},
    {"floor", math, one_argument},
    {"ceil", math, one_argument},
    {"round", math, one_argument},
};

}  // namespace

bool Function::takes_type(FieldType type) const {
  return (takes & set_of({type})) != 0;
}

Result<> Function::check_type(FieldType type) const {
  if (takes_type(type)) return {};
  return fail(ErrorCode::bad_input, "unsupported {} iterator type: *query.{}InterruptIterator",
              name, rows::to_string(type));
}

FieldType Function::result_type(FieldType type) const {
  if (gives == Gives::as_field) return type;
  return gives == Gives::integer ? FieldType::integer : FieldType::float_;
}

const Function* find_function(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const Function& one) { return one.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

Result<const Function*> require_function(std::string_view name) {
  if (const Function* found = find_function(name)) return found;
  return fail(ErrorCode::bad_input, "undefined function {}()", name);
}

}  // namespace efd::query
