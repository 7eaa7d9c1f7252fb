// SPDX-License-Identifier: MIT
// The records of the topic `_schemas`, as Confluent's registry writes and reads them
// (docs/formats/schemas-topic.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace efd::registry {

enum class KeyType { schema, config, delete_subject, clear_subject, noop, other };

struct SchemaKey {
  KeyType type = KeyType::other;
  std::optional<std::string> subject;  // none: the global configuration, or a key without subject
  int32_t version = 0;                 // schema
};

// A version of a subject.
struct SchemaValue {
  std::string subject;
  int32_t version = 0;
  int32_t id = 0;
  std::string schema_type = "AVRO";
  std::string references;  // JSON array as it was written; empty: none
  std::string schema;
  bool is_deleted = false;
};

// One record. key.type says which of the members behind `key` it has; a tombstone has none.
struct SchemaRecord {
  SchemaKey key;
  std::optional<SchemaValue> schema;
  std::optional<std::string> level;                // config: "NONE", "BACKWARD" ...
  std::optional<int32_t> deleted_through_version;  // delete_subject
};

// Unknown key types and members are no errors (other registries write them); bad_input: no JSON, or
// a member of the wrong kind.
Result<SchemaRecord> parse_record(std::string_view key, std::optional<std::string_view> value);

// Byte for byte what Confluent's registry writes: compaction compares keys as bytes.
std::string format_key(const SchemaKey& key);
// None for a tombstone.
std::optional<std::string> format_value(const SchemaRecord& record);

}  // namespace efd::registry
