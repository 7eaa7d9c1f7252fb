// SPDX-License-Identifier: MIT
#include "query/functions.h"

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

constexpr std::array<std::string_view, 17> kMath = {
    "abs", "sin", "cos",  "tan",   "asin", "acos", "atan",  "atan2", "exp",
    "log", "ln",  "log2", "log10", "sqrt", "pow",  "floor", "ceil"};
constexpr std::array<std::string_view, 4> kSelectors = {"max", "min", "first", "last"};
constexpr std::array<std::string_view, 7> kAggregates = {"count", "sum",    "mean",  "median",
                                                         "mode",  "stddev", "spread"};
constexpr std::array<std::string_view, 7> kTechnicalAnalyses = {
    "exponential_moving_average",        "double_exponential_moving_average",
    "triple_exponential_moving_average", "triple_exponential_derivative",
    "relative_strength_index",           "kaufmans_efficiency_ratio",
    "kaufmans_adaptive_moving_average"};

bool is_literal(const ExprPtr& expr) {
  return as<influx::NumberLiteral>(expr) || as<IntegerLiteral>(expr) ||
         as<influx::UnsignedLiteral>(expr) || as<influx::StringLiteral>(expr) ||
         as<influx::BooleanLiteral>(expr) || as<DurationLiteral>(expr) ||
         as<influx::TimeLiteral>(expr) || as<influx::NilLiteral>(expr);
}

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

// One walk over one expression of the field list.
class FieldCheck {
 public:
  FieldCheck(const FieldContext& context, FieldUse& use) : context_(context), use_(use) {}

  Result<> check(const ExprPtr& expr) {
    if (as<influx::VarRef>(expr)) return take_auxiliary();
    if (as<influx::Wildcard>(expr)) return check_wildcard("wildcard");
    if (as<influx::RegexLiteral>(expr)) return check_wildcard("regex");
    if (const auto* call = as<Call>(expr)) return check_call(*call);
    if (as<influx::Distinct>(expr)) return check_distinct_keyword();
    if (const auto* binary = as<influx::BinaryExpr>(expr)) return check_binary(*binary);
    if (const auto* paren = as<influx::ParenExpr>(expr)) return check(paren->expr);
    return fail(ErrorCode::bad_input, "field must contain at least one variable");
  }

 private:
  Result<> take_auxiliary() {
    use_.has_auxiliary = true;
    return {};
  }

  Result<> check_wildcard(std::string_view what) {
    if (allow_wildcard_) return take_auxiliary();
    return fail(ErrorCode::bad_input, "unable to use {} in a binary expression", what);
  }

  Result<> check_binary(const influx::BinaryExpr& binary) {
    allow_wildcard_ = false;
    if (is_literal(binary.lhs) && is_literal(binary.rhs)) {
      return fail(ErrorCode::bad_input, "cannot perform a binary expression on two literals");
    }
    if (!is_constant(binary.lhs)) EFD_TRY(check(binary.lhs));
    if (!is_constant(binary.rhs)) EFD_TRY(check(binary.rhs));
    return {};
  }

  // A literal, or a math function of literals.
  static bool is_constant(const ExprPtr& expr) {
    if (is_literal(expr)) return true;
    const auto* call = as<Call>(expr);
    return call && is_math_function(call->name) &&
           std::all_of(call->args.begin(), call->args.end(), is_literal);
  }

  Result<> check_math(const Call& call) {
    EFD_TRY(expect_arguments(call, math_argument_count(call.name)));
    if (std::all_of(call.args.begin(), call.args.end(), is_literal)) {
      return fail(ErrorCode::bad_input, "field must contain at least one variable");
    }
    for (const ExprPtr& arg : call.args) {
      if (!is_literal(arg)) EFD_TRY(check(arg));
    }
    return {};
  }

  Result<> check_call(const Call& call) {
    if (is_math_function(call.name)) return check_math(call);
    use_.calls.push_back(&call);
    if (call.name == "percentile" || call.name == "sample") return check_with_number(call);
    if (call.name == "distinct") return check_distinct(call, false);
    if (call.name == "top" || call.name == "bottom") return check_top(call);
    if (call.name == "integral") return check_integral(call);
    if (call.name.starts_with("holt_winters")) return check_holt_winters(call);
    if (is_transformation(call.name)) return check_transformation(call);
    return check_plain(call);
  }

