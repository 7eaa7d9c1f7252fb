// SPDX-License-Identifier: MIT
// What a SELECT statement says about itself.
#include <map>
#include <optional>

#include "influx/ast.h"

namespace efd::influx {
namespace {

// The names in an arithmetic expression, joined; a call counts with its own name only.
void append_names(const ExprPtr& expr, std::string& out) {
  const auto add = [&out](const std::string& name) {
    if (!out.empty()) out += "_";
    out += name;
  };
  if (const auto* ref = as<VarRef>(expr)) return add(ref->name);
  if (const auto* call = as<Call>(expr)) return add(call->name);
  if (const auto* paren = as<ParenExpr>(expr)) return append_names(paren->expr, out);
  if (const auto* binary = as<BinaryExpr>(expr)) {
    append_names(binary->lhs, out);
    append_names(binary->rhs, out);
  }
}

// The fields, each with the tags that top() and bottom() bring along as columns of their own.
std::vector<Field> column_fields(const SelectStatement& select) {
  std::vector<Field> fields;
  for (const Field& field : select.fields) {
    fields.push_back(field);
    const auto* call = as<Call>(field.expr);
    if (!call || select.target || (call->name != "top" && call->name != "bottom")) continue;
    for (size_t i = 1; i < call->args.size(); ++i) {
      if (as<VarRef>(call->args[i])) fields.push_back({call->args[i], {}});
    }
  }
  return fields;
}

// Gives names out so that none is given twice.
class UniqueNames {
 public:
  void reserve(const std::string& name) { next_[name] = 1; }

  std::string take(const std::string& name) {
    const auto known = next_.find(name);
    if (known == next_.end()) return give(name);
    for (int i = known->second;; ++i) {
      std::string candidate = fmt::format("{}_{}", name, i);
      if (next_.contains(candidate)) continue;
      known->second = i + 1;
      return give(std::move(candidate));
    }
  }

 private:
  std::string give(std::string name) {
    next_[name] = 1;
    return name;
  }
  std::map<std::string, int> next_;  // The next number to try behind a name that was given.
};

const Call* time_dimension(const SelectStatement& select) {
  for (const ExprPtr& dimension : select.dimensions) {
    const auto* call = as<Call>(dimension);
    if (call && call->name == "time") return call;
  }
  return nullptr;
}

}  // namespace

std::string Field::name() const {
  if (!alias.empty()) return alias;
  std::string out;
  append_names(expr, out);
  return out;
}

bool SelectStatement::is_raw_query() const {
  bool is_raw = true;
  for (const Field& field : fields) {
    for_each_expr(field.expr, [&is_raw](const ExprPtr& expr) {
      if (as<Call>(expr)) is_raw = false;
    });
  }
  return is_raw;
}

bool SelectStatement::is_ascending() const {
  return sort.empty() || sort.front().ascending;
}

Result<int64_t> SelectStatement::group_by_interval_ns() const {
  const Call* time = time_dimension(*this);
  if (!time) return 0;
  if (time->args.empty() || time->args.size() > 2) {
    return fail(ErrorCode::bad_input, "time dimension expected 1 or 2 arguments");
  }
  const auto* interval = as<DurationLiteral>(time->args.front());
  if (!interval) {
    return fail(ErrorCode::bad_input, "time dimension must have duration argument");
  }
  return interval->ns;
}

std::vector<std::string> SelectStatement::column_names() const {
  const std::vector<Field> columns = column_fields(*this);
  UniqueNames names;
  for (const Field& column : columns) {
    if (!column.alias.empty()) names.reserve(column.alias);
  }
  std::vector<std::string> out;
  if (!omit_time) out.push_back(time_alias.empty() ? "time" : time_alias);
  for (const Field& column : columns) {
    out.push_back(column.alias.empty() ? names.take(column.name()) : column.alias);
  }
  return out;
}

}  // namespace efd::influx
