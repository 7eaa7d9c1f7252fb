// SPDX-License-Identifier: MIT
#include "query/plan/plan.h"

#include <algorithm>
#include <functional>
#include <map>

#include "influx/quote.h"
#include "query/expression/regex.h"
#include "query/plan/referenced_fields.h"

namespace efd::query {
namespace {

using influx::as;
using influx::ExprPtr;
using rows::FieldType;
using Filter = std::function<bool(const std::string& name, FieldType type)>;

ExprPtr without_parens(ExprPtr expr) {
  while (const auto* paren = as<influx::ParenExpr>(expr)) expr = paren->expr;
  return expr;
}

// The field list with `*` and /regex/ replaced by the fields that they stand for.
class Expansion {
 public:
  explicit Expansion(const FieldTypes& types) : types_(types) {}

  Result<std::vector<influx::Field>> expand(const std::vector<influx::Field>& fields) {
    for (const influx::Field& field : fields) EFD_TRY(expand_field(field));
    return std::move(expanded_);
  }

 private:
  Result<> expand_field(const influx::Field& field) {
    const ExprPtr expr = without_parens(field.expr);
    const auto* call = as<influx::Call>(expr);
    const ExprPtr target = call ? call->args[0] : expr;
    EFD_ASSIGN(const Filter filter, filter_of(target));
    if (!filter) {
      expanded_.push_back(field);
      return {};
    }
    for (const auto& [name, type] : types_.all()) {
      if (!filter(name, type)) continue;
      const ExprPtr ref = influx::make_expr(influx::VarRef{name});
      if (!call) {
        expanded_.push_back({ref, ""});
      } else if (takes(*call, type)) {
        expanded_.push_back(
            {influx::make_expr(influx::Call{call->name, {ref}}), field.name() + "_" + name});
      }
    }
    return {};
  }

  // Which fields `expr` stands for; empty when it is no wildcard.
  static Result<Filter> filter_of(const ExprPtr& expr) {
    if (const auto* wildcard = as<influx::Wildcard>(expr)) {
      const bool none = wildcard->kind == influx::Wildcard::Kind::tags;
      return Filter([none](const std::string&, FieldType) { return !none; });
    }
    const auto* literal = as<influx::RegexLiteral>(expr);
    if (!literal) return Filter();
    EFD_ASSIGN(Regex regex, Regex::compile(literal->text));
    return Filter([regex](const std::string& name, FieldType) { return regex.matches(name); });
  }

  static bool takes(const influx::Call& call, FieldType type) {
    const Function* function = find_function(call.name);
    return function && function->takes_type(type);
  }

  const FieldTypes& types_;
  std::vector<influx::Field> expanded_;
};

// Gathers what the columns are made of: fields of the rows and calls.
class Planner {
 public:
  explicit Planner(SelectPlan& plan) : plan_(plan) {}

  Result<> add(const ExprPtr& expr) {
    if (const auto* paren = as<influx::ParenExpr>(expr)) return add(paren->expr);
    if (const auto* call = as<influx::Call>(expr)) return add_call(*call);
    if (const auto* ref = as<influx::VarRef>(expr)) add_field(*ref);
    const auto* binary = as<influx::BinaryExpr>(expr);
    if (!binary) return {};
    EFD_TRY(add(binary->lhs));
    return add(binary->rhs);
  }

 private:
  void add_field(const influx::VarRef& ref) {
    const auto field = plan_.types.resolve(ref);
    plan_.names_missing = plan_.names_missing || !field;
    if (!field) return;
    const auto [at, is_new] =
        plan_.field_index.try_emplace({ref.name, ref.type}, plan_.fields.size());
    if (is_new) plan_.fields.push_back(*field);
  }

  Result<> add_call(const influx::Call& call) {
    const auto* ref = as<influx::VarRef>(call.args[0]);
    CallPlan planned{.function = find_function(call.name), .field = plan_.types.resolve(*ref)};
    if (planned.field) EFD_TRY(planned.function->check_type(planned.field->type));
    const auto [at, is_new] =
        plan_.call_index.try_emplace({call.name, {ref->name, ref->type}}, plan_.calls.size());
    if (is_new) plan_.calls.push_back(std::move(planned));
    return {};
  }

  SelectPlan& plan_;
};

std::vector<std::pair<std::string, std::string>> tags_of(const influx::SelectStatement& select) {
  std::map<std::string, std::string> tags;
  for (const ExprPtr& dimension : select.dimensions) {
    if (const auto* name = as<influx::VarRef>(dimension)) tags[name->name] = "";
  }
  return {tags.begin(), tags.end()};
}

// So many fields are named in the notes of an answer; of more the number is told.
constexpr size_t kNotesMax = 16;

// One note for each type of a field that its references without a type leave out.
std::vector<std::string> notes_of(const ReferencedFields& read, const FieldTypes& types) {
  std::vector<std::string> notes;
  size_t more = 0;
  for (const std::string& name : read.without_type()) {
    for (FieldType type : types.hidden(name)) {
      if (notes.size() == kNotesMax) {
        ++more;
        continue;
      }
      const std::string field = influx::quote_ident(name);
      notes.push_back(fmt::format(
          "{} also has values of type {} in this range of time, which are not shown: {}::{} shows "
          "them",
          field, rows::to_string(type), field, rows::to_string(type)));
    }
  }
  if (more > 0) {
    notes.push_back(
        fmt::format("{} more fields have values of other types in this range of time, "
                    "which are not shown: FIELD::TYPE shows them, SHOW FIELD KEYS "
                    "lists the types",
                    more));
  }
  return notes;
}

}  // namespace

bool SelectPlan::has_call_with_field() const {
  return std::any_of(calls.begin(), calls.end(),
                     [](const CallPlan& call) { return call.field.has_value(); });
}

std::optional<size_t> SelectPlan::find(const influx::VarRef& ref) const {
  const auto found = field_index.find({ref.name, ref.type});
  return found == field_index.end() ? std::nullopt : std::optional(found->second);
}

std::optional<size_t> SelectPlan::find(const influx::Call& call) const {
  const auto* ref = as<influx::VarRef>(call.args[0]);
  const auto found = call_index.find({call.name, {ref->name, ref->type}});
  return found == call_index.end() ? std::nullopt : std::optional(found->second);
}

Result<SelectPlan> plan(CompiledSelect select, Views views, const Watch& watch) {
  SelectPlan plan{.select = std::move(select),
                  .types = FieldTypes(views),
                  .column_names = {},
                  .columns = {},
                  .fields = {},
                  .calls = {},
                  .names_missing = false,
                  .tags = {},
                  .notes = {},
                  .field_index = {},
                  .call_index = {}};
  influx::SelectStatement& statement = plan.select.statement;
  const ReferencedFields read(statement.fields, plan.select.condition);
  EFD_TRY(plan.types.look_up(
      views, plan.select.range, [&](const std::string& name) { return read.has(name); }, watch));
  EFD_ASSIGN(statement.fields, Expansion(plan.types).expand(statement.fields));
  plan.column_names = statement.column_names();
  plan.tags = tags_of(statement);
  Planner planner(plan);
  for (const influx::Field& field : statement.fields) {
    plan.columns.push_back(field.expr);
    EFD_TRY(planner.add(field.expr));
  }
  plan.notes = notes_of(ReferencedFields(statement.fields, plan.select.condition), plan.types);
  return plan;
}

}  // namespace efd::query
