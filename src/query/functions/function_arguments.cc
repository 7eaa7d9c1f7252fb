// SPDX-License-Identifier: MIT
#include "query/functions/function_arguments.h"

#include <algorithm>
#include <array>

#include "influx/duration.h"

namespace efd::query {
namespace {

using influx::as;
using influx::Call;
using influx::DurationLiteral;
using influx::ExprPtr;
using influx::IntegerLiteral;

template <size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 18> kMath = {
    "abs", "sin", "cos",  "tan",   "asin", "acos", "atan",  "atan2", "exp",
    "log", "ln",  "log2", "log10", "sqrt", "pow",  "floor", "ceil",  "round"};
constexpr std::array<std::string_view, 4> kSelectors = {"max", "min", "first", "last"};
constexpr std::array<std::string_view, 7> kAggregates = {"count", "sum",    "mean",  "median",
                                                         "mode",  "stddev", "spread"};
constexpr std::array<std::string_view, 15> kTransformations = {"derivative",
                                                               "non_negative_derivative",
                                                               "difference",
                                                               "non_negative_difference",
                                                               "cumulative_sum",
                                                               "moving_average",
                                                               "elapsed",
                                                               "chande_momentum_oscillator",
                                                               "exponential_moving_average",
                                                               "double_exponential_moving_average",
                                                               "triple_exponential_moving_average",
                                                               "triple_exponential_derivative",
                                                               "relative_strength_index",
                                                               "kaufmans_efficiency_ratio",
                                                               "kaufmans_adaptive_moving_average"};

// The name of Go's type, which some of InfluxDB's errors show.
std::string_view go_type(const ExprPtr& expr) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "*influxql.VarRef",          "*influxql.Call",          "*influxql.BinaryExpr",
      "*influxql.ParenExpr",       "*influxql.Distinct",      "*influxql.Wildcard",
      "*influxql.RegexLiteral",    "*influxql.NumberLiteral", "*influxql.IntegerLiteral",
      "*influxql.UnsignedLiteral", "*influxql.StringLiteral", "*influxql.BooleanLiteral",
      "*influxql.DurationLiteral", "*influxql.TimeLiteral",   "*influxql.NilLiteral"};
  return kNames[expr->node.index()];
}

Result<> expect_arguments(const Call& call, size_t n) {
  if (call.args.size() == n) return {};
  return fail(ErrorCode::bad_input, "invalid number of arguments for {}, expected {}, got {}",
              call.name, n, call.args.size());
}

Result<> expect_one_or_two_arguments(const Call& call) {
  if (call.args.size() == 1 || call.args.size() == 2) return {};
  return fail(ErrorCode::bad_input,
              "invalid number of arguments for {}, expected at least 1 but no more than 2, got {}",
              call.name, call.args.size());
}

Result<> expect_positive(const DurationLiteral& duration) {
  if (duration.ns > 0) return {};
  return fail(ErrorCode::bad_input, "duration argument must be positive, got {}",
              influx::format_duration(duration.ns));
}

Result<> check_top_limit(const Call& call, int64_t statement_limit) {
  const auto* limit = as<IntegerLiteral>(call.args.back());
  if (!limit) {
    return fail(ErrorCode::bad_input, "expected integer as last argument in {}(), found {}",
                call.name, to_string(call.args.back()));
  }
  if (limit->value <= 0) {
    return fail(ErrorCode::bad_input, "limit ({}) in {} function must be at least 1", limit->value,
                call.name);
  }
  if (statement_limit > 0 && limit->value > statement_limit) {
    return fail(ErrorCode::bad_input,
                "limit ({}) in {} function can not be larger than the LIMIT ({}) in the select "
                "statement",
                limit->value, call.name, statement_limit);
  }
  return {};
}

Result<> check_holt_winters_numbers(const Call& call) {
  const auto* predictions = as<IntegerLiteral>(call.args[1]);
  if (!predictions) {
    return fail(ErrorCode::bad_input, "expected integer argument as second arg in {}", call.name);
  }
  if (predictions->value <= 0) {
    return fail(ErrorCode::bad_input, "second arg to {} must be greater than 0, got {}", call.name,
                predictions->value);
  }
  const auto* season = as<IntegerLiteral>(call.args[2]);
  if (!season) {
    return fail(ErrorCode::bad_input, "expected integer argument as third arg in {}", call.name);
  }
  if (season->value < 0) {
    return fail(ErrorCode::bad_input, "third arg to {} cannot be negative, got {}", call.name,
                season->value);
  }
  return {};
}

Result<> check_window(const Call& call) {
  EFD_TRY(expect_arguments(call, 2));
  const auto* window = as<IntegerLiteral>(call.args[1]);
  if (!window) {
    return fail(ErrorCode::bad_input, "second argument for {} must be an integer, got {}",
                call.name, go_type(call.args[1]));
  }
  if (window->value > 1) return {};
  return fail(ErrorCode::bad_input, "{} window must be greater than 1, got {}", call.name,
              window->value);
}

