// SPDX-License-Identifier: MIT
#include "query/compile/support.h"

#include "query/functions/function_table.h"

namespace efd::query {
namespace {

using influx::as;

Result<> check_type(influx::DataType type) {
  if (type != influx::DataType::unsigned_integer) return {};
  return not_supported("the type unsigned");
}

Result<> check_call(const influx::Call& call) {
  const Function* function = find_function(call.name);
  if (!function || !function->is_built()) return not_supported(call.name + "()");
  const auto* arg = as<influx::VarRef>(call.args[0]);
  if (arg) return check_type(arg->type);
  if (as<influx::Wildcard>(call.args[0]) || as<influx::RegexLiteral>(call.args[0])) return {};
  return not_supported(call.name + "(distinct())");
}

Result<> check_field(const influx::ExprPtr& expr) {
  if (const auto* paren = as<influx::ParenExpr>(expr)) return check_field(paren->expr);
  if (const auto* ref = as<influx::VarRef>(expr)) return check_type(ref->type);
  if (const auto* call = as<influx::Call>(expr)) return check_call(*call);
  if (as<influx::Wildcard>(expr) || as<influx::RegexLiteral>(expr)) return {};
  if (as<influx::Distinct>(expr)) return not_supported("distinct()");
  return not_supported("arithmetic in the field list");
}

}  // namespace

Result<> check_supported(const influx::SelectStatement& select) {
  if (select.target) return not_supported("INTO");
  if (!select.time_zone.empty()) return not_supported("tz()");
  if (select.fill.kind == influx::Fill::Kind::linear) return not_supported("fill(linear)");
  for (const influx::Source& source : select.sources) {
    if (std::holds_alternative<influx::Subquery>(source)) return not_supported("subqueries");
  }
  for (const influx::Field& field : select.fields) EFD_TRY(check_field(field.expr));
  return {};
}

}  // namespace efd::query
