// SPDX-License-Identifier: MIT
// Which fields the sources of a statement have, and the type under which each is read.
//
// A name may have several types: the schema changed, or it is a union, or measurements disagree.
// A reference without a type then means what has values in the statement's range of time: floats
// and integers together (both are numbers), else strings, else booleans.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "influx/ast.h"
#include "influx/condition.h"
#include "query/watch.h"
#include "store/view.h"

namespace efd::query {

using Views = std::span<const std::shared_ptr<const store::MeasurementView>>;

// A field as a statement reads it. A float is also read from integer columns of the name (and,
// for `::integer`, the other way round); other types only from columns of their own.
struct FieldRef {
  std::string name;
  rows::FieldType type = rows::FieldType::float_;
  bool as_stored = false;  // of a float: its integers are shown as they were stored
  auto operator<=>(const FieldRef&) const = default;
};

// The fields of several views by name.
class FieldTypes {
 public:
  using NameFilter = std::function<bool(const std::string& name)>;

  // Chooses by the types alone, as InfluxDB does: float, integer, string, boolean.
  explicit FieldTypes(Views views);
  // Finds out which types have values in the range, of the names with several that `wanted` lets
  // pass, and chooses among those. Where none has, the choice stays. Fails as scans do.
  Result<> look_up(Views views, const influx::TimeRange& range, const NameFilter& wanted,
                   const Watch& watch);

  // Sorted bytewise by name.
  const std::map<std::string, rows::FieldType, std::less<>>& all() const { return best_; }
  // What `ref` reads; nothing when there is no such field or its cast is impossible.
  std::optional<FieldRef> resolve(const influx::VarRef& ref) const;
  // The types that have values in the range and that a reference without a type does not show.
  std::vector<rows::FieldType> hidden(std::string_view name) const;

 private:
  // Bit sets of the types of a name that has several.
  struct Types {
    unsigned all = 0;
    unsigned in_range = 0;
  };
  bool has(std::string_view name, rows::FieldType type) const;
  bool has_number(std::string_view name) const;
  Result<> look_up(const store::MeasurementView& view, const influx::TimeRange& range,
                   const NameFilter& wanted, const Watch& watch);

  std::map<std::string, rows::FieldType, std::less<>> best_;
  std::map<std::string, Types, std::less<>> mixed_;
};

}  // namespace efd::query
