// SPDX-License-Identifier: MIT
#include "influx/condition.h"

#include <algorithm>
#include <limits>

#include "influx/fold.h"

namespace efd::influx {
namespace {

bool is_literal_boolean(const ExprPtr& expr, bool value) {
  const auto* boolean = as<BooleanLiteral>(expr);
  return boolean && boolean->value == value;
}

// AND and OR of which one side is known; null: neither is.
ExprPtr short_circuit(Op op, const ExprPtr& lhs, const ExprPtr& rhs) {
  if (op != Op::logical_and && op != Op::logical_or) return nullptr;
  const bool deciding = op == Op::logical_or;
  if (is_literal_boolean(lhs, deciding)) return lhs;
  if (is_literal_boolean(rhs, deciding)) return rhs;
  if (is_literal_boolean(lhs, !deciding)) return rhs;
  return is_literal_boolean(rhs, !deciding) ? lhs : nullptr;
}

ExprPtr reduce_below(const ExprPtr& expr, const Evaluation& evaluation);

ExprPtr combine(const BinaryExpr& binary, const Evaluation& evaluation) {
  if (ExprPtr known = short_circuit(binary.op, binary.lhs, binary.rhs)) return known;
  if (ExprPtr folded = fold(binary.op, binary.lhs, binary.rhs, evaluation)) return folded;
  return make_expr(binary);
}

ExprPtr reduce_call(const Call& call, const Evaluation& evaluation) {
  if (call.name == "now" && call.args.empty() && evaluation.now) {
    return make_expr(TimeLiteral{to_wide(*evaluation.now)});
  }
  Call reduced{call.name, {}};
  for (const ExprPtr& arg : call.args) reduced.args.push_back(reduce_below(arg, evaluation));
  return make_expr(std::move(reduced));
}

// Parentheses stay around operators only.
ExprPtr reduce_paren(const ParenExpr& paren, const Evaluation& evaluation) {
  ExprPtr inner = reduce_below(paren.expr, evaluation);
  return as<BinaryExpr>(inner) ? make_expr(ParenExpr{inner}) : inner;
}

// reduce() but for the parentheses around the whole.
ExprPtr reduce_below(const ExprPtr& expr, const Evaluation& evaluation) {
  if (const auto* binary = as<BinaryExpr>(expr)) {
    return combine(
        {binary->op, reduce_below(binary->lhs, evaluation), reduce_below(binary->rhs, evaluation)},
        evaluation);
  }
  if (const auto* call = as<Call>(expr)) return reduce_call(*call, evaluation);
  if (const auto* paren = as<ParenExpr>(expr)) return reduce_paren(*paren, evaluation);
  const auto* ref = as<VarRef>(expr);
  if (ref && evaluation.value_of) {
    if (ExprPtr value = evaluation.value_of(ref->name)) return value;
  }
  return expr;
}

ExprPtr without_outer_parens(const ExprPtr& expr) {
  const auto* paren = as<ParenExpr>(expr);
  return paren ? paren->expr : expr;
}

bool is_time(const ExprPtr& expr) {
  const auto* ref = as<VarRef>(expr);
  if (!ref) return false;
  constexpr std::string_view kTime = "time";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::equal(ref->name.begin(), ref->name.end(), kTime.begin(), kTime.end(), same);
}

// 5 < time is time > 5.
Op mirrored(Op op) {
  switch (op) {
    case Op::less:
      return Op::greater;
    case Op::less_equal:
      return Op::greater_equal;
    case Op::greater:
      return Op::less;
    case Op::greater_equal:
      return Op::less_equal;
    default:
      return op;
  }
}

// The name of a node's type in InfluxDB's error texts.
std::string_view go_type(const ExprPtr& expr) {
  // In the order of Expr::Node.
  static constexpr std::string_view kNames[] = {
      "VarRef",        "Call",           "BinaryExpr",      "ParenExpr",      "Distinct",
      "Wildcard",      "RegexLiteral",   "NumberLiteral",   "IntegerLiteral", "UnsignedLiteral",
      "StringLiteral", "BooleanLiteral", "DurationLiteral", "TimeLiteral",    "NilLiteral"};
  static_assert(std::size(kNames) == std::variant_size_v<Expr::Node>);
  return kNames[expr->node.index()];
}

// The lowest time is kept for InfluxDB's own use.
Result<UtcTime> checked(WideTime time) {
  const std::optional<UtcTime> utc = to_utc(time);
  if (utc && *utc > kUtcTimeMin) return *utc;
  const bool is_above = time > to_wide(kUtcTimeMax);
  return fail(ErrorCode::bad_input, "time {} {} time literal", to_string(WideTime{time.seconds, 0}),
              is_above ? "overflows" : "underflows");
}

// The time that `time` is compared with.
Result<UtcTime> bound_of(const ExprPtr& expr, const Evaluation& evaluation) {
  const auto* text = as<StringLiteral>(expr);
  if (text && looks_like_time(text->value)) {
    const std::optional<WideTime> time = time_of(*text, evaluation);
    if (!time) return fail(ErrorCode::bad_input, "invalid timestamp string");
    return checked(*time);
  }
  const ExprPtr value = reduce(expr, evaluation);
  if (const auto* time = as<TimeLiteral>(value)) return checked(time->value);
  if (const auto* duration = as<DurationLiteral>(value)) return UtcTime::from_ns(duration->ns);
  if (const auto* integer = as<IntegerLiteral>(value)) return UtcTime::from_ns(integer->value);
  if (const auto* number = as<NumberLiteral>(value)) {
    return UtcTime::from_ns(saturate(number->value));
  }
  return fail(ErrorCode::bad_input, "invalid operation: time and *influxql.{} are not compatible",
              go_type(value));
}

// One nanosecond later or earlier, held at the ends of int64.
UtcTime step(UtcTime time, int64_t ns) {
  int64_t sum = 0;
  return __builtin_add_overflow(time.ns(), ns, &sum) ? time : UtcTime::from_ns(sum);
}

Result<TimeRange> range_of(Op op, const ExprPtr& expr, const Evaluation& evaluation) {
  EFD_ASSIGN(const UtcTime bound, bound_of(expr, evaluation));
  switch (op) {
    case Op::greater:
      return TimeRange{step(bound, 1), {}};
    case Op::greater_equal:
      return TimeRange{bound, {}};
    case Op::less:
      return TimeRange{{}, step(bound, -1)};
    case Op::less_equal:
      return TimeRange{{}, bound};
    case Op::equal:
      return TimeRange{bound, bound};
    default:
      return fail(ErrorCode::bad_input, "invalid time comparison operator: {}", to_string(op));
  }
}

Result<SplitCondition> split(const ExprPtr& condition, const Evaluation& evaluation);

Result<SplitCondition> split_logical(const BinaryExpr& binary, const Evaluation& evaluation) {
  EFD_ASSIGN(SplitCondition left, split(binary.lhs, evaluation));
  EFD_ASSIGN(SplitCondition right, split(binary.rhs, evaluation));
  SplitCondition whole{nullptr, left.range.intersect(right.range)};
  if (!left.condition || !right.condition) {
    whole.condition = left.condition ? left.condition : right.condition;
  } else {
    whole.condition = combine({binary.op, left.condition, right.condition}, {});
  }
  return whole;
}

Result<SplitCondition> split_comparison(const BinaryExpr& binary, const ExprPtr& condition,
                                        const Evaluation& evaluation) {
  SplitCondition out;
  if (is_time(binary.lhs)) {
    EFD_ASSIGN(out.range, range_of(binary.op, binary.rhs, evaluation));
  } else if (is_time(binary.rhs)) {
    EFD_ASSIGN(out.range, range_of(mirrored(binary.op), binary.lhs, evaluation));
  } else {
    out.condition = reduce_below(condition, evaluation);
  }
  return out;
}

Result<SplitCondition> split(const ExprPtr& condition, const Evaluation& evaluation) {
  if (const auto* binary = as<BinaryExpr>(condition)) {
    const bool is_logical = binary->op == Op::logical_and || binary->op == Op::logical_or;
    return is_logical ? split_logical(*binary, evaluation)
                      : split_comparison(*binary, condition, evaluation);
  }
  if (const auto* paren = as<ParenExpr>(condition)) {
    EFD_ASSIGN(SplitCondition inner, split(paren->expr, evaluation));
    if (inner.condition) inner.condition = reduce_paren({inner.condition}, {});
    return inner;
  }
  if (as<BooleanLiteral>(condition)) return SplitCondition{condition, {}};
  return fail(ErrorCode::bad_input, "invalid condition expression: {}", to_string(condition));
}

}  // namespace

ExprPtr reduce(const ExprPtr& expr, const Evaluation& evaluation) {
  return without_outer_parens(reduce_below(expr, evaluation));
}

TimeRange TimeRange::intersect(const TimeRange& other) const {
  TimeRange out = *this;
  if (other.min && (!out.min || *other.min > *out.min)) out.min = other.min;
  if (other.max && (!out.max || *other.max < *out.max)) out.max = other.max;
  return out;
}

Result<SplitCondition> split_condition(const ExprPtr& condition, const Evaluation& evaluation) {
  if (!condition) return SplitCondition{};
  EFD_ASSIGN(SplitCondition out, split(condition, evaluation));
  out.condition = without_outer_parens(out.condition);
  if (is_literal_boolean(out.condition, true)) out.condition = nullptr;
  return out;
}

}  // namespace efd::influx
