// SPDX-License-Identifier: MIT
// SAL's text: the first byte picks a shape, the rest is a message. What is read has to be a datum,
// and what is printed of it has to read back, whatever was read before.
#include <cstdint>
#include <cstdlib>

#include "avro/value.h"
#include "sal/text_parser.h"

namespace {

using efd::sal::Field;
using efd::sal::FieldType;

constexpr efd::UtcTime kNow = efd::UtcTime::from_ms(1'547'585'940'846);

std::vector<Field> fields_of(uint8_t choice) {
  std::vector<Field> fields;
  if (choice & 1) fields = efd::sal::header_fields();
  if (choice & 2) fields.push_back({"salIndex", FieldType::int64, 0, {}, "", (choice & 1) != 0});
  if (choice & 4) fields.push_back({"s", FieldType::string, 0, {}, ""});
  if (choice & 8) fields.push_back({"f", FieldType::float32, 2, {}, ""});
  if (choice & 16) fields.push_back({"b", FieldType::bytes, 3, {}, ""});
  if (choice & 32) fields.push_back({"a", FieldType::string, 3, {}, ""});
  if (choice & 64) fields.push_back({"e", FieldType::enumeration, 0, {"ON", "OFF"}, ""});
  if (choice & 128) fields.push_back({"t", FieldType::string, 0, {}, ""});
  fields.push_back({"d", FieldType::float64, 0, {}, ""});
  return fields;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const efd::sal::TopicShape shape{"T_x", "T", efd::sal::Kind::telemetry, fields_of(data[0])};
  auto head = efd::sal::read_text_head({reinterpret_cast<const char*>(data + 1), size - 1});
  if (!head) return 0;
  const auto plan = *efd::sal::TextPlan::compile(shape);
  efd::sal::TextParser parser(plan);
  std::string datum;
  if (!parser.parse(head->values, kNow, datum)) return 0;
  const auto schema = *efd::avro::Schema::from_json(efd::sal::schema_of(shape));
  require(efd::avro::decode(schema, datum).has_value());
  std::string text;
  // An array of fewer bytes is a text; one of more is none.
  if (!plan->print(datum, text)) return 0;
  const auto again = efd::sal::read_text_head(text);
  require(again.has_value());
  std::string back;
  auto parsed = parser.parse(again->values, kNow, back);
  // "%f" keeps six decimals, and other blanks may make another split possible.
  require(parsed ? efd::avro::decode(schema, back).has_value()
                 : parsed.error().code == efd::ErrorCode::bad_input);
  std::string without_memory;
  const auto fresh = efd::sal::TextParser(plan).parse(again->values, kNow, without_memory);
  require(fresh.has_value() == parsed.has_value() && back == without_memory);
  return 0;
}
