// SPDX-License-Identifier: MIT
#include "registry/schemas_topic.h"

#include <array>
#include <limits>

#include "base/check.h"
#include "json/value.h"

namespace efd::registry {

namespace {

struct KeyWord {
  KeyType type;
  std::string_view word;
};

constexpr std::array kKeyWords = {
    KeyWord{KeyType::schema, "SCHEMA"},
    KeyWord{KeyType::config, "CONFIG"},
    KeyWord{KeyType::delete_subject, "DELETE_SUBJECT"},
    KeyWord{KeyType::clear_subject, "CLEAR_SUBJECT"},
    KeyWord{KeyType::noop, "NOOP"},
};

KeyType parse_key_type(std::string_view word) {
  for (const KeyWord& known : kKeyWords) {
    if (known.word == word) return known.type;
  }
  return KeyType::other;
}

std::string_view word_of(KeyType type) {
  for (const KeyWord& known : kKeyWords) {
    if (known.type == type) return known.word;
  }
  EFD_CHECK(false);
  return {};
}

Result<int32_t> positive(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  const int64_t* number = member ? member->as_int64() : nullptr;
  if (!number || *number < 1 || *number > std::numeric_limits<int32_t>::max()) {
    return fail(ErrorCode::bad_input, "\"{}\" is no number from 1 to 2^31-1", name);
  }
  return static_cast<int32_t>(*number);
}

Result<std::string> text(const json::Value& object, std::string_view name) {
  const std::string* found = object.find_string(name);
  if (!found) return fail(ErrorCode::bad_input, "\"{}\" is no text", name);
  return *found;
}

Result<SchemaKey> parse_key(const json::Value& json) {
  SchemaKey key;
  EFD_ASSIGN(std::string word, text(json, "keytype"));
  key.type = parse_key_type(word);
  if (const std::string* subject = json.find_string("subject")) key.subject = *subject;
  bool needs_subject = key.type == KeyType::schema || key.type == KeyType::delete_subject ||
                       key.type == KeyType::clear_subject;
  if (needs_subject && !key.subject) return fail(ErrorCode::bad_input, "key without a subject");
  if (key.type == KeyType::schema) {
    EFD_ASSIGN(key.version, positive(json, "version"));
  }
  return key;
}

Result<SchemaValue> parse_schema_value(const json::Value& json) {
  SchemaValue value;
  EFD_ASSIGN(value.subject, text(json, "subject"));
  EFD_ASSIGN(value.version, positive(json, "version"));
  EFD_ASSIGN(value.id, positive(json, "id"));
  EFD_ASSIGN(value.schema, text(json, "schema"));
  if (const std::string* type = json.find_string("schemaType")) value.schema_type = *type;
  const json::Value* references = json.find("references");
  if (references && references->as_array() && !references->as_array()->empty()) {
    value.references = json::dump(*references);
  }
  const json::Value* deleted = json.find("deleted");
  value.is_deleted = deleted && deleted->as_bool() && *deleted->as_bool();
  return value;
}

}  // namespace

Result<SchemaRecord> parse_record(std::string_view key, std::optional<std::string_view> value) {
  EFD_ASSIGN(json::Value key_json, json::parse(key));
  SchemaRecord record;
  EFD_ASSIGN(record.key, parse_key(key_json));
  if (!value || record.key.type == KeyType::other || record.key.type == KeyType::noop) {
    return record;
  }
  EFD_ASSIGN(json::Value json, json::parse(*value));
  if (json.is_null()) return record;  // "null" is written for a tombstone, too
  if (record.key.type == KeyType::schema) {
    EFD_ASSIGN(record.schema, parse_schema_value(json));
  } else if (record.key.type == KeyType::config) {
    EFD_ASSIGN(record.level, text(json, "compatibilityLevel"));
  } else if (record.key.type == KeyType::delete_subject) {
    EFD_ASSIGN(record.deleted_through_version, positive(json, "version"));
  }
  return record;
}

std::string format_key(const SchemaKey& key) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.member("keytype", word_of(key.type));
  if (key.subject) json.member("subject", *key.subject);
  if (key.type == KeyType::schema) json.member("version", key.version);
  json.member("magic", key.type == KeyType::schema ? 1 : 0);
  json.end_object();
  return out;
}

namespace {

void write_schema(json::Writer& json, const SchemaValue& value) {
  json.member("subject", value.subject);
  json.member("version", value.version);
  json.member("id", value.id);
  if (value.schema_type != "AVRO") json.member("schemaType", value.schema_type);
  if (!value.references.empty()) {
    json.key("references");
    json.raw(value.references);
  }
  json.member("schema", value.schema);
  json.member("deleted", value.is_deleted);
}

}  // namespace

std::optional<std::string> format_value(const SchemaRecord& record) {
  if (!record.schema && !record.level && !record.deleted_through_version) return std::nullopt;
  std::string out;
  json::Writer json(out);
  json.begin_object();
  if (record.schema) {
    write_schema(json, *record.schema);
  } else {
    if (record.key.subject) json.member("subject", *record.key.subject);
    if (record.level) json.member("compatibilityLevel", *record.level);
    if (record.deleted_through_version) json.member("version", *record.deleted_through_version);
  }
  json.end_object();
  return out;
}

}  // namespace efd::registry
