// SPDX-License-Identifier: MIT
// SelectPlan: what a SELECT reads and gives, all wildcards expanded and all names resolved.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/compile/compile.h"
#include "query/functions/function_table.h"
#include "query/plan/fields.h"

namespace efd::query {

// A call of the field list; equal calls are one. Without a field it has no values.
struct CallPlan {
  const Function* function = nullptr;
  std::optional<FieldRef> field;
  bool operator==(const CallPlan&) const = default;
};

// One column of the answer, behind the time.
struct OutputColumn {
  enum class Kind { missing, field, call };
  Kind kind = Kind::missing;
  size_t index = 0;  // in `fields` or `calls`
};

struct SelectPlan {
  CompiledSelect select;
  FieldTypes types;
  std::vector<std::string> column_names;  // with the time
  std::vector<OutputColumn> columns;
  std::vector<FieldRef> fields;  // without calls: of the rows; with one: beside the selected value
  std::vector<CallPlan> calls;
  std::vector<std::pair<std::string, std::string>> tags;  // of GROUP BY; there are none: all ''
  std::vector<std::string> notes;  // what the statement leaves out, for its user

  bool is_raw() const { return calls.empty(); }
  bool descending() const { return !select.statement.is_ascending(); }
  // Does the answer hold any rows for sure not?
  bool is_empty() const { return fields.empty() && !has_call_with_field(); }
  bool has_call_with_field() const;
};

// `views`: all sources of the statement. Looks into the data only for fields with several types.
Result<SelectPlan> plan(CompiledSelect select, Views views, const Watch& watch);

}  // namespace efd::query