Result<> check_unit(const Call& call) {
  EFD_TRY(expect_one_or_two_arguments(call));
  if (call.args.size() == 1) return {};
  if (const auto* unit = as<DurationLiteral>(call.args[1])) return expect_positive(*unit);
  return fail(ErrorCode::bad_input, "second argument to {} must be a duration, got {}", call.name,
              go_type(call.args[1]));
}

Result<> check_transformation(const Call& call) {
  const std::string& name = call.name;
  if (name.ends_with("difference") || name == "cumulative_sum") return expect_arguments(call, 1);
  if (name == "moving_average") return check_window(call);
  if (name == "elapsed" || name.ends_with("derivative")) return check_unit(call);
  if (call.args.size() >= 2 && call.args.size() <= 4) return {};
  return fail(ErrorCode::bad_input,
              "invalid number of arguments for {}, expected at least 2 but no more than 4, got {}",
              name, call.args.size());
}

Result<> check_with_number(const Call& call) {
  EFD_TRY(expect_arguments(call, 2));
  const auto* integer = as<IntegerLiteral>(call.args[1]);
  if (call.name == "percentile") {
    if (integer || as<influx::NumberLiteral>(call.args[1])) return {};
    return fail(ErrorCode::bad_input, "expected float argument in percentile()");
  }
  if (!integer) return fail(ErrorCode::bad_input, "expected integer argument in sample()");
  if (integer->value > 0) return {};
  return fail(ErrorCode::bad_input, "sample window must be greater than 1, got {}", integer->value);
}

Result<> check_top(const Call& call, int64_t statement_limit) {
  if (call.args.size() < 2) {
    return fail(ErrorCode::bad_input,
                "invalid number of arguments for {}, expected at least 2, got {}", call.name,
                call.args.size());
  }
  EFD_TRY(check_top_limit(call, statement_limit));
  if (!as<influx::VarRef>(call.args[0])) {
    return fail(ErrorCode::bad_input, "expected first argument to be a field in {}(), found {}",
                call.name, to_string(call.args[0]));
  }
  for (size_t i = 1; i + 1 < call.args.size(); ++i) {
    if (as<influx::VarRef>(call.args[i])) continue;
    return fail(ErrorCode::bad_input, "only fields or tags are allowed in {}(), found {}",
                call.name, to_string(call.args[i]));
  }
  return {};
}

Result<> check_distinct(const Call& call) {
  if (call.args.empty()) {
    return fail(ErrorCode::bad_input, "distinct function requires at least one argument");
  }
  if (call.args.size() > 1) {
    return fail(ErrorCode::bad_input, "distinct function can only have one argument");
  }
  if (as<influx::VarRef>(call.args[0])) return {};
  return fail(ErrorCode::bad_input, "expected field argument in distinct()");
}

Result<> check_integral(const Call& call) {
  EFD_TRY(expect_one_or_two_arguments(call));
  if (call.args.size() == 1) return {};
  if (const auto* unit = as<DurationLiteral>(call.args[1])) return expect_positive(*unit);
  return fail(ErrorCode::bad_input, "second argument must be a duration");
}

}  // namespace

FunctionKind kind_of(std::string_view name) {
  if (is_one_of(name, kMath)) return FunctionKind::math;
  if (is_one_of(name, kSelectors)) return FunctionKind::selector;
  if (is_one_of(name, kAggregates)) return FunctionKind::aggregate;
  if (is_one_of(name, kTransformations)) return FunctionKind::transformation;
  if (name == "percentile" || name == "sample") return FunctionKind::with_number;
  if (name == "distinct") return FunctionKind::distinct;
  if (name == "top" || name == "bottom") return FunctionKind::top;
  if (name == "integral") return FunctionKind::integral;
  const bool forecast = name == "holt_winters" || name == "holt_winters_with_fit";
  return forecast ? FunctionKind::holt_winters : FunctionKind::unknown;
}

bool is_literal(const ExprPtr& expr) {
  return as<influx::NumberLiteral>(expr) || as<IntegerLiteral>(expr) ||
         as<influx::UnsignedLiteral>(expr) || as<influx::StringLiteral>(expr) ||
         as<influx::BooleanLiteral>(expr) || as<DurationLiteral>(expr) ||
         as<influx::TimeLiteral>(expr) || as<influx::NilLiteral>(expr);
}

Result<> check_arguments(const Call& call, int64_t limit) {
  switch (kind_of(call.name)) {
    case FunctionKind::unknown:
      return fail(ErrorCode::bad_input, "undefined function {}()", call.name);
    case FunctionKind::math: {
      const bool two = call.name == "atan2" || call.name == "pow" || call.name == "log";
      return expect_arguments(call, two ? 2 : 1);
    }
    case FunctionKind::with_number:
      return check_with_number(call);
    case FunctionKind::distinct:
      return check_distinct(call);
    case FunctionKind::top:
      return check_top(call, limit);
    case FunctionKind::integral:
      return check_integral(call);
    case FunctionKind::holt_winters: {
      EFD_TRY(expect_arguments(call, 3));
      return check_holt_winters_numbers(call);
    }
    case FunctionKind::transformation:
      return check_transformation(call);
    default:
      return expect_arguments(call, 1);
  }
}

}  // namespace efd::query
