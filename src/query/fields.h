// SPDX-License-Identifier: MIT
// Which fields the sources of a statement have, and the type under which each is read.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "influx/ast.h"
#include "store/view.h"

namespace efd::query {

using Views = std::span<const std::shared_ptr<const store::MeasurementView>>;

// A field as a statement reads it. A float is also read from integer columns of the name (and,
// for `::integer`, the other way round); other types only from columns of their own.
struct FieldRef {
  std::string name;
  rows::FieldType type = rows::FieldType::float_;
  bool operator==(const FieldRef&) const = default;
};

// The fields of several views by name. Where a name has several types, InfluxDB's precedence
// decides: float, integer, string, boolean.
class FieldTypes {
 public:
  explicit FieldTypes(Views views);

  // Sorted bytewise by name.
  const std::map<std::string, rows::FieldType, std::less<>>& all() const { return best_; }
  // What `ref` reads; nothing when there is no such field or its cast is impossible.
  std::optional<FieldRef> resolve(const influx::VarRef& ref) const;

 private:
  bool has(std::string_view name, rows::FieldType type) const;

  std::map<std::string, rows::FieldType, std::less<>> best_;
  std::map<std::string, unsigned, std::less<>> others_;  // bit set of the types of a mixed name
};

}  // namespace efd::query
