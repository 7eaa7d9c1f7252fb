// SPDX-License-Identifier: MIT
#include "registry/schemas_topic.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace efd::registry {
namespace {

// Text as JSON can hold it.
std::string any_text() {
  auto code_points =
      *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(1, 0x7ff));
  std::string text;
  for (uint32_t code : code_points) {
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else {
      text += static_cast<char>(0xc0 | code >> 6);
      text += static_cast<char>(0x80 | (code & 0x3f));
    }
  }
  return text;
}

RC_GTEST_PROP(SchemasTopic, SchemaRecordsRoundTrip, ()) {
  SchemaRecord record;
  record.key = {KeyType::schema, any_text(), *rc::gen::inRange(1, 1 << 30)};
  SchemaValue& value = record.schema.emplace();
  value.subject = *record.key.subject;
  value.version = record.key.version;
  value.id = *rc::gen::inRange(1, 1 << 30);
  value.schema = any_text();
  value.schema_type = *rc::gen::element<std::string>("AVRO", "JSON", "PROTOBUF");
  value.references = *rc::gen::element<std::string>("", R"([{"name":"a"}])");
  value.is_deleted = *rc::gen::arbitrary<bool>();
  auto again = parse_record(format_key(record.key), format_value(record));
  RC_ASSERT(bool(again));
  RC_ASSERT(again->key.subject == record.key.subject);
  RC_ASSERT(again->key.version == value.version);
  RC_ASSERT(again->schema->id == value.id);
  RC_ASSERT(again->schema->schema == value.schema);
  RC_ASSERT(again->schema->schema_type == value.schema_type);
  RC_ASSERT(again->schema->references == value.references);
  RC_ASSERT(again->schema->is_deleted == value.is_deleted);
}

TEST(SchemasTopic, RefusesRecordsThatSayNothingClear) {
  for (const char* key : {"", "[]", "{}", R"({"keytype":1})", R"({"keytype":"SCHEMA","version":1})",
                          R"({"keytype":"SCHEMA","subject":"s","version":2147483648})",
                          R"({"keytype":"DELETE_SUBJECT"})"}) {
    EXPECT_EQ(parse_record(key, "{}").error().code, ErrorCode::bad_input) << key;
  }
  const char* key = R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})";
  for (const char* value : {"", "[]", R"({"subject":"s","version":1,"id":0,"schema":"x"})",
                            R"({"subject":"s","version":1,"id":1})"}) {
    EXPECT_EQ(parse_record(key, value).error().code, ErrorCode::bad_input) << value;
  }
}

}  // namespace
}  // namespace efd::registry
