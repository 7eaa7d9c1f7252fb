// SPDX-License-Identifier: MIT
#include "query/plan/referenced_fields.h"

namespace efd::query {

using influx::as;

ReferencedFields::ReferencedFields(const std::vector<influx::Field>& fields,
                                   const influx::ExprPtr& condition) {
  for (const influx::Field& field : fields) add(field.expr);
  in_condition_ = true;
  if (condition) add(condition);
}

void ReferencedFields::add(const influx::VarRef& ref) {
  names_.insert(ref.name);
  const bool plain =
      ref.type == influx::DataType::unknown || ref.type == influx::DataType::any_field;
  if (plain) without_type_.insert(ref.name);
}

void ReferencedFields::add(const influx::ExprPtr& expr) {
  if (as<influx::Wildcard>(expr)) everything_ = true;
  if (as<influx::RegexLiteral>(expr) && !in_condition_) everything_ = true;
  if (const auto* ref = as<influx::VarRef>(expr)) add(*ref);
  if (const auto* paren = as<influx::ParenExpr>(expr)) add(paren->expr);
  if (const auto* binary = as<influx::BinaryExpr>(expr)) {
    add(binary->lhs);
    add(binary->rhs);
  }
  if (const auto* call = as<influx::Call>(expr)) {
    for (const influx::ExprPtr& arg : call->args) add(arg);
  }
}

}  // namespace efd::query
