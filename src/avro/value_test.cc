// SPDX-License-Identifier: MIT
#include "avro/value.h"

#include <cmath>

#include <gtest/gtest.h>

#include "avro/binary.h"
#include "avro/wire.h"

namespace efd::avro {
namespace {

constexpr const char* kEveryType = R"({"type":"record","name":"R","fields":[
  {"name":"n","type":"null"}, {"name":"b","type":"boolean"}, {"name":"i","type":"int"},
  {"name":"l","type":"long"}, {"name":"f","type":"float"}, {"name":"d","type":"double"},
  {"name":"y","type":"bytes"}, {"name":"s","type":"string"},
  {"name":"x","type":{"type":"fixed","name":"X","size":2}},
  {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},
  {"name":"a","type":{"type":"array","items":"int"}},
  {"name":"m","type":{"type":"map","values":"string"}},
  {"name":"u","type":["null","int","string","X"]},
  {"name":"r","type":["null","R"]}]})";

Schema schema_of(std::string_view text) {
  return *Schema::parse(text, Strictness::strict);
}

Record every_value() {
  return Record{{Null{}, true, int32_t{-1}, int64_t{INT64_MIN}, 0.5f, 2.5, Bytes{"\xff"}, "text",
                 Bytes{"xy"}, "B", Array{1, 2}, Map{{{"k", "v"}}}, Bytes{"zz"}, Null{}}};
}

std::string encoded(const Schema& schema, const Value& value) {
  std::string out;
  Result<> written = encode(schema, value, out);
  EXPECT_TRUE(written) << (written ? "" : written.error().message);
  return out;
}

std::string encode_error(const char* schema, const Value& value) {
  std::string out = "before";
  Result<> written = encode(schema_of(schema), value, out);
  EXPECT_EQ(out, "before");
  return written ? "" : written.error().message;
}

TEST(Value, EveryTypeThereAndBack) {
  Schema schema = schema_of(kEveryType);
  Record outer = every_value();
  outer.fields[13] = every_value();
  std::string datum = encoded(schema, outer);
  Result<Value> back = decode(schema, datum);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(encoded(schema, *back), datum);
  const Record& record = std::get<Record>(back->data);
  EXPECT_EQ(record.fields[12].branch, 3);
  EXPECT_EQ(std::get<std::string>(record.fields[9].data), "B");
  EXPECT_EQ(std::get<Record>(record.fields[13].data).fields[3], Value(int64_t{INT64_MIN}));
}

TEST(Value, EveryCutOffDatumIsRefused) {
  Schema schema = schema_of(kEveryType);
  std::string datum = encoded(schema, every_value());
  for (size_t size = 0; size < datum.size(); ++size) {
    EXPECT_FALSE(decode(schema, std::string(datum, 0, size))) << size;
  }
  EXPECT_FALSE(decode(schema, datum + '\0'));
}

TEST(Value, PlainJson) {
  Schema schema = schema_of(kEveryType);
  std::string json;
  ASSERT_TRUE(append_json(schema, encoded(schema, every_value()), json));
  EXPECT_EQ(json,
            R"({"n":null,"b":true,"i":-1,"l":-9223372036854775808,"f":0.5,"d":2.5,"y":"/w==",)"
            R"("s":"text","x":"eHk=","e":"B","a":[1,2],"m":{"k":"v"},"u":"eno=","r":null})");
  json.clear();
  Schema number = schema_of("\"double\"");
  ASSERT_TRUE(append_json(number, encoded(number, std::nan("")), json));
  EXPECT_EQ(json, "null");
}

TEST(Value, NumbersConvertWhereNothingIsLost) {
  EXPECT_EQ(encoded(schema_of("\"int\""), int64_t{5}), "\x0a");
  EXPECT_EQ(encoded(schema_of("\"double\""), 1), encoded(schema_of("\"double\""), 1.0));
  EXPECT_EQ(encoded(schema_of("\"float\""), 0.5), encoded(schema_of("\"float\""), 0.5f));
  EXPECT_EQ(encoded(schema_of(R"(["int","long"])"), int64_t{1}), "\x02\x02");
  EXPECT_EQ(encoded(schema_of(R"(["null","long"])"), 1), "\x02\x02");
}

