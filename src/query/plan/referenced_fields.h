// SPDX-License-Identifier: MIT
// ReferencedFields: the names that a SELECT's field list and its WHERE clause read.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "influx/ast.h"

namespace efd::query {

// Not thread-safe.
class ReferencedFields {
 public:
  // `condition` may be null.
  ReferencedFields(const std::vector<influx::Field>& fields, const influx::ExprPtr& condition);

  // Everything, where `*` or a regular expression stands for fields.
  bool has(const std::string& name) const { return everything_ || names_.contains(name); }
  // The names that stand somewhere without a type, sorted.
  const std::set<std::string>& without_type() const { return without_type_; }

 private:
  void add(const influx::ExprPtr& expr);
  void add(const influx::VarRef& ref);

  bool in_condition_ = false;  // where a regular expression is matched, and names no fields
  bool everything_ = false;
  std::set<std::string> names_;
  std::set<std::string> without_type_;
};

}  // namespace efd::query
