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

// Finds each value in `known`, or adds it.
template <class T>
size_t index_of(std::vector<T>& known, std::map<std::string, size_t>& index, std::string key,
                T value) {
  const auto [found, is_new] = index.try_emplace(std::move(key), known.size());
  if (is_new) known.push_back(std::move(value));
  return found->second;
}

class Planner {
 public:
  explicit Planner(SelectPlan& plan) : plan_(plan) {}

  Result<> add(const ExprPtr& expr) {
    const ExprPtr inner = without_parens(expr);
    if (const auto* call = as<influx::Call>(inner)) return add_call(*call);
    const auto* ref = as<influx::VarRef>(inner);
    const auto field = ref ? plan_.types.resolve(*ref) : std::nullopt;
    OutputColumn column;
    if (field) {
      column.kind = OutputColumn::Kind::field;
      column.index = index_of(plan_.fields, field_index_, to_string(inner), *field);
    }
    plan_.columns.push_back(column);
    return {};
  }

 private:
  Result<> add_call(const influx::Call& call) {
    const auto* ref = as<influx::VarRef>(call.args[0]);
    CallPlan planned{.function = find_function(call.name), .field = plan_.types.resolve(*ref)};
    if (planned.field) EFD_TRY(planned.function->check_type(planned.field->type));
    std::string key = call.name + "(" + to_string(call.args[0]);
    OutputColumn column{.kind = OutputColumn::Kind::call};
    column.index = index_of(plan_.calls, call_index_, std::move(key), std::move(planned));
    plan_.columns.push_back(column);
    return {};
  }

  SelectPlan& plan_;
  std::map<std::string, size_t> field_index_;
  std::map<std::string, size_t> call_index_;
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

Result<SelectPlan> plan(CompiledSelect select, Views views, const Watch& watch) {
  SelectPlan plan{.select = std::move(select),
                  .types = FieldTypes(views),
                  .column_names = {},
                  .columns = {},
                  .fields = {},
                  .calls = {},
                  .tags = {},
                  .notes = {}};
  influx::SelectStatement& statement = plan.select.statement;
  const ReferencedFields read(statement.fields, plan.select.condition);
  EFD_TRY(plan.types.look_up(
      views, plan.select.range, [&](const std::string& name) { return read.has(name); }, watch));
  EFD_ASSIGN(statement.fields, Expansion(plan.types).expand(statement.fields));
  plan.column_names = statement.column_names();
  plan.tags = tags_of(statement);
  Planner planner(plan);
  for (const influx::Field& field : statement.fields) EFD_TRY(planner.add(field.expr));
  plan.notes = notes_of(ReferencedFields(statement.fields, plan.select.condition), plan.types);
  return plan;
}

}  // namespace efd::query
