// SPDX-License-Identifier: MIT
#include "query/functions/arguments.h"

#include <array>

#include "influx/duration.h"

namespace efd::query {
namespace {

using influx::as;
using influx::Call;
using influx::DurationLiteral;
using influx::ExprPtr;
using influx::IntegerLiteral;

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

}  // namespace

bool is_literal(const ExprPtr& expr) {
  return as<influx::NumberLiteral>(expr) || as<IntegerLiteral>(expr) ||
         as<influx::UnsignedLiteral>(expr) || as<influx::StringLiteral>(expr) ||
         as<influx::BooleanLiteral>(expr) || as<DurationLiteral>(expr) ||
         as<influx::TimeLiteral>(expr) || as<influx::NilLiteral>(expr);
}

Result<> one_argument(const Call& call, int64_t) {
  return expect_arguments(call, 1);
}

Result<> two_arguments(const Call& call, int64_t) {
  return expect_arguments(call, 2);
}

Result<> two_to_four_arguments(const Call& call, int64_t) {
  if (call.args.size() >= 2 && call.args.size() <= 4) return {};
  return fail(ErrorCode::bad_input,
              "invalid number of arguments for {}, expected at least 2 but no more than 4, got {}",
              call.name, call.args.size());
}

Result<> holt_winters_numbers(const Call& call, int64_t) {
  EFD_TRY(expect_arguments(call, 3));
  return check_holt_winters_numbers(call);
}

Result<> field_and_window(const Call& call, int64_t) {
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

Result<> field_and_unit(const Call& call, int64_t) {
  EFD_TRY(expect_one_or_two_arguments(call));
  if (call.args.size() == 1) return {};
  if (const auto* unit = as<DurationLiteral>(call.args[1])) return expect_positive(*unit);
  return fail(ErrorCode::bad_input, "second argument to {} must be a duration, got {}", call.name,
              go_type(call.args[1]));
}

Result<> field_and_percentage(const Call& call, int64_t) {
  EFD_TRY(expect_arguments(call, 2));
  if (as<IntegerLiteral>(call.args[1]) || as<influx::NumberLiteral>(call.args[1])) return {};
  return fail(ErrorCode::bad_input, "expected float argument in percentile()");
}

Result<> field_and_sample_size(const Call& call, int64_t) {
  EFD_TRY(expect_arguments(call, 2));
  const auto* size = as<IntegerLiteral>(call.args[1]);
  if (!size) return fail(ErrorCode::bad_input, "expected integer argument in sample()");
  if (size->value > 0) return {};
  return fail(ErrorCode::bad_input, "sample window must be greater than 1, got {}", size->value);
}

Result<> fields_and_count(const Call& call, int64_t limit) {
  if (call.args.size() < 2) {
    return fail(ErrorCode::bad_input,
                "invalid number of arguments for {}, expected at least 2, got {}", call.name,
                call.args.size());
  }
  EFD_TRY(check_top_limit(call, limit));
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

Result<> one_distinct_field(const Call& call, int64_t) {
  if (call.args.empty()) {
    return fail(ErrorCode::bad_input, "distinct function requires at least one argument");
  }
  if (call.args.size() > 1) {
    return fail(ErrorCode::bad_input, "distinct function can only have one argument");
  }
  if (as<influx::VarRef>(call.args[0])) return {};
  return fail(ErrorCode::bad_input, "expected field argument in distinct()");
}

Result<> field_and_integral_unit(const Call& call, int64_t) {
  EFD_TRY(expect_one_or_two_arguments(call));
  if (call.args.size() == 1) return {};
  if (const auto* unit = as<DurationLiteral>(call.args[1])) return expect_positive(*unit);
  return fail(ErrorCode::bad_input, "second argument must be a duration");
}

}  // namespace efd::query
