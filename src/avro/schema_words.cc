// SPDX-License-Identifier: MIT
#include "avro/schema_words.h"

#include <algorithm>
#include <unordered_set>

#include <re2/re2.h>

namespace efd::avro {
namespace {

bool is_type_attribute(Type type, std::string_view name) {
  static const std::unordered_set<std::string_view> kAttributes = {
      "doc",  "fields",  "items",  "name", "namespace",
      "size", "symbols", "values", "type", "aliases"};
  return kAttributes.contains(name) || (type == Type::enum_ && name == "default");
}
bool is_field_attribute(std::string_view name) {
  static const std::unordered_set<std::string_view> kAttributes = {"default", "doc",  "name",
                                                                   "order",   "type", "aliases"};
  return kAttributes.contains(name);
}

template <class IsAttribute>
std::vector<json::Member> properties_of(const json::Value& json, IsAttribute is_attribute) {
  std::vector<json::Member> properties;
  std::unordered_set<std::string_view> seen;
  const json::Value::Object& members = *json.as_object();
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    bool is_last = seen.insert(member->name).second;
    if (is_last && !is_attribute(member->name)) properties.push_back(*member);
  }
  std::reverse(properties.begin(), properties.end());
  return properties;
}

}  // namespace

bool is_strict_name(std::string_view name) {
  // Java judges 16-bit units, of which none beyond U+FFFF is a letter alone.
  bool is_basic = std::none_of(name.begin(), name.end(),
                               [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
  static const re2::RE2 kName(R"([_\pL][_\pL\p{Nd}]*)");
  return is_basic && re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), kName);
}

bool is_strict_space(std::string_view space) {
  while (!space.empty()) {
    size_t dot = std::min(space.find('.'), space.size());
    if (!is_strict_name(space.substr(0, dot)) || dot + 1 == space.size()) return false;
    space.remove_prefix(std::min(dot + 1, space.size()));
  }
  return true;
}

Name make_name(std::string_view text, std::string_view space) {
  size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return {std::string(space), std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::vector<json::Member> type_properties(const json::Value& json, Type type) {
  return properties_of(json, [&](std::string_view name) { return is_type_attribute(type, name); });
}

std::vector<json::Member> field_properties(const json::Value& json) {
  return properties_of(json, is_field_attribute);
}

}  // namespace efd::avro
