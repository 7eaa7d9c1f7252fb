// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "avro/value.h"
#include "json/writer.h"
#include "sal/text_parser.h"

namespace efd::sal {
namespace {

using ::testing::HasSubstr;

constexpr UtcTime kNow = UtcTime::from_ms(1'547'585'940'846);
constexpr const char* kPreamble = "'LSST REV' , 100.5 , 101.2504 , 7 , 8 , 9";

Field field(const char* name, FieldType type, uint32_t length = 0,
            std::vector<std::string> symbols = {}) {
  return {name, type, length, std::move(symbols), ""};
}

class TextOf {
 public:
  explicit TextOf(std::vector<Field> fields, TextOptions options = {}, SalTypes types = {}) {
    shape_ = {"Test_scalars", "Test", Kind::telemetry, std::move(fields)};
    auto plan = TextPlan::compile(shape_, options, types);
    EXPECT_TRUE(plan) << plan.error().message;
    plan_ = *plan;
    parser_ = std::make_unique<TextParser>(plan_);
  }

  // The datum's fields as JSON, or "error: ..."
  std::string read(std::string_view values) {
    return read_message(fmt::format("Test_telemetry Test_scalars:( {} , {} )", kPreamble, values));
  }
  std::string read_message(const std::string& message) {
    auto head = read_text_head(message);
    if (!head) return "error: " + head.error().message;
    std::string datum = "kept";
    auto parsed = parser_->parse(head->values, kNow, datum);
    if (!parsed) {
      EXPECT_EQ(datum, "kept");
      return "error: " + parsed.error().message;
    }
    auto schema = avro::Schema::from_json(schema_of(shape_));
    std::string json;
    auto decoded = avro::append_json(*schema, std::string_view(datum).substr(4), json);
    return decoded ? json : "no datum: " + decoded.error().message;
  }