TEST(Value, SaysWhatDoesNotFit) {
  EXPECT_EQ(encode_error("\"int\"", int64_t{1} << 40), "expected int, not long");
  EXPECT_EQ(encode_error("\"int\"", 1.0), "expected int, not double");
  EXPECT_EQ(encode_error("\"string\"", Bytes{"x"}), "expected string, not bytes");
  EXPECT_EQ(encode_error(R"({"type":"fixed","name":"F","size":3})", Bytes{"x"}),
            "expected fixed, not bytes");
  EXPECT_EQ(encode_error(R"({"type":"enum","name":"E","symbols":["A"]})", "C"),
            "'C' is no symbol of enum 'E'");
  EXPECT_EQ(encode_error(R"(["null","int"])", "C"), "string fits no branch of the union");
  constexpr const char* kRecord =
      R"({"type":"record","name":"R","fields":[{"name":"f","type":"boolean"}]})";
  EXPECT_EQ(encode_error(kRecord, Record{{true, true}}), "record 'R' has 1 fields, not 2");
  EXPECT_EQ(encode_error(kRecord, Record{{"x"}}), "field 'f': expected boolean, not string");
}

TEST(Value, RefusesDataOutOfRange) {
  auto refused = [](const char* schema, std::string_view datum) {
    return !decode(schema_of(schema), datum);
  };
  EXPECT_TRUE(refused("\"boolean\"", "\x02"));
  EXPECT_TRUE(refused("\"int\"", "\xff\xff\xff\xff\x1f"));
  EXPECT_TRUE(refused("\"string\"", "\x01"));                  // -1 letters
  EXPECT_TRUE(refused("\"string\"", "\xfe\xff\xff\xff\x0f"));  // 2 GiB
  EXPECT_TRUE(refused(R"(["null"])", "\x02"));
  EXPECT_TRUE(refused(R"({"type":"enum","name":"E","symbols":[]})", std::string_view("\0", 1)));
}

TEST(Value, AFewBytesCannotAskForMuchMemory) {
  std::string nulls;
  write_long(int64_t{1} << 40, nulls);
  write_block_end(nulls);
  EXPECT_FALSE(decode(schema_of(R"({"type":"array","items":"null"})"), nulls));
  std::string negative;
  write_long(INT64_MIN, negative);
  write_long(0, negative);
  EXPECT_FALSE(decode(schema_of(R"({"type":"array","items":"null"})"), negative));
  std::string deep(10'000, '\2');
  EXPECT_FALSE(decode(
      schema_of(R"({"type":"record","name":"R","fields":[{"name":"f","type":["null","R"]}]})"),
      deep));
}

TEST(Value, BlocksWithTheirSizeAreRead) {
  Schema schema = schema_of(R"({"type":"array","items":"int"})");
  EXPECT_EQ(*decode(schema, std::string_view("\x03\x04\x02\x04\x02\x06\x00", 7)),
            Value(Array{1, 2, 3}));
}

TEST(Wire, HeaderThereAndBack) {
  std::string bytes;
  append_wire_header(SchemaId(258), bytes);
  bytes += "datum";
  EXPECT_EQ(bytes.substr(0, 5), std::string("\0\0\0\1\2", 5));
  Result<WireDatum> wire = parse_wire(bytes);
  ASSERT_TRUE(wire);
  EXPECT_EQ(wire->id, SchemaId(258));
  EXPECT_EQ(wire->datum, "datum");
  EXPECT_FALSE(parse_wire("\x01\0\0\0\1x"));
  EXPECT_FALSE(parse_wire(std::string_view("\0\0\0\1", 4)));
}

}  // namespace
}  // namespace efd::avro
