// SPDX-License-Identifier: MIT
#include <algorithm>

#include "sal/shape.h"

namespace efd::sal {
namespace {

tl::unexpected<Error> unusable(const Field& field, std::string_view what) {
  return fail(ErrorCode::bad_input, "field '{}': {} is not a type of SAL messages", field.name,
              what);
}

Result<FieldType> plain_type(const Field& field, const std::string& name) {
  const auto type = field_type_named(name);
  const bool plain = type && *type < FieldType::timestamp_ms;
  if (!plain) return unusable(field, name);
  return *type;
}

// A type's name, as text or as {"type": NAME, "logicalType": ...}.
Result<FieldType> scalar_type(const Field& field, const json::Value& type) {
  if (const std::string* name = type.as_string()) return plain_type(field, *name);
  const std::string* name = type.find_string("type");
  if (name == nullptr) return unusable(field, type.is_array() ? "a union" : "that");
  const std::string* logical = type.find_string("logicalType");
  const bool timestamp = *name == "long" && logical && *logical == "timestamp-millis";
  if (timestamp) return FieldType::timestamp_ms;
  return plain_type(field, *name);
}

Result<> take_symbols(const json::Value& type, Field& field) {
  const json::Value* symbols = type.find("symbols");
  if (symbols == nullptr || symbols->as_array() == nullptr || symbols->as_array()->empty()) {
    return unusable(field, "an enumeration without symbols");
  }
  for (const json::Value& symbol : *symbols->as_array()) {
    if (symbol.as_string() == nullptr) return unusable(field, "an enumeration of other than names");
    field.symbols.push_back(*symbol.as_string());
  }
  return {};
}

Result<uint32_t> array_length(const Field& field, const json::Value& schema,
                              const json::Value& type) {
  int64_t length = 1;
  const json::Value* fallback = schema.find("default");
  if (fallback != nullptr && fallback->as_array() != nullptr && !fallback->as_array()->empty()) {
    length = static_cast<int64_t>(fallback->as_array()->size());
  }
  const json::Value* count = type.find("sal_count");
  if (count != nullptr && count->as_int64() != nullptr) length = *count->as_int64();
  if (length < 1 || length > kLengthMax) return unusable(field, "an array of that length");
  return static_cast<uint32_t>(length);
}

Result<> take_type(const json::Value& schema, const json::Value& type, Field& field) {
  const std::string* name = type.find_string("type");
  if (name != nullptr && *name == "enum") {
    field.type = FieldType::enumeration;
    return take_symbols(type, field);
  }
  const json::Value* items = type.find("items");
  if (name != nullptr && *name == "array" && items != nullptr) {
    EFD_ASSIGN(field.length, array_length(field, schema, type));
    EFD_ASSIGN(field.type, scalar_type(field, *items));
    return {};
  }
  EFD_ASSIGN(field.type, scalar_type(field, type));
  return {};
}

// Items of the XML have a place among the topic's items.
bool is_own_index(const json::Value& schema, const Field& field) {
  const bool is_integer = field.type == FieldType::int32 || field.type == FieldType::int64;
  return field.name == "salIndex" && is_integer && field.length == 0 &&
         schema.find("sal_index") == nullptr;
}

Result<Field> field_of_schema(const json::Value& schema) {
  const std::string* name = schema.find_string("name");
  const json::Value* type = schema.find("type");
  if (name == nullptr || type == nullptr) {
    return fail(ErrorCode::bad_input, "a field without name or type");
  }
  Field field;
  field.name = *name;
  if (const std::string* units = schema.find_string("sal_units")) field.units = *units;
  EFD_TRY(take_type(schema, *type, field));
  field.is_index = is_own_index(schema, field);
  return field;
}

Kind kind_of_schema(const json::Value& schema, std::string_view name) {
  const std::string* element = schema.find_string("sal_topic_type");
  const auto kind = element == nullptr ? std::nullopt : kind_of_element(*element);
  if (kind) return *kind;
  if (name.find("_command_") != std::string_view::npos) return Kind::command;
  return name.find("_logevent_") == std::string_view::npos ? Kind::telemetry : Kind::event;
}

}  // namespace

Result<TopicShape> shape_of_schema(const json::Value& schema) {
  const std::string* type = schema.find_string("type");
  const std::string* name = schema.find_string("name");
  const json::Value* fields = schema.find("fields");
  const bool record = type != nullptr && *type == "record" && name != nullptr;
  if (!record || fields == nullptr || fields->as_array() == nullptr) {
    return fail(ErrorCode::bad_input, "the schema is not an Avro record with a name and fields");
  }
  TopicShape shape;
  shape.name = *name;
  const std::string* subsystem = schema.find_string("sal_subsystem");
  shape.subsystem = subsystem != nullptr ? *subsystem : name->substr(0, name->find('_'));
  shape.kind = kind_of_schema(schema, *name);
  for (const json::Value& field_schema : *fields->as_array()) {
    auto field = field_of_schema(field_schema);
    if (!field) return fail_in(*name, field.error());
    shape.fields.push_back(std::move(*field));
  }
  return shape;
}

Result<TopicShape> shape_of_schema_text(std::string_view schema) {
  EFD_ASSIGN(const json::Value json, json::parse(schema));
  return shape_of_schema(json);
}

}  // namespace efd::sal
