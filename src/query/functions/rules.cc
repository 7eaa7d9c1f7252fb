// SPDX-License-Identifier: MIT
#include "query/functions/rules.h"

#include <algorithm>

#include "query/functions/arguments.h"
#include "query/functions/function_table.h"

namespace efd::query {
namespace {

using influx::as;
using influx::Call;
using influx::ExprPtr;

// One walk over one expression of the field list.
class FieldCheck {
 public:
  FieldCheck(const FieldContext& context, FieldUse& use) : context_(context), use_(use) {}

  Result<> check(const ExprPtr& expr) {
    if (as<influx::VarRef>(expr)) return take_auxiliary();
    if (as<influx::Wildcard>(expr)) return check_wildcard("wildcard");
    if (as<influx::RegexLiteral>(expr)) return check_wildcard("regex");
    if (const auto* call = as<Call>(expr)) return check_call(*call);
    if (as<influx::Distinct>(expr)) return take_distinct_keyword();
    if (const auto* binary = as<influx::BinaryExpr>(expr)) return check_binary(*binary);
    if (const auto* paren = as<influx::ParenExpr>(expr)) return check(paren->expr);
    return fail(ErrorCode::bad_input, "field must contain at least one variable");
  }

 private:
  Result<> take_auxiliary() {
    use_.has_auxiliary = true;
    return {};
  }

  Result<> take_distinct_keyword() {
    use_.has_distinct = true;
    use_.only_selectors = false;
    ++use_.calls;
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
    const Function* function = call ? find_function(call->name) : nullptr;
    return function && function->kind == FunctionKind::math &&
           std::all_of(call->args.begin(), call->args.end(), is_literal);
  }

  Result<> check_call(const Call& call) {
    EFD_ASSIGN(const Function* function, require_function(call.name));
    const FunctionKind kind = function->kind;
    if (kind == FunctionKind::math) return check_math(call);
    ++use_.calls;
    if (kind == FunctionKind::top) return check_top(call);
    if (kind == FunctionKind::distinct) return check_distinct(call, false);
    EFD_TRY(function->check_arguments(call, context_.limit));
    if (kind != FunctionKind::selector && kind != FunctionKind::with_number) {
      use_.only_selectors = false;
    }
    if (kind == FunctionKind::holt_winters) return check_holt_winters(call);
    if (kind == FunctionKind::transformation) return check_transformation(call);
    if (call.name == "count") return check_count(call);
    return check_symbol(call.name, call.args[0]);
  }

  Result<> check_math(const Call& call) {
    EFD_TRY(find_function(call.name)->check_arguments(call, context_.limit));
    if (std::all_of(call.args.begin(), call.args.end(), is_literal)) {
      return fail(ErrorCode::bad_input, "field must contain at least one variable");
    }
    for (const ExprPtr& arg : call.args) {
      if (!is_literal(arg)) EFD_TRY(check(arg));
    }
    return {};
  }

  // count alone may be asked of distinct values.
  Result<> check_count(const Call& call) {
    const auto* inner = as<Call>(call.args[0]);
    if (inner && inner->name == "distinct") return check_distinct(*inner, true);
    if (as<influx::Distinct>(call.args[0])) return {};
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

  Result<> check_distinct(const Call& call, bool nested) {
    EFD_TRY(find_function(call.name)->check_arguments(call, context_.limit));
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
    EFD_TRY(find_function(call.name)->check_arguments(call, context_.limit));
    use_.top_or_bottom = call.name;
    return {};
  }

  Result<> check_holt_winters(const Call& call) {
    if (const auto* inner = as<Call>(call.args[0])) return check_inner_aggregate(call, *inner);
    return fail(ErrorCode::bad_input, "must use aggregate function with {}", call.name);
  }

  Result<> check_transformation(const Call& call) {
    if (const auto* inner = as<Call>(call.args[0])) return check_inner_aggregate(call, *inner);
    if (context_.has_interval && !context_.inherits_interval) {
      return fail(ErrorCode::bad_input, "aggregate function required inside the call to {}",
                  call.name);
    }
    return check_symbol(call.name, call.args[0]);
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
  const Function* function = find_function(call->name);
  if (!function || function->kind != FunctionKind::math) {
    return fail(ErrorCode::bad_input, "invalid function call in condition: {}", to_string(expr));
  }
  EFD_TRY(function->check_arguments(*call, 0));
  for (const ExprPtr& arg : call->args) EFD_TRY(check_condition(arg));
  return {};
}

}  // namespace efd::query
