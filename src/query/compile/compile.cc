// SPDX-License-Identifier: MIT
#include "query/compile/compile.h"

#include <optional>

#include "query/functions/rules.h"

namespace efd::query {
namespace {

using influx::as;
using influx::ExprPtr;

constexpr int64_t kSecondsToUnixEpoch = 62'135'596'800;  // since 0001-01-01, Go's zero time

bool equals_ignoring_case(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if ((a[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// How far `time` lies behind the last multiple of `duration_ns` counted from Go's zero time.
int64_t offset_in(influx::WideTime time, int64_t duration_ns) {
  if (duration_ns <= 0) return 0;
  const __int128 ns = (__int128{time.seconds} + kSecondsToUnixEpoch) * kNsPerSecond + time.ns;
  return static_cast<int64_t>(ns % duration_ns);
}

Result<int64_t> interval_offset(const ExprPtr& arg, int64_t duration_ns, UtcTime now) {
  if (const auto* duration = as<influx::DurationLiteral>(arg)) {
    return duration_ns > 0 ? duration->ns % duration_ns : 0;
  }
  if (const auto* call = as<influx::Call>(arg)) {
    if (call->name != "now") {
      return fail(ErrorCode::bad_input, "time dimension offset function must be now()");
    }
    if (!call->args.empty()) {
      return fail(ErrorCode::bad_input,
                  "time dimension offset now() function requires no arguments");
    }
    return offset_in(influx::to_wide(now), duration_ns);
  }
  if (const auto* time = as<influx::TimeLiteral>(arg)) return offset_in(time->value, duration_ns);
  if (const auto* text = as<influx::StringLiteral>(arg)) {
    if (auto time = influx::parse_time(text->value)) return offset_in(time->time, duration_ns);
  }
  return fail(ErrorCode::bad_input, "time dimension offset must be duration or now()");
}

// GROUP BY time(duration[, offset])
Result<Interval> interval_of(const influx::Call& call, UtcTime now) {
  if (call.name != "time") {
    return fail(ErrorCode::bad_input, "only time() calls allowed in dimensions");
  }
  if (call.args.empty() || call.args.size() > 2) {
    return fail(ErrorCode::bad_input, "time dimension expected 1 or 2 arguments");
  }
  const auto* duration = as<influx::DurationLiteral>(call.args[0]);
  if (!duration) {
    return fail(ErrorCode::bad_input, "time dimension must have duration argument");
  }
  Interval interval{.duration_ns = duration->ns};
  if (call.args.size() == 2) {
    EFD_ASSIGN(interval.offset_ns, interval_offset(call.args[1], duration->ns, now));
  }
  return interval;
}

Result<Interval> compile_dimensions(influx::SelectStatement& select, UtcTime now) {
  Interval interval;
  for (ExprPtr& dimension : select.dimensions) {
    dimension = influx::reduce(dimension, {});
    if (const auto* name = as<influx::VarRef>(dimension)) {
      if (!equals_ignoring_case(name->name, "time")) continue;
      return fail(ErrorCode::bad_input, "time() is a function and expects at least one argument");
    }
    if (as<influx::Wildcard>(dimension) || as<influx::RegexLiteral>(dimension)) continue;
    const auto* call = as<influx::Call>(dimension);
    if (!call) return fail(ErrorCode::bad_input, "only time and tag dimensions allowed");
    EFD_ASSIGN(const Interval found, interval_of(*call, now));
    if (interval.is_set()) {
      return fail(ErrorCode::bad_input, "multiple time dimensions not allowed");
    }
    interval = found;
  }
  return interval;
}

// Takes the selected `time` out of the field list: it is there anyway.
void remove_time(influx::SelectStatement& select) {
  std::vector<influx::Field> fields;
  for (influx::Field& field : select.fields) {
    const auto* ref = as<influx::VarRef>(field.expr);
    if (!ref || ref->name != "time") {
      fields.push_back(std::move(field));
    } else if (!field.alias.empty()) {
      select.time_alias = field.alias;
    }
  }
  select.fields = std::move(fields);
}

// Rules about all fields together.
Result<> check_mix(const FieldUse& use, const influx::SelectStatement& select,
                   const FieldContext& context) {
  if (use.calls > 1 && !use.top_or_bottom.empty()) {
    return fail(ErrorCode::bad_input,
                "selector function {}() cannot be combined with other functions",
                use.top_or_bottom);
  }
  if (use.calls == 0) {
    if (select.fill.kind == influx::Fill::Kind::none) {
      return fail(ErrorCode::bad_input, "fill(none) must be used with a function");
    }
    if (select.fill.kind == influx::Fill::Kind::linear) {
      return fail(ErrorCode::bad_input, "fill(linear) must be used with a function");
    }
    if (context.has_interval && !context.inherits_interval) {
      return fail(ErrorCode::bad_input, "GROUP BY requires at least one aggregate function");
    }
  }
  if (use.has_distinct && (use.calls != 1 || use.has_auxiliary)) {
    return fail(ErrorCode::bad_input,
                "aggregate function distinct() cannot be combined with other functions or fields");
  }
  if (!use.has_auxiliary) return {};
  if (!use.only_selectors) {
    return fail(ErrorCode::bad_input,
                "mixing aggregate and non-aggregate queries is not supported");
  }
  if (use.calls > 1) {
    return fail(ErrorCode::bad_input,
                "mixing multiple selector functions with tags or fields is not supported");
  }
  return {};
}

Result<> compile_fields(influx::SelectStatement& select, const FieldContext& context) {
  remove_time(select);
  if (select.fields.empty()) {
    return fail(ErrorCode::bad_input, "at least 1 non-time field must be queried");
  }
  FieldUse use;
  for (influx::Field& field : select.fields) {
    field.expr = influx::reduce(field.expr, {});
    EFD_TRY(check_field(field.expr, context, use));
  }
  return check_mix(use, select, context);
}

// What an outer SELECT hands down to the ones in its FROM.
struct Outer {
  const influx::SelectStatement* select = nullptr;
  Interval interval;
};

Result<CompiledSelect> compile_one(const influx::SelectStatement& select, UtcTime now,
                                   const Outer& outer);

Result<> compile_subqueries(const CompiledSelect& compiled, UtcTime now) {
  for (const influx::Source& source : compiled.statement.sources) {
    const auto* subquery = std::get_if<influx::Subquery>(&source);
    if (!subquery) continue;
    const Outer outer{&compiled.statement, compiled.interval};
    EFD_TRY(compile_one(*subquery->select, now, outer));
  }
  return {};
}

// Splits WHERE and reads GROUP BY.
Result<CompiledSelect> compile_clauses(const influx::SelectStatement& select, UtcTime now) {
  CompiledSelect compiled{.statement = select, .condition = {}, .range = {}, .interval = {}};
  influx::Evaluation evaluation;
  evaluation.now = now;
  EFD_ASSIGN(influx::SplitCondition split, influx::split_condition(select.condition, evaluation));
  EFD_TRY(check_condition(split.condition));
  compiled.condition = std::move(split.condition);
  compiled.range = split.range;
  EFD_ASSIGN(compiled.interval, compile_dimensions(compiled.statement, now));
  if (compiled.interval.is_set() && !compiled.range.max) compiled.range.max = now;
  return compiled;
}

Result<CompiledSelect> compile_one(const influx::SelectStatement& select, UtcTime now,
                                   const Outer& outer) {
  EFD_ASSIGN(CompiledSelect compiled, compile_clauses(select, now));
  if (outer.select && !select.sort.empty() &&
      outer.select->is_ascending() != select.is_ascending()) {
    return fail(ErrorCode::bad_input,
                "subqueries must be ordered in the same direction as the query itself");
  }
  FieldContext context{.has_interval = compiled.interval.is_set(),
                       .inherits_interval = false,
                       .limit = select.paging.limit};
  if (!compiled.interval.is_set() && outer.interval.is_set()) {
    compiled.interval = outer.interval;
    context.has_interval = context.inherits_interval = true;
  }
  EFD_TRY(compile_fields(compiled.statement, context));
  EFD_TRY(compile_subqueries(compiled, now));
  return compiled;
}

}  // namespace

Result<CompiledSelect> compile(const influx::SelectStatement& select, UtcTime now) {
  return compile_one(select, now, Outer{});
}

}  // namespace efd::query