 private:
  TopicShape shape_;
  std::shared_ptr<const TextPlan> plan_;
  std::unique_ptr<TextParser> parser_;
};

TEST(TextHead, HasTheTopicAndItsValues) {
  auto head = read_text_head("MTM1M3_logevent  MTM1M3_logevent_x : ( 1, 2)\r\n");
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->source, "MTM1M3_logevent");
  EXPECT_EQ(head->topic, "MTM1M3_logevent_x");
  EXPECT_EQ(head->values, " 1, 2)");
}

TEST(TextHead, RefusesWhatIsNoMessage) {
  for (const char* text : {"", " ", "x", "()", "A B", "A B:", "A B:(", "A B:( 1", "A_b:(1)",
                           "A_t A b:(1)", "A_t :(1)", "A_t A_x:y(1)", "A_t A-x:(1)"})
    EXPECT_FALSE(read_text_head(text)) << text;
  EXPECT_FALSE(read_text_head("A_t A_x:(" + std::string(kTextBytesMax, '1') + ")"));
}

TEST(Text, EveryKindOfScalar) {
  TextOf text({field("b", FieldType::boolean), field("i", FieldType::int32),
               field("l", FieldType::int64), field("f", FieldType::float32),
               field("d", FieldType::float64), field("s", FieldType::string),
               field("e", FieldType::enumeration, 0, {"ON", "OFF"})});
  EXPECT_EQ(text.read("0 , -5 , 9223372036854775807 , 1.500000 , -2.250000 , 'a b' , 2"),
            R"({"b":false,"i":-5,"l":9223372036854775807,"f":1.5,"d":-2.25,"s":"a b","e":"OFF"})");
  EXPECT_EQ(text.read("1,+5,-9223372036854775808,1e3,+2.5E-1,'',ON"),
            R"({"b":true,"i":5,"l":-9223372036854775808,"f":1000.0,"d":0.25,"s":"","e":"ON"})");
  EXPECT_EQ(text.read("False,0,0,nan,-inf,'',OFF"),
            R"({"b":false,"i":0,"l":0,"f":null,"d":null,"s":"","e":"OFF"})");
}

TEST(Text, WhatDoesNotFitIsRefusedWithItsPlace) {
  TextOf text({field("b", FieldType::boolean), field("i", FieldType::int32),
               field("a", FieldType::float32, 3),
               field("e", FieldType::enumeration, 0, {"ON", "OFF"})});
  EXPECT_THAT(text.read("2 , 1 , 1, 2, 3 , 1"), HasSubstr("field 'b': '2' is not a boolean"));
  EXPECT_THAT(text.read("1 , 2147483648 , 1, 2, 3 , 1"), HasSubstr("field 'i': '2147483648' is"));
  EXPECT_THAT(text.read("1 , 1 , 1, x, 3 , 1"), HasSubstr("field 'a', element 1: 'x' is not"));
  EXPECT_THAT(text.read("1 , 1 , 1, 1e99, 3 , 1"), HasSubstr("element 1"));
  EXPECT_THAT(text.read("1 , 1 , 1, , 3 , 1"), HasSubstr("element 1"));
  EXPECT_THAT(text.read("1 , 1 , 1, 2"), HasSubstr("fewer values than the schema has"));
  EXPECT_THAT(text.read("1 , 1 , 1, 2, 3 , 3"), HasSubstr("field 'e': '3' is not a symbol"));
  EXPECT_THAT(text.read("1 , 1 , 1, 2, 3 , 0"), HasSubstr("not a symbol"));
  EXPECT_THAT(text.read("1 , 1 , 1, 2, 3 , 1, 1, 1"), HasSubstr("more than the schema has"));
  EXPECT_THAT(text.read_message("Test_telemetry Test_scalars:( 1 )"), HasSubstr("not a quoted"));
  EXPECT_THAT(text.read_message("Test_telemetry Test_scalars:( 'R' , 1 , 2)"),
              HasSubstr("preamble"));
}

TEST(Text, ThePreambleFillsTheHeaderFields) {
  std::vector<Field> fields = header_fields();
  fields.push_back(field("x", FieldType::int32));
  EXPECT_EQ(TextOf(fields).read("5"),
            R"({"kafka_timestamp":1547585940846,"sal_revcode":"LSST REV","sal_created":100500,)"
            R"("sal_ingested":101250,"sal_sequence":7,"sal_origin":8,"sal_host":9,"x":5})");
  EXPECT_THAT(TextOf(fields, {PreambleOrder::original}).read("5"),
              HasSubstr(R"("sal_origin":9,"sal_host":8)"));
  EXPECT_THAT(
      TextOf(fields).read_message("Test_telemetry Test_scalars:( '' , nan , 0 , 0 , 0 , 0 , 5 )"),
      HasSubstr("field 'sal_created'"));
}

TEST(Text, AKeyedComponentPrintsItsIndex) {
  TextOf without({field("x", FieldType::int32)});
  EXPECT_EQ(without.read("3 , 5"), R"({"x":5})");
  EXPECT_EQ(without.read("5"), R"({"x":5})");
  EXPECT_THAT(without.read("3 , 5 , 6"), HasSubstr("error"));
  TextOf texts({field("s", FieldType::string), field("t", FieldType::string)});
  EXPECT_EQ(texts.read("3 , 'a' , 'b'"), R"({"s":"a","t":"b"})");
}

TEST(Text, TheIndexGoesToSalIndex) {
  Field own = field("salIndex", FieldType::int32);
  own.is_index = true;
  TextOf text({own, field("x", FieldType::int32)});
  EXPECT_EQ(text.read("9 , 3 , 5"), R"({"salIndex":9,"x":5})");
  EXPECT_EQ(text.read("3 , 5"), R"({"salIndex":3,"x":5})");
  EXPECT_EQ(text.read("9 , 3 , 5"), R"({"salIndex":9,"x":5})");
  EXPECT_THAT(text.read("2147483648 , 3 , 5"), HasSubstr("field 'salIndex'"));
  TextOf last({field("s", FieldType::string), own});
  EXPECT_EQ(last.read("9 , 'it's' , 3"), R"({"s":"it's","salIndex":9})");
  EXPECT_EQ(last.read("'it's' , 3"), R"({"s":"it's","salIndex":3})");
  // ScriptQueue_command_showScript asks for a script by its index, which is not the queue's.
  TextOf item({field("salIndex", FieldType::int32), field("x", FieldType::int32)});
  EXPECT_EQ(item.read("9 , 3 , 5"), R"({"salIndex":3,"x":5})");
}

TEST(Text, OneTextHasEverythingBetweenItsEnds) {
  TextOf text(
      {field("i", FieldType::int32), field("s", FieldType::string), field("j", FieldType::int32)});
  EXPECT_EQ(text.read("1 , 'it's (a, b)?' , 2"), R"({"i":1,"s":"it's (a, b)?","j":2})");
  EXPECT_EQ(text.read("1 , 'x' , 5 , 'y' , 2"), R"({"i":1,"s":"x' , 5 , 'y","j":2})");
  EXPECT_EQ(text.read("1 , ''' , 2"), R"({"i":1,"s":"'","j":2})");
}

TEST(Text, SeveralTextsAreSplitInTheOneWayThatFits) {
  TextOf text(
      {field("s", FieldType::string), field("i", FieldType::int32), field("t", FieldType::string)});
  EXPECT_EQ(text.read("'it's' , 1 , 'a', b'"), R"({"s":"it's","i":1,"t":"a', b"})");
  EXPECT_EQ(text.read("'a' , 'b' , 1 , 'c'"), R"({"s":"a' , 'b","i":1,"t":"c"})");
  EXPECT_THAT(text.read("'a' , 1 , 'b' , 2 , 'c'"), HasSubstr("ambiguous"));
  TextOf neighbours({field("s", FieldType::string), field("t", FieldType::string)});
  EXPECT_EQ(neighbours.read("'a' , 'b'"), R"({"s":"a","t":"b"})");
  EXPECT_THAT(neighbours.read("'a' , 'b' , 'c'"), HasSubstr("ambiguous"));
  EXPECT_THAT(neighbours.read("'a'"), HasSubstr("error"));
}

TEST(Text, TheRevisionCodeMayHoldQuotes) {
  TextOf text({field("i", FieldType::int32)});
  EXPECT_EQ(text.read_message("Test_telemetry Test_scalars:( 'a'b , c' , 1 , 2 , 3 , 4 , 5 , 6 )"),
            R"({"i":6})");
}

TEST(Text, AnArrayOfTextsIsOneOrAll) {
  TextOf text({field("s", FieldType::string, 3), field("i", FieldType::int32)});
  EXPECT_EQ(text.read("'a' , 1"), R"({"s":["a"],"i":1})");
  EXPECT_EQ(text.read("'a', 'b', 'c' , 1"), R"({"s":["a","b","c"],"i":1})");
  EXPECT_EQ(text.read("'a', 'b' , 1"), R"({"s":["a', 'b"],"i":1})");
  EXPECT_EQ(text.read("'it's', 'b', 'c' , 1"), R"({"s":["it's","b","c"],"i":1})");
  EXPECT_THAT(text.read("'a', 'b', 'c', 'd' , 1"), HasSubstr("ambiguous"));
}

TEST(Text, BytesAreNumbersOrTexts) {
  TextOf text({field("b", FieldType::bytes), field("c", FieldType::bytes, 4)});
  EXPECT_EQ(text.read("255 , 1, 2, 3, 4"), R"({"b":"/w==","c":["AQ==","Ag==","Aw==","BA=="]})");
  EXPECT_EQ(text.read("'a' , 'bc'"), R"({"b":"YQ==","c":["Yg==","Yw=="]})");
  EXPECT_EQ(text.read("1 , ''"), R"({"b":"AQ==","c":[]})");
  EXPECT_THAT(text.read("256 , 1, 2, 3, 4"), HasSubstr("not a byte"));
}

TEST(Text, TextsAreUtf8OrLatin1) {
  std::vector<Field> fields = {field("s", FieldType::string)};
  EXPECT_EQ(TextOf(fields).read("'\xc2\xb0"
                                "C'"),
            "{\"s\":\"\xc2\xb0"
            "C\"}");
  EXPECT_THAT(TextOf(fields).read("'\xb0"
                                  "C'"),
              HasSubstr("not UTF-8"));
  TextOptions latin1{.charset = Charset::utf8_or_latin1};
  EXPECT_EQ(TextOf(fields, latin1).read("'\xb0\xe9'"), "{\"s\":\"\xc2\xb0\xc3\xa9\"}");
}

TEST(Text, NegativeNumbersOfUnsignedTypesAreMappedBack) {
  std::vector<Field> fields = {field("l", FieldType::int64), field("i", FieldType::int32)};
  TextOf text(fields, {}, {{"l", "unsigned int"}, {"i", "unsigned int"}});
  EXPECT_EQ(text.read("-1 , 5"), R"({"l":4294967295,"i":5})");
  EXPECT_THAT(text.read("1 , -5"), HasSubstr("field 'i'"));
  TextOf wide(fields, {}, {{"l", "unsigned long long"}});
  EXPECT_EQ(wide.read("5 , -5"), R"({"l":5,"i":-5})");
  EXPECT_THAT(wide.read("-1 , 5"), HasSubstr("field 'l'"));
}

TEST(Text, ManyQuotesAreNotTriedForEver) {
  std::vector<Field> fields(64, field("s", FieldType::string));
  for (size_t i = 0; i < fields.size(); ++i) fields[i].name += std::to_string(i);
  std::string many;
  for (int i = 0; i < 200'000; ++i) many += i == 0 ? "'" : "','";
  EXPECT_THAT(TextOf(fields).read(many + "'"), HasSubstr("too many quotes"));
}

// What SAL prints of a value, behind the preamble.
std::string printed(Field of, const avro::Value& value, const char* sal_type = "") {
  TopicShape shape{"Test_scalars", "Test", Kind::telemetry, {of}};
  const auto schema = avro::Schema::from_json(schema_of(shape));
  const auto plan = TextPlan::compile(shape, {}, {{of.name, sal_type}});
  std::string datum, text;
  EXPECT_TRUE(avro::encode(*schema, avro::Record{{value}}, datum));
  const auto done = (*plan)->print(datum, text);
  if (!done) return "error: " + done.error().message;
  const std::string start = "Test_telemetry Test_scalars:( '' , 0.000000 , 0.000000 , 0 , 0 , 0 , ";
  EXPECT_EQ(text.substr(0, start.size()), start);
  return text.substr(start.size(), text.size() - start.size() - 2);
}

TEST(TextPlan, PrintsOneTextOfAnArrayOfStrings) {
  const Field strings = field("s", FieldType::string, 3);
  EXPECT_EQ(printed(strings, avro::Array{"a", "b", "c"}), "'a'");
  EXPECT_EQ(printed(strings, avro::Array{"a"}), "'a'");
  EXPECT_EQ(printed(strings, avro::Array{"a", "b"}), "error: field 's': 2 elements; SAL prints 3");
  EXPECT_EQ(printed(field("s", FieldType::string), std::string("a\0b", 3)), "'a'");
}

TEST(TextPlan, PrintsCharactersAsAText) {
  const auto bytes = [](std::string_view text) {
    avro::Array array;
    for (const char c : text) array.push_back(avro::Bytes{std::string(1, c)});
    return array;
  };
  const Field chars = field("c", FieldType::bytes, 5);
  EXPECT_EQ(printed(chars, bytes("ab, c"), "char"), "'ab, c'");
  EXPECT_EQ(printed(chars, bytes(std::string_view("ab\0cd", 5)), "char"), "'ab'");
  EXPECT_EQ(printed(chars, bytes("ab, c"), "byte"), "97, 98, 44, 32, 99");
  EXPECT_EQ(printed(chars, bytes("ab, c")), "97, 98, 44, 32, 99");
  const Field one = field("c", FieldType::bytes);
  EXPECT_EQ(printed(one, avro::Bytes{"x"}, "char"), "'x'");
  EXPECT_EQ(printed(one, avro::Bytes{"x"}, "octet"), "120");
}

TEST(TextPlan, PrintsUnsignedNumbersAsSigned) {
  const Field number = field("n", FieldType::int64);
  EXPECT_EQ(printed(number, int64_t{4'294'967'295}, "unsigned int"), "-1");
  EXPECT_EQ(printed(number, int64_t{2'147'483'647}, "unsigned int"), "2147483647");
  EXPECT_EQ(printed(number, int64_t{4'294'967'295}, "long"), "4294967295");
}

TEST(TextPlan, SaysWhatSalSends) {
  EXPECT_TRUE(is_sent_as_text("MTM1M3_logevent_heartbeat"));
  EXPECT_FALSE(is_sent_as_text("OCS_sequencerHeartbeat"));
  EXPECT_FALSE(is_sent_as_text("OCS_command_InternalCommand"));
  EXPECT_FALSE(is_sent_as_text("OCS_ackcmd"));
}

TEST(TextPlan, RefusesShapesThatNoTextCanBe) {
  TopicShape shape{"T_x", "T", Kind::telemetry, {field("n", FieldType::null)}};
  EXPECT_FALSE(TextPlan::compile(shape));
  shape.fields = {field("sal_created", FieldType::float64)};
  EXPECT_FALSE(TextPlan::compile(shape));
}

}  // namespace
}  // namespace efd::sal
