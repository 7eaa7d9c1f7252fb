// SPDX-License-Identifier: MIT
#include "sal/shape.h"

#include <algorithm>
#include <array>

namespace efd::sal {
namespace {

constexpr std::array<const char*, 10> kAvroNames = {"boolean",          "int",   "long",   "float",
                                                    "double",           "bytes", "string", "null",
                                                    "timestamp-millis", "enum"};

json::Value scalar_type(const Field& field) {
  if (field.type == FieldType::timestamp_ms) {
    return json::Value::Object{{"type", "long"}, {"logicalType", "timestamp-millis"}};
  }
  return avro_name(field.type);
}

json::Value enum_type(const Field& field) {
  json::Value::Array symbols(field.symbols.begin(), field.symbols.end());
  return json::Value::Object{
      {"type", "enum"}, {"name", field.name}, {"symbols", std::move(symbols)}};
}

json::Value field_schema(const Field& field, std::optional<size_t> index) {
  json::Value::Object schema{{"name", field.name}, {"type", avro_type(field)}};
  if (index) schema.push_back({"sal_index", *index});
  if (!field.units.empty()) schema.push_back({"sal_units", field.units});
  return schema;
}

}  // namespace

const char* avro_name(FieldType type) {
  return kAvroNames[static_cast<size_t>(type)];
}

std::optional<FieldType> field_type_named(std::string_view avro_name) {
  const auto found = std::find(kAvroNames.begin(), kAvroNames.end(), avro_name);
  if (found == kAvroNames.end()) return std::nullopt;
  return static_cast<FieldType>(found - kAvroNames.begin());
}

size_t TopicShape::values() const {
  size_t sum = 0;
  for (const Field& field : fields) sum += field.values();
  return sum;
}

const std::vector<Field>& header_fields() {
  static const std::vector<Field> fields = {
      {"kafka_timestamp", FieldType::timestamp_ms, 0, {}, ""},
      {"sal_revcode", FieldType::string, 0, {}, ""},
      {"sal_created", FieldType::timestamp_ms, 0, {}, ""},
      {"sal_ingested", FieldType::timestamp_ms, 0, {}, ""},
      {"sal_sequence", FieldType::int64, 0, {}, ""},
      {"sal_origin", FieldType::int32, 0, {}, ""},
      {"sal_host", FieldType::int32, 0, {}, ""},
  };
  return fields;
}

bool is_header_field(std::string_view name) {
  const auto& fields = header_fields();
  return std::any_of(fields.begin(), fields.end(),
                     [&](const Field& field) { return field.name == name; });
}

bool is_avro_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), allowed);
}

json::Value avro_type(const Field& field) {
  if (field.type == FieldType::enumeration) return enum_type(field);
  if (field.length == 0) return scalar_type(field);
  return json::Value::Object{
      {"type", "array"}, {"items", scalar_type(field)}, {"sal_count", field.length}};
}

std::string_view sal_type_of(const SalTypes& types, const Field& field) {
  const auto found = types.find(field.name);
  return found == types.end() ? std::string_view() : found->second;
}

json::Value schema_of(const TopicShape& shape) {
  json::Value::Array fields;
  size_t index = 0;
  for (const Field& field : shape.fields) {
    const bool is_item = !is_header_field(field.name) && !field.is_index;
    fields.push_back(field_schema(field, is_item ? std::optional(index++) : std::nullopt));
  }
  return json::Value::Object{{"type", "record"},
                             {"namespace", kNamespace},
                             {"name", shape.name},
                             {"sal_subsystem", shape.subsystem},
                             {"sal_topic_type", element_name(shape.kind)},
                             {"fields", std::move(fields)}};
}

}  // namespace efd::sal