  // count, sum ...: one field.
  Result<> check_plain(const Call& call) {
    if (is_one_of(call.name, kAggregates)) {
      use_.only_selectors = false;
    } else if (!is_one_of(call.name, kSelectors)) {
      return fail(ErrorCode::bad_input, "undefined function {}()", call.name);
    }
    EFD_TRY(expect_arguments(call, 1));
    if (call.name == "count") {
      const auto* inner = as<Call>(call.args[0]);
      if (inner && inner->name == "distinct") return check_distinct(*inner, true);
      if (as<influx::Distinct>(call.args[0])) return {};
    }
    return check_symbol(call.name, call.args[0]);
  }

  // The argument that must be a field, or stand for several.
  Result<> check_symbol(std::string_view name, const ExprPtr& arg) {
    if (as<influx::VarRef>(arg)) return {};
    const bool is_wildcard = as<influx::Wildcard>(arg) != nullptr;
    if (!is_wildcard && !as<influx::RegexLiteral>(arg)) {
      return fail(ErrorCode::bad_input, "expected field argument in {}()", name);
    }
    if (!allow_wildcard_) {
      return fail(ErrorCode::bad_input, "unsupported expression with {}: {}()",
                  is_wildcard ? "wildcard" : "regex field", name);
    }
    use_.only_selectors = false;
    return {};
  }

  Result<> check_with_number(const Call& call) {
    EFD_TRY(expect_arguments(call, 2));
    const auto* integer = as<IntegerLiteral>(call.args[1]);
    if (call.name == "percentile") {
      if (!integer && !as<influx::NumberLiteral>(call.args[1])) {
        return fail(ErrorCode::bad_input, "expected float argument in percentile()");
      }
    } else if (!integer) {
      return fail(ErrorCode::bad_input, "expected integer argument in sample()");
    } else if (integer->value <= 0) {
      return fail(ErrorCode::bad_input, "sample window must be greater than 1, got {}",
                  integer->value);
    }
    return check_symbol(call.name, call.args[0]);
  }

  Result<> check_distinct_keyword() {
    use_.has_distinct = true;
    use_.only_selectors = false;
    static const Call kDistinct{"distinct", {}};
    use_.calls.push_back(&kDistinct);
    return {};
  }

  Result<> check_distinct(const Call& call, bool nested) {
    if (call.args.empty()) {
      return fail(ErrorCode::bad_input, "distinct function requires at least one argument");
    }
    if (call.args.size() > 1) {
      return fail(ErrorCode::bad_input, "distinct function can only have one argument");
    }
    if (!as<influx::VarRef>(call.args[0])) {
      return fail(ErrorCode::bad_input, "expected field argument in distinct()");
    }
    if (!nested) use_.has_distinct = true;
    use_.only_selectors = false;
    return {};
  }

  Result<> check_top(const Call& call) {
    if (!use_.top_or_bottom.empty()) {
      return fail(ErrorCode::bad_input,
                  "selector function {}() cannot be combined with other functions",
                  use_.top_or_bottom);
    }
    if (call.args.size() < 2) {
      return fail(ErrorCode::bad_input,
                  "invalid number of arguments for {}, expected at least 2, got {}", call.name,
                  call.args.size());
    }
    EFD_TRY(check_top_limit(call));
    if (!as<influx::VarRef>(call.args[0])) {
      return fail(ErrorCode::bad_input, "expected first argument to be a field in {}(), found {}",
                  call.name, to_string(call.args[0]));
    }
    for (size_t i = 1; i + 1 < call.args.size(); ++i) {
      if (as<influx::VarRef>(call.args[i])) continue;
      return fail(ErrorCode::bad_input, "only fields or tags are allowed in {}(), found {}",
                  call.name, to_string(call.args[i]));
    }
    use_.top_or_bottom = call.name;
    return {};
  }

  Result<> check_top_limit(const Call& call) const {
    const auto* limit = as<IntegerLiteral>(call.args.back());
    if (!limit) {
      return fail(ErrorCode::bad_input, "expected integer as last argument in {}(), found {}",
                  call.name, to_string(call.args.back()));
    }
    if (limit->value <= 0) {
      return fail(ErrorCode::bad_input, "limit ({}) in {} function must be at least 1",
                  limit->value, call.name);
    }
    if (context_.limit > 0 && limit->value > context_.limit) {
      return fail(ErrorCode::bad_input,
                  "limit ({}) in {} function can not be larger than the LIMIT ({}) in the select "
                  "statement",
                  limit->value, call.name, context_.limit);
    }
    return {};
  }

  Result<> check_integral(const Call& call) {
    EFD_TRY(expect_one_or_two_arguments(call));
    if (call.args.size() == 2) {
      const auto* unit = as<DurationLiteral>(call.args[1]);
      if (!unit) return fail(ErrorCode::bad_input, "second argument must be a duration");
      EFD_TRY(expect_positive(*unit));
    }
    use_.only_selectors = false;
    return check_symbol(call.name, call.args[0]);
  }

