// SPDX-License-Identifier: MIT
#include "avro/default_value.h"

#include <algorithm>

namespace efd::avro {
namespace {

bool fits_int(const json::Value& value) {
  const int64_t* number = value.as_int64();
  return number && *number >= INT32_MIN && *number <= INT32_MAX;
}

bool is_valid_array(const Node& node, const json::Value& value) {
  const json::Value::Array* items = value.as_array();
  return items && std::all_of(items->begin(), items->end(), [&](const json::Value& item) {
           return is_valid_default(*node.items, item);
         });
}

bool is_valid_map(const Node& node, const json::Value& value) {
  const json::Value::Object* members = value.as_object();
  return members && std::all_of(members->begin(), members->end(), [&](const json::Member& member) {
           return is_valid_default(*node.items, member.value);
         });
}

bool is_valid_record(const Node& node, const json::Value& value) {
  if (!value.is_object()) return false;
  return std::all_of(node.fields.begin(), node.fields.end(), [&](const Field& field) {
    const json::Value* member = value.find(field.name);
    // The field's own default was judged when the field was read.
    return member ? is_valid_default(*field.type, *member) : field.default_value.has_value();
  });
}

bool is_valid_union(const Node& node, const json::Value& value) {
  return std::any_of(node.branches.begin(), node.branches.end(),
                     [&](const Node* branch) { return is_valid_default(*branch, value); });
}

}  // namespace

bool is_valid_default(const Node& node, const json::Value& value) {
  switch (node.type) {
    case Type::null:
      return value.is_null();
    case Type::boolean:
      return value.is_bool();
    case Type::int_:
      return fits_int(value);
    case Type::long_:
      return value.as_int64() != nullptr;
    case Type::float_:
    case Type::double_:
      return value.is_number();
    case Type::bytes:
    case Type::string:
    case Type::enum_:
    case Type::fixed:
      return value.is_string();
    case Type::array:
      return is_valid_array(node, value);
    case Type::map:
      return is_valid_map(node, value);
    case Type::record:
      return is_valid_record(node, value);
    case Type::union_:
      return is_valid_union(node, value);
  }
  return false;
}

}  // namespace efd::avro
