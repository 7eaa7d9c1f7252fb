// SPDX-License-Identifier: MIT
#include "query/fields.h"

#include <algorithm>

namespace efd::query {
namespace {

using rows::FieldType;

unsigned bit(FieldType type) {
  return 1u << static_cast<unsigned>(type);
}

bool is_number(FieldType type) {
  return type == FieldType::float_ || type == FieldType::integer;
}

std::optional<FieldType> wanted_type(influx::DataType type) {
  switch (type) {
    case influx::DataType::floating:
      return FieldType::float_;
    case influx::DataType::integer:
      return FieldType::integer;
    case influx::DataType::string:
      return FieldType::string;
    case influx::DataType::boolean:
      return FieldType::boolean;
    default:
      return std::nullopt;
  }
}

}  // namespace

// FieldType's order is the order of precedence.
FieldTypes::FieldTypes(Views views) {
  for (const auto& view : views) {
    for (const store::Field& field : view->fields()) {
      auto [found, is_new] = best_.try_emplace(field.name, field.type);
      if (is_new || found->second == field.type) continue;
      others_[field.name] |= bit(found->second) | bit(field.type);
      found->second = std::min(found->second, field.type);
    }
  }
}

bool FieldTypes::has(std::string_view name, FieldType type) const {
  auto best = best_.find(name);
  if (best != best_.end() && best->second == type) return true;
  auto others = others_.find(name);
  return others != others_.end() && (others->second & bit(type)) != 0;
}

std::optional<FieldRef> FieldTypes::resolve(const influx::VarRef& ref) const {
  auto best = best_.find(ref.name);
  if (best == best_.end() || ref.type == influx::DataType::tag) return std::nullopt;
  if (ref.type == influx::DataType::unknown || ref.type == influx::DataType::any_field) {
    return FieldRef{ref.name, best->second};
  }
  const auto wanted = wanted_type(ref.type);
  if (!wanted) return std::nullopt;
  const bool castable = is_number(*wanted) && is_number(best->second);
  if (!castable && !has(ref.name, *wanted)) return std::nullopt;
  return FieldRef{ref.name, *wanted};
}

}  // namespace efd::query