  Result<> check_holt_winters(const Call& call) {
    if (call.name != "holt_winters" && call.name != "holt_winters_with_fit") {
      return fail(ErrorCode::bad_input, "undefined function {}()", call.name);
    }
    EFD_TRY(expect_arguments(call, 3));
    EFD_TRY(check_holt_winters_numbers(call));
    use_.only_selectors = false;
    const auto* inner = as<Call>(call.args[0]);
    if (!inner) {
      return fail(ErrorCode::bad_input, "must use aggregate function with {}", call.name);
    }
    return check_inner_aggregate(call, *inner);
  }

  static Result<> check_holt_winters_numbers(const Call& call) {
    const auto* predictions = as<IntegerLiteral>(call.args[1]);
    if (!predictions) {
      return fail(ErrorCode::bad_input, "expected integer argument as second arg in {}", call.name);
    }
    if (predictions->value <= 0) {
      return fail(ErrorCode::bad_input, "second arg to {} must be greater than 0, got {}",
                  call.name, predictions->value);
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

  static bool is_transformation(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kNames = {
        "derivative",     "non_negative_derivative", "difference", "non_negative_difference",
        "cumulative_sum", "moving_average",          "elapsed"};
    return is_one_of(name, kNames) || is_one_of(name, kTechnicalAnalyses) ||
           name == "chande_momentum_oscillator";
  }

  // From a field's values, or an aggregate's, to as many values.
  Result<> check_transformation(const Call& call) {
    EFD_TRY(check_transformation_arguments(call));
    use_.only_selectors = false;
    if (const auto* inner = as<Call>(call.args[0])) return check_inner_aggregate(call, *inner);
    if (context_.has_interval && !context_.inherits_interval) {
      return fail(ErrorCode::bad_input, "aggregate function required inside the call to {}",
                  call.name);
    }
    return check_symbol(call.name, call.args[0]);
  }

  static Result<> check_transformation_arguments(const Call& call) {
    if (call.name.find("difference") != std::string::npos || call.name == "cumulative_sum") {
      return expect_arguments(call, 1);
    }
    if (call.name == "moving_average") return check_window(call);
    if (call.name == "elapsed" || call.name == "derivative" ||
        call.name == "non_negative_derivative") {
      return check_unit(call);
    }
    if (call.args.size() >= 2 && call.args.size() <= 4) return {};
    return fail(
        ErrorCode::bad_input,
        "invalid number of arguments for {}, expected at least 2 but no more than 4, got {}",
        call.name, call.args.size());
  }

  static Result<> check_window(const Call& call) {
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

  static Result<> check_unit(const Call& call) {
    EFD_TRY(expect_one_or_two_arguments(call));
    if (call.args.size() == 1) return {};
    if (const auto* unit = as<DurationLiteral>(call.args[1])) return expect_positive(*unit);
    return fail(ErrorCode::bad_input, "second argument to {} must be a duration, got {}", call.name,
                go_type(call.args[1]));
  }

  Result<> check_inner_aggregate(const Call& outer, const Call& inner) {
    if (!context_.has_interval) {
      return fail(ErrorCode::bad_input, "{} aggregate requires a GROUP BY interval", outer.name);
    }
    if (inner.name == "distinct") return check_distinct(inner, true);
    return check_call(inner);
  }

  const FieldContext& context_;
  FieldUse& use_;
  bool allow_wildcard_ = true;
};

}  // namespace

bool is_math_function(std::string_view name) {
  return is_one_of(name, kMath) || name == "round";
}

size_t math_argument_count(std::string_view name) {
  return name == "atan2" || name == "pow" || name == "log" ? 2 : 1;
}

Result<> check_field(const ExprPtr& expr, const FieldContext& context, FieldUse& use) {
  return FieldCheck(context, use).check(expr);
}

Result<> check_condition(const ExprPtr& expr) {
  if (const auto* binary = as<influx::BinaryExpr>(expr)) {
    EFD_TRY(check_condition(binary->lhs));
    return check_condition(binary->rhs);
  }
  if (const auto* paren = as<influx::ParenExpr>(expr)) return check_condition(paren->expr);
  const auto* call = as<Call>(expr);
  if (!call) return {};
  if (!is_math_function(call->name)) {
    return fail(ErrorCode::bad_input, "invalid function call in condition: {}", to_string(expr));
  }
  EFD_TRY(expect_arguments(*call, math_argument_count(call->name)));
  for (const ExprPtr& arg : call->args) EFD_TRY(check_condition(arg));
  return {};
}

}  // namespace efd::query
