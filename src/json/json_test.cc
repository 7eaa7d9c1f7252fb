// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "json/number.h"
#include "json/utf8.h"
#include "json/value.h"

namespace efd::json {
namespace {

std::string go(double value) {
  std::string out;
  append_go_double(value, out);
  return out;
}

std::string python(double value) {
  std::string out;
  append_python_double(value, out);
  return out;
}

std::string quoted(std::string_view text, Escaping escaping) {
  std::string out;
  append_quoted(text, escaping, out);
  return out;
}

double double_of_bits(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

TEST(Number, GoLayout) {
  EXPECT_EQ(go(1), "1");
  EXPECT_EQ(go(0), "0");
  EXPECT_EQ(go(-0.0), "-0");
  EXPECT_EQ(go(-12.5), "-12.5");
  EXPECT_EQ(go(1e-6), "0.000001");
  EXPECT_EQ(go(1e-7), "1e-7");
  EXPECT_EQ(go(1.5e-10), "1.5e-10");
  EXPECT_EQ(go(1e20), "100000000000000000000");
  EXPECT_EQ(go(1e21), "1e+21");
  EXPECT_EQ(go(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(go(5e-324), "5e-324");
  EXPECT_EQ(go(double(0.1f)), "0.10000000149011612");
  EXPECT_EQ(go(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(Number, PythonLayout) {
  EXPECT_EQ(python(1), "1.0");
  EXPECT_EQ(python(-0.0), "-0.0");
  EXPECT_EQ(python(0.054), "0.054");
  EXPECT_EQ(python(1e-4), "0.0001");
  EXPECT_EQ(python(1e-5), "1e-05");
  EXPECT_EQ(python(123456), "123456.0");
  EXPECT_EQ(python(1e15), "1000000000000000.0");
  EXPECT_EQ(python(1e16), "1e+16");
  EXPECT_EQ(python(1.25e100), "1.25e+100");
}

RC_GTEST_PROP(Number, ReadsBackAsTheSameDouble, (uint64_t bits)) {
  const double value = double_of_bits(bits);
  RC_PRE(std::isfinite(value));
  for (const std::string& text : {go(value), python(value)}) {
    const double back = std::strtod(text.c_str(), nullptr);
    RC_ASSERT(std::memcmp(&back, &value, sizeof value) == 0);
  }
}

// Where both layouts are decimal they differ by Python's ".0" only.
RC_GTEST_PROP(Number, LayoutsAgreeOnDigits, (uint64_t mantissa)) {
  const auto exponent = *rc::gen::inRange<uint64_t>(1023 - 13, 1023 + 53);  // 1.2e-4 .. 9e15
  const double value = double_of_bits(exponent << 52 | mantissa >> 12);
  std::string text = python(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  RC_ASSERT(go(value) == text);
}

TEST(Text, EscapesByMode) {
  const std::string text = "a\"\\\n\b\x01<&>\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80";
  EXPECT_EQ(quoted(text, Escaping::minimal),
            "\"a\\\"\\\\\\n\\b\\u0001<&>\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\"");
  EXPECT_EQ(
      quoted(text, Escaping::go),
      "\"a\\\"\\\\\\n\\u0008\\u0001\\u003c\\u0026\\u003e\x7f\xc3\xa9\\u2028\xf0\x9f\x98\x80\"");
  EXPECT_EQ(quoted(text, Escaping::ascii),
            "\"a\\\"\\\\\\n\\b\\u0001<&>\\u007f\\u00e9\\u2028\\ud83d\\ude00\"");
}

TEST(Text, BadUtf8BecomesReplacementCharacters) {
  EXPECT_EQ(quoted("a\xff", Escaping::go), "\"a\\ufffd\"");
  EXPECT_EQ(quoted("\xc3", Escaping::minimal), "\"\\ufffd\"");                   // cut short
  EXPECT_EQ(quoted("\xc0\xaf", Escaping::minimal), "\"\\ufffd\\ufffd\"");        // overlong
  EXPECT_EQ(quoted("\xed\xa0\x80", Escaping::go), "\"\\ufffd\\ufffd\\ufffd\"");  // surrogate
  EXPECT_EQ(quoted("\xf4\x90\x80\x80", Escaping::go), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

TEST(Utf8, FindsTheFirstBadByte) {
  EXPECT_EQ(find_invalid_utf8("a\xc3\xa9\xf0\x9f\x98\x80"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("ab\xff"), 2u);
  EXPECT_EQ(find_invalid_utf8("ab\xe2\x80"), 2u);
  EXPECT_EQ(find_invalid_utf8(std::string_view()), std::string_view::npos);
}

void write_sample(Writer& writer) {
  writer.begin_object();
  writer.member("b", 1.0);
  writer.key("a");
  writer.begin_array();
  writer.value(int64_t{-1});
  writer.value(std::numeric_limits<uint64_t>::max());
  writer.value(true);
  writer.value(nullptr);
  writer.value(std::numeric_limits<double>::quiet_NaN());
  writer.end_array();
  writer.key("empty");
  writer.begin_array();
  writer.end_array();
  writer.key("none");
  writer.begin_object();
  writer.end_object();
  writer.end_object();
}

std::string sample(Style style) {
  std::string out;
  Writer writer(out, style);
  write_sample(writer);
  return out;
}

TEST(Writer, OneLine) {
  EXPECT_EQ(sample(Style::compact()),
            R"({"b":1.0,"a":[-1,18446744073709551615,true,null,null],"empty":[],"none":{}})");
  EXPECT_EQ(sample(Style::go()),
            R"({"b":1,"a":[-1,18446744073709551615,true,null,null],"empty":[],"none":{}})");
  EXPECT_EQ(
      sample(Style::python()),
      R"({"b": 1.0, "a": [-1, 18446744073709551615, true, null, null], "empty": [], "none": {}})");
}

TEST(Writer, Indented) {
  EXPECT_EQ(
      sample(Style::pretty(2)),
      "{\n  \"b\": 1.0,\n  \"a\": [\n    -1,\n    18446744073709551615,\n    true,\n    null,\n"
      "    null\n  ],\n  \"empty\": [],\n  \"none\": {}\n}");
}

TEST(Value, KeepsNumbersApart) {
  const Value value = *parse("[1, 1.0, -1, 18446744073709551615, 1e2]");
  const Value::Array& array = *value.as_array();
  EXPECT_EQ(*array[0].as_int64(), 1);
  EXPECT_EQ(*array[1].as_double(), 1.0);
  EXPECT_EQ(array[1].as_int64(), nullptr);
  EXPECT_EQ(*array[3].as_uint64(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(array[4].number(), 100);
  EXPECT_FALSE(array[0] == array[1]);
  EXPECT_EQ(dump(value), "[1,1.0,-1,18446744073709551615,100.0]");
}

TEST(Value, IntegersBeyond64BitsAreDoubles) {
  EXPECT_EQ(*parse("100000000000000000000")->as_double(), 1e20);
  EXPECT_EQ(*parse("[-9223372036854775809]")->as_array()->at(0).as_double(),
            -9223372036854775808.0);
  EXPECT_EQ(dump(*parse("100000000000000000000"), Style::go()), "100000000000000000000");
  EXPECT_EQ(
      dump(*parse(R"({"100000000000000000000\\":[18446744073709551615, 18446744073709551616]})")),
      R"({"100000000000000000000\\":[18446744073709551615,1.8446744073709552e+19]})");
  EXPECT_FALSE(parse("[0100000000000000000000]"));
}

TEST(Value, ScalarsAreDocuments) {
  EXPECT_TRUE(parse(" null ")->is_null());
  EXPECT_TRUE(*parse("true")->as_bool());
  EXPECT_EQ(*parse("\"a\\u00e9\"")->as_string(), "a\xc3\xa9");
  EXPECT_EQ(*parse("-5 ")->as_int64(), -5);
}

TEST(Value, ObjectsKeepOrderAndTheLastOfAName) {
  const Value value = *parse(R"({"z": 1, "a": "x", "z": 2})");
  EXPECT_EQ(*value.find("z")->as_int64(), 2);
  EXPECT_EQ(*value.find_string("a"), "x");
  EXPECT_EQ(value.find_string("z"), nullptr);
  EXPECT_EQ(value.find("b"), nullptr);
  EXPECT_EQ(dump(value), R"({"z":1,"a":"x","z":2})");
  EXPECT_EQ(dump(value, Style::python(-1, true)), R"({"a": "x", "z": 1, "z": 2})");
}

TEST(Value, IsBuiltFromCpp) {
  const Value value =
      Value::Object{{"s", "text"}, {"n", 5},    {"u", 7u},
                    {"d", 0.5},    {"t", true}, {"a", Value::Array{nullptr, Value::Object{}}}};
  EXPECT_EQ(dump(value), R"({"s":"text","n":5,"u":7,"d":0.5,"t":true,"a":[null,{}]})");
  EXPECT_EQ(*parse(dump(value)), value);
}

TEST(Value, RefusesWhatIsNotJson) {
  for (const char* text :
       {"",           "{",     "[1,]",  "nul",     "1 2",   "{\"a\":1}x", "\"\xff\"", "\"\\ud800\"",
        "01",         "[1}",   "'a'",   "-",       "1.",    "1e",         "[1 2]",    "{\"a\" 1}",
        "{\"a\":1,}", "[1,2",  "nulll", "[nulll]", "[tru]", "{1:2}",      "\"\\x\"",  "\"a\nb\"",
        "[1e999]",    "\"abc", "[-]"}) {
    const Result<Value> value = parse(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, ErrorCode::bad_input) << text;
  }
}

TEST(Value, LimitsAreKept) {
  const std::string deep = std::string(10, '[') + std::string(10, ']');
  EXPECT_TRUE(parse(deep, {.depth_max = 11}));
  EXPECT_FALSE(parse(deep, {.depth_max = 5}));
  EXPECT_FALSE(parse(std::string(100'000, '[')));
  EXPECT_FALSE(parse(std::string(10, '[') + "100000000000000000000" + std::string(10, ']'),
                     {.depth_max = 5}));
  EXPECT_FALSE(parse("[1,2,3]", {.bytes_max = 6}));
  EXPECT_TRUE(parse("[1,2,3]", {.values_max = 4}));
  EXPECT_FALSE(parse("[1,2,3]", {.values_max = 3}));
}

rc::Gen<Value> any_value(int depth) {
  auto text = rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange(' ', '~')),
                           [](std::string s) { return Value(std::move(s)); });
  auto scalar = rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<int64_t>(), [](int64_t v) { return Value(v); }),
      rc::gen::map(rc::gen::arbitrary<uint64_t>(), [](uint64_t v) { return Value(v); }),
      rc::gen::map(rc::gen::arbitrary<double>(), [](double v) { return Value(v); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool v) { return Value(v); }),
      rc::gen::just(Value()), text);
  if (depth == 0) return scalar;
  auto array = rc::gen::map(rc::gen::container<Value::Array>(any_value(depth - 1)),
                            [](Value::Array a) { return Value(std::move(a)); });
  auto object = rc::gen::map(array, [](const Value& a) {
    Value::Object members;
    for (const Value& value : *a.as_array()) {
      members.push_back({"k" + std::to_string(members.size()), value});
    }
    return Value(std::move(members));
  });
  return rc::gen::oneOf(scalar, array, object);
}

RC_GTEST_PROP(Value, DumpReadsBack, ()) {
  const Value value = *any_value(2);
  for (const Style& style :
       {Style::compact(), Style::pretty(3), Style::python(), Style::python(2)}) {
    const Result<Value> back = parse(dump(value, style));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  }
}

TEST(Json, LongNumbersAreKeptWhereTheyAreAskedFor) {
  auto kept = [](const std::string& text) {
    auto value = parse(text, {}, LongNumbers::kept);
    return value ? dump(*value) : "refused";
  };
  for (const char* text :
       {"123456789012345678901234567890", "-18446744073709551616",
        "3.14159265358979323846264338327", "1e400", "-1.0E+400",
        R"([1,{"a":123456789012345678901234567890,"b":"9e999 \\\" 1e400"},2.5,1e400,-7])"})
    EXPECT_EQ(kept(text), text);
  EXPECT_EQ(kept("18446744073709551615"), "18446744073709551615");
  EXPECT_TRUE(parse("0.10000000000000000000", {}, LongNumbers::kept)->is_double());
  EXPECT_TRUE(parse("1e-400", {}, LongNumbers::kept)->is_double());
  for (const char* text : {"1e400x", "01e400", "1.e400", "-", "1e400 2", "[1e400", "+1e400",
                           "0123456789012345678901234567890"})
    EXPECT_EQ(kept(text), "refused") << text;
  EXPECT_FALSE(parse("1e400"));
  Value value = *parse("1e400", {}, LongNumbers::kept);
  EXPECT_TRUE(value.is_number());
  EXPECT_TRUE(std::isinf(value.number()));
  EXPECT_STREQ(value.kind(), "double");
  EXPECT_STREQ(parse("99999999999999999999", {}, LongNumbers::kept)->kind(), "integer");
}

}  // namespace
}  // namespace efd::json
