// SPDX-License-Identifier: MIT
// SelectPlan: what a SELECT reads and gives, all wildcards expanded and all names resolved.
#pragma once

#include <map>
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
  // Of its values; floats where there are none.
  rows::FieldType type() const {
    return field ? function->result_type(field->type) : rows::FieldType::float_;
  }
};

struct SelectPlan {
  CompiledSelect select;
  FieldTypes types;
  std::vector<std::string> column_names;  // with the time
  std::vector<influx::ExprPtr> columns;   // behind the time, of `fields` and `calls`
  std::vector<FieldRef> fields;  // without calls: of the rows; with one: beside the selected value
  std::vector<CallPlan> calls;
  bool names_missing = false;  // a field that no source has is named in the field list
  std::vector<std::pair<std::string, std::string>>
      tags;                        // of GROUP BY; each value is '', as there are no tags
  std::vector<std::string> notes;  // what the statement leaves out, for its user

  bool is_raw() const { return calls.empty(); }
  bool descending() const { return !select.statement.is_ascending(); }
  // True when the answer certainly has no rows.
  bool is_empty() const { return fields.empty() && !has_call_with_field(); }
  bool has_call_with_field() const;
  // Where a reference of the field list stands in `fields`; nothing: no source has such a field.
  std::optional<size_t> find(const influx::VarRef& ref) const;
  std::optional<size_t> find(const influx::Call& call) const;  // in `calls`

  using Name = std::pair<std::string, influx::DataType>;
  std::map<Name, size_t> field_index;
  std::map<std::pair<std::string, Name>, size_t> call_index;  // function, its field
};

// `views`: all sources of the statement. Looks into the data only for fields with several types.
Result<SelectPlan> plan(CompiledSelect select, Views views, const Watch& watch);

}  // namespace efd::query
