// SPDX-License-Identifier: MIT
// TopicShape: what a topic's messages hold, without the words around it. From a shape come the Avro
// schema and the mock messages; a shape comes from SAL XML, from the built-in profile or from a
// schema.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "sal/topic.h"

namespace efd::sal {

constexpr const char* kNamespace = "lsst.sal";

// Longest array, in elements. The longest of SAL has 950 (2019), 3024 (2026).
constexpr uint32_t kLengthMax = 1'000'000;
// Longest topic name: a Kafka topic (249) without "lsst.sal.".
constexpr size_t kTopicNameBytesMax = 240;

// Avro's types as far as SAL needs them. timestamp_ms is Avro's long with timestamp-millis.
enum class FieldType {
  boolean,
  int32,
  int64,
  float32,
  float64,
  bytes,
  string,
  null,
  timestamp_ms,
  enumeration
};

// Avro's word: "boolean", "int", "long" ...; "timestamp-millis" and "enum" for the last two.
const char* avro_name(FieldType type);
std::optional<FieldType> field_type_named(std::string_view avro_name);

struct Field {
  std::string name;
  FieldType type = FieldType::int32;
  uint32_t length = 0;               // of an array, in elements; 0: not an array
  std::vector<std::string> symbols;  // of an enumeration
  std::string units;                 // as the XML writes them; empty: none given
  // SAL's own `salIndex`: which of a keyed component's instances sent it. An item of the XML that
  // is called so is a field like any other.
  bool is_index = false;

  size_t values() const { return length == 0 ? 1 : length; }
  bool operator==(const Field&) const = default;
};

// IDL_Type of fields, by their names, as far as it is known: "unsigned int", "char" ... An Avro
// type does not tell whether SAL prints a number above its signed range as a negative one.
using SalTypes = std::map<std::string, std::string>;
// "" where it is not known.
std::string_view sal_type_of(const SalTypes& types, const Field& field);

struct TopicShape {
  std::string name;  // EFDB_Topic: "MTM1M3_accelerometerData"
  std::string subsystem;
  Kind kind = Kind::telemetry;
  std::vector<Field> fields;  // the 7 header fields first, if it has them

  size_t values() const;  // in one message
  bool operator==(const TopicShape&) const = default;
};

// kafka_timestamp, sal_revcode ... sal_host: what every message of 2019 begins with.
const std::vector<Field>& header_fields();
// Whether it is one of those seven.
bool is_header_field(std::string_view name);

// Whether Avro takes it as the name of a record, field, enumeration or symbol:
// [A-Za-z_][A-Za-z0-9_]*
bool is_avro_name(std::string_view name);

// The value of "type" in the field's schema.
json::Value avro_type(const Field& field);

// The topic's Avro schema; of metadata only sal_index, sal_units and sal_count.
json::Value schema_of(const TopicShape& shape);

// The other way round, for schemas like the above. An array's length is its sal_count, else that of
// its default, else 1. Fails (bad_input) for what no SAL schema of 2019 has: unions, maps, nested
// records.
Result<TopicShape> shape_of_schema(const json::Value& schema);
// The same from a schema's text; also fails when that is not JSON.
Result<TopicShape> shape_of_schema_text(std::string_view schema);

}  // namespace efd::sal
