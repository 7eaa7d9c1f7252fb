// SPDX-License-Identifier: MIT
#include "query/select/output_columns.h"

namespace efd::query {
namespace {

class PlanScope : public Scope {
 public:
  PlanScope(const SelectPlan& plan, const OutputColumns::Places& places)
      : plan_(plan), places_(places) {}

  std::optional<ScopeColumn> find(const influx::VarRef& ref) override {
    const auto field = plan_.find(ref);
    if (!field && places_.missing) return ScopeColumn{*places_.missing, rows::FieldType::float_};
    if (!field) return std::nullopt;
    return ScopeColumn{places_.fields[*field], plan_.fields[*field].type};
  }

  Result<std::optional<ScopeColumn>> find(const influx::Call& call) override {
    const auto found = plan_.find(call);
    if (!found) return std::nullopt;
    return ScopeColumn{places_.calls[*found], plan_.calls[*found].type()};
  }

  // A tag in the field list reads as null: every row lacks it.
  std::optional<std::string_view> tag(const influx::VarRef&) const override { return std::nullopt; }

 private:
  const SelectPlan& plan_;
  const OutputColumns::Places& places_;
};

}  // namespace

Result<OutputColumns> OutputColumns::compile(const SelectPlan& plan, const Places& places) {
  OutputColumns output;
  PlanScope scope(plan, places);
  for (const influx::ExprPtr& expr : plan.columns) {
    EFD_ASSIGN(auto column, compile_expression(expr, scope));
    output.columns_.push_back(std::move(column));
  }
  return output;
}

}  // namespace efd::query
