// SPDX-License-Identifier: MIT
#include "query/plan/fields.h"

#include <algorithm>
#include <array>

namespace efd::query {
namespace {

using rows::FieldType;

// In the order of precedence, which is FieldType's.
constexpr std::array kTypes = {FieldType::float_, FieldType::integer, FieldType::string,
                               FieldType::boolean};

constexpr unsigned bit(FieldType type) {
  return 1u << static_cast<unsigned>(type);
}
constexpr unsigned kNumbers = bit(FieldType::float_) | bit(FieldType::integer);

bool is_number(FieldType type) {
  return (bit(type) & kNumbers) != 0;
}

FieldType first_of(unsigned types) {
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [&](FieldType type) { return (types & bit(type)) != 0; });
}

bool is_plain(const influx::VarRef& ref) {
  return ref.type == influx::DataType::unknown || ref.type == influx::DataType::any_field;
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

FieldTypes::FieldTypes(Views views) {
  for (const auto& view : views) {
    for (const store::Field& field : view->fields()) {
      auto [found, is_new] = best_.try_emplace(field.name, field.type);
      if (is_new || found->second == field.type) continue;
      mixed_[field.name].all |= bit(found->second) | bit(field.type);
      found->second = std::min(found->second, field.type);
    }
  }
}

Result<> FieldTypes::look_up(Views views, const influx::TimeRange& range, const NameFilter& wanted,
                             const Watch& watch) {
  if (mixed_.empty()) return {};
  for (const auto& view : views) EFD_TRY(look_up(*view, range, wanted, watch));
  for (const auto& [name, types] : mixed_) {
    if (types.in_range) best_.find(name)->second = first_of(types.in_range);
  }
  return {};
}

Result<> FieldTypes::look_up(const store::MeasurementView& view, const influx::TimeRange& range,
                             const NameFilter& wanted, const Watch& watch) {
  EFD_TRY(watch.check());
  store::ScanRequest request{
      .min = range.min_or_lowest(), .max = range.max_or_highest(), .stop = watch.stop()};
  std::vector<Types*> owners;
  for (uint32_t i = 0; i < view.fields().size(); ++i) {
    const store::Field& field = view.fields()[i];
    const auto mixed = mixed_.find(field.name);
    if (mixed == mixed_.end() || !wanted(field.name)) continue;
    if (mixed->second.in_range & bit(field.type)) continue;  // another measurement has values
    request.fields.push_back(i);
    owners.push_back(&mixed->second);
  }
  if (owners.empty()) return {};
  EFD_ASSIGN(const std::vector<uint8_t> found, view.find_values(request));
  for (size_t i = 0; i < owners.size(); ++i) {
    if (found[i]) owners[i]->in_range |= bit(view.fields()[request.fields[i]].type);
  }
  return {};
}

bool FieldTypes::has(std::string_view name, FieldType type) const {
  auto mixed = mixed_.find(name);
  if (mixed != mixed_.end()) return (mixed->second.all & bit(type)) != 0;
  auto best = best_.find(name);
  return best != best_.end() && best->second == type;
}

bool FieldTypes::has_number(std::string_view name) const {
  return has(name, FieldType::float_) || has(name, FieldType::integer);
}

std::optional<FieldRef> FieldTypes::resolve(const influx::VarRef& ref) const {
  auto best = best_.find(ref.name);
  if (best == best_.end() || ref.type == influx::DataType::tag) return std::nullopt;
  if (is_plain(ref)) {
    auto mixed = mixed_.find(ref.name);
    const unsigned types = mixed == mixed_.end() ? 0 : mixed->second.in_range;
    return FieldRef{ref.name, best->second, (types & kNumbers) == kNumbers};
  }
  const auto wanted = wanted_type(ref.type);
  if (!wanted) return std::nullopt;
  const bool castable = is_number(*wanted) && has_number(ref.name);
  if (!castable && !has(ref.name, *wanted)) return std::nullopt;
  return FieldRef{ref.name, *wanted};
}

std::vector<FieldType> FieldTypes::hidden(std::string_view name) const {
  auto mixed = mixed_.find(name);
  if (mixed == mixed_.end() || mixed->second.in_range == 0) return {};
  const unsigned in_range = mixed->second.in_range;
  const unsigned shown = in_range & kNumbers ? kNumbers : bit(first_of(in_range));
  std::vector<FieldType> hidden;
  for (FieldType type : kTypes) {
    if (in_range & ~shown & bit(type)) hidden.push_back(type);
  }
  return hidden;
}

}  // namespace efd::query
