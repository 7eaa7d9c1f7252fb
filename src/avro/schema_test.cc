// SPDX-License-Identifier: MIT
#include "avro/schema.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "avro/canonical.h"
#include "avro/java_json.h"
#include "codec/compression.h"

namespace efd::avro {
namespace {

Schema parsed(std::string_view text, Strictness strictness = Strictness::strict) {
  Result<Schema> schema = Schema::parse(text, strictness);
  EXPECT_TRUE(schema) << (schema ? "" : schema.error().message);
  return schema ? *schema : *Schema::parse("\"null\"");
}

std::string error_of(std::string_view text, Strictness strictness = Strictness::strict) {
  Result<Schema> schema = Schema::parse(text, strictness);
  return schema ? "" : schema.error().message;
}

TEST(Schema, EveryType) {
  Schema schema = parsed(R"({"type": "record", "name": "a.R", "fields": [
      {"name": "m", "type": {"type": "map", "values": "long"}},
      {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"], "default": "B"}},
      {"name": "x", "type": {"type": "fixed", "name": "b.X", "size": 3}},
      {"name": "u", "type": ["null", "E", {"type": "array", "items": "R"}], "default": null},
      {"name": "t", "type": {"type": "long", "logicalType": "timestamp-millis"}}]})");
  const Node& root = schema.root();
  ASSERT_EQ(root.fields.size(), 5u);
  EXPECT_EQ(root.name, (Name{"a", "R"}));
  EXPECT_EQ(root.fields[0].type->items->type, Type::long_);
  EXPECT_EQ(root.fields[1].type->name.full(), "a.E");
  EXPECT_EQ(*root.fields[1].type->default_symbol, "B");
  EXPECT_EQ(root.fields[2].type->name.full(), "b.X");
  EXPECT_EQ(root.fields[2].type->size, 3u);
  EXPECT_EQ(root.fields[3].type->branches[1], root.fields[1].type);
  EXPECT_EQ(root.fields[3].type->branches[2]->items, &root);
  EXPECT_TRUE(root.fields[3].default_value->is_null());
  EXPECT_EQ(*root.fields[4].type->logical_type(), "timestamp-millis");
}

TEST(Schema, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of(R"({"type":"record","name":"R","fields":[{"name":"f","type":"strin"}]})"),
            "Avro schema: record 'R': field 'f': \"strin\" is not a defined name");
  EXPECT_EQ(
      error_of(
          R"({"type":"record","name":"R","fields":[{"name":"f","type":"int","default":1.5}]})"),
      "Avro schema: record 'R': field 'f': Invalid default: 1.5 is not a int");
}

TEST(Schema, RefusesInEveryMode) {
  for (
      const char* text : {
          "",
          "{",
          "1",
          "null",
          "[[\"int\"]]",
          "[\"int\",\"int\"]",
          "{}",
          R"({"type":"array"})",
          R"({"type":"map","items":"int"})",
          R"({"type":"enum","name":"E"})",
          R"({"type":"enum","name":"E","symbols":["A","A"]})",
          R"({"type":"enum","name":"E","symbols":["A"],"default":"B"})",
          R"({"type":"enum","name":"E","symbols":[1]})",
          R"({"type":"fixed","name":"F"})",
          R"({"type":"fixed","name":"F","size":-1})",
          R"({"type":"fixed","name":"F","size":99999999999})",
          R"({"type":"record","name":"R"})",
          R"({"type":"record","fields":[]})",
          R"({"type":"record","name":"","fields":[]})",
          R"({"type":"record","name":"int","fields":[]})",
          R"({"type":"record","name":"R","fields":[{"type":"int"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"f"}]})",
          R"({"type":"record","name":"R","fields":[1]})",
          R"({"type":"record","name":"R","fields":[],"aliases":"x"})",
          R"({"type":"record","name":"R","fields":[{"name":"f","type":"int","order":"up"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"f","type":"int"},{"name":"f","type":"int"}]})",
          R"([{"type":"fixed","name":"F","size":1},{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":2}}]}])",
      }) {
    EXPECT_FALSE(Schema::parse(text, Strictness::lenient)) << text;
    EXPECT_FALSE(Schema::parse(text, Strictness::strict)) << text;
  }
}

TEST(Schema, OnlyStrictRefusesNamesAndDefaults) {
  for (
      const char* text : {
          R"({"type":"record","name":"R-1","fields":[]})",
          R"({"type":"record","name":"R","namespace":"a..b","fields":[]})",
          R"({"type":"record","name":"R","fields":[{"name":"1","type":"int"}]})",
          R"({"type":"enum","name":"E","symbols":["A B"]})",
          R"({"type":"record","name":"R","fields":[{"name":"f","type":"int","default":"x"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"f","type":["int","null"],"default":"x"}]})",
          R"({"type":{"type":"string"}})",
      }) {
    EXPECT_TRUE(Schema::parse(text, Strictness::lenient)) << text;
    EXPECT_FALSE(Schema::parse(text, Strictness::strict)) << text;
  }
}

std::string with_default(const std::string& type, const std::string& value) {
  return fmt::format(
      R"({{"type":"record","name":"R","fields":[{{"name":"x","type":{},"default":{}}}]}})", type,
      value);
}
// The default in the canonical text; empty: refused.
std::string canonical_default(const std::string& type, const std::string& value) {
  auto schema = Schema::parse(with_default(type, value), Strictness::strict);
  if (!schema) return "";
  std::string text = canonical_text(*schema);
  size_t begin = text.find("\"default\":") + 10;
  return text.substr(begin, text.rfind("}]}") - begin);
}

// Run through Avro Java 1.12.1.
TEST(Schema, QuotedDefaultsAreJavasNumbers) {
  struct Case {
    const char* text;
    const char* canonical;
  };
  for (const auto& [text, canonical] : {Case{"abc", ""},
                                        {"nan", ""},
                                        {"INF", ""},
                                        {"", ""},
                                        {".", ""},
                                        {"1e", ""},
                                        {"0x10", ""},
                                        {"1_0", ""},
                                        {"Infinityd", ""},
                                        {"1.5x", ""},
                                        {"\u00a01.5", ""},
                                        {"NaN", "\"NaN\""},
                                        {"+NaN", "\"NaN\""},
                                        {"-NaN", "\"NaN\""},
                                        {"Infinity", "\"Infinity\""},
                                        {"-Infinity", "\"-Infinity\""},
                                        {"1.5", "1.5"},
                                        {" 1.5 ", "1.5"},
                                        {"\\t1.5\\n", "1.5"},
                                        {"1.5d", "1.5"},
                                        {"1.5f", "1.5"},
                                        {"0x1p3", "8.0"},
                                        {"0x.8p1", "1.0"},
                                        {"0x1.8p1d", "3.0"},
                                        {"1.", "1.0"},
                                        {".5", "0.5"},
                                        {"+1", "1.0"},
                                        {"1E+5F", "100000.0"},
                                        {"1e400", "\"Infinity\""},
                                        {"-1e400", "\"-Infinity\""},
                                        {"1e-400", "0.0"}}) {
    for (const char* type : {"\"double\"", "\"float\""})
      EXPECT_EQ(canonical_default(type, fmt::format("\"{}\"", text)), canonical) << text;
  }
  for (const char* type : {"\"int\"", "\"long\"", R"(["double","null"])"})
    EXPECT_EQ(canonical_default(type, "\"5\""), "") << type;
  EXPECT_EQ(canonical_default(R"({"type":"array","items":"double"})", R"(["1.5"])"), "");
  // What is there already is read, and its text is not changed.
  std::string stored = with_default("\"double\"", "\"abc\"");
  EXPECT_EQ(canonical_text(*Schema::parse(stored)), stored);
}

TEST(Schema, LongNumbersStay) {
  EXPECT_EQ(canonical_default("\"double\"", "1e400"), "\"Infinity\"");
  EXPECT_EQ(canonical_default("\"double\"", "-1e400"), "\"-Infinity\"");
  EXPECT_EQ(canonical_default("\"double\"", "0.123456789012345678901234567890"),
            "0.12345678901234568");
  EXPECT_EQ(canonical_default("\"double\"", "123456789012345678901234567890"),
            "123456789012345678901234567890");
  EXPECT_EQ(canonical_default(R"({"type":"array","items":"double"})", "[1e400,1]"),
            "[\"Infinity\",1]");
  EXPECT_EQ(canonical_default("\"long\"", "9223372036854775808"), "");
  auto stays = [](const char* property) {
    std::string text = fmt::format(R"({{"type":"string","p":{}}})", property);
    return canonical_text(*Schema::parse(text, Strictness::strict)) == text;
  };
  EXPECT_TRUE(stays("123456789012345678901234567890"));
  EXPECT_TRUE(stays("-3.14159265358979323846264338327"));
  EXPECT_TRUE(stays(R"([1,{"q":123456789012345678901234567890,"r":"1e400"},2.5])"));
  EXPECT_EQ(canonical_text(*Schema::parse(R"({"type":"string","p":1e400})")),
            R"({"type":"string","p":"Infinity"})");
}

// Run through Avro Java 1.12.1, too.
TEST(Schema, NamesHaveLettersOfAnyAlphabet) {
  auto is_taken = [](const char* name) {
    std::string text =
        fmt::format(R"({{"type":"record","name":"{0}","doc":"µ 漢字 😀","fields":[)"
                    R"({{"name":"{0}","type":{{"type":"enum","name":"E","symbols":["{0}"]}}}}],)"
                    R"("aliases":["a.{0}"]}})",
                    name);
    auto schema = Schema::parse(text, Strictness::strict);
    if (schema) {
      EXPECT_EQ(canonical_text(*schema), text);
    }
    return schema.has_value();
  };
  for (const char* name : {"Größe", "漢字", "a٣", "aª", "á", "x_١", "_1", "ж", "a"})
    EXPECT_TRUE(is_taken(name)) << name;
  for (const char* name : {"😀", "𐐀", "٣a", "aⅧ", "Ⅷ", "a²", "a-b", "a$b", "1", "a‿b", "aͅb", "a b"})
    EXPECT_FALSE(is_taken(name)) << name;
  EXPECT_EQ(error_of(R"({"type":"record","name":"R","namespace":"größe.x","fields":[]})"), "");
  EXPECT_EQ(error_of(R"({"type":"int","aliases":["a-b"]})"), "");
  EXPECT_NE(error_of(R"({"type":"record","name":"R","aliases":["a-b"],"fields":[]})"), "");
}

TEST(Schema, DepthAndSizeAreBounded) {
  std::string text = "\"int\"";
  for (int i = 0; i < 63; ++i) text = R"({"type":"array","items":)" + text + "}";
  EXPECT_EQ(error_of(text), "");
  EXPECT_NE(error_of(R"({"type":"array","items":)" + text + "}").find("deeper than 64"),
            std::string::npos);
  SchemaLimits few;
  few.nodes_max = 1;
  Result<Schema> wide =
      Schema::parse(R"(["null",{"type":"map","values":"int"}])", Strictness::strict, few);
  EXPECT_FALSE(wide);
}

// Defaults that lead into one another without end, or by two ways at every level.
TEST(Schema, DefaultsOfRecordsAreFollowedOnce) {
  EXPECT_EQ(error_of(R"({"type":"record","name":"R","fields":[
      {"name":"a","type":{"type":"record","name":"S","fields":[
          {"name":"x","type":"R","default":{}}]},"default":{}},
      {"name":"b","type":"S","default":{}}]})"),
            "");
  std::string text = R"({"type":"record","name":"R0","fields":[]})";
  for (int i = 1; i < 40; ++i) {
    text = fmt::format(R"({{"type":"record","name":"R{}","fields":[
        {{"name":"a","type":{},"default":{{}}}},{{"name":"b","type":"R{}","default":{{}}}}]}})",
                       i, text, i - 1);
  }
  EXPECT_EQ(error_of(text), "");
}

TEST(Schema, ManyMembersAreNoWorkWithoutEnd) {
  std::string text = R"({"type":"int","aliases":["a0")";
  for (int i = 1; i < 100'000; ++i) text += fmt::format(R"(,"a{}")", i);
  text += "]";
  for (int i = 0; i < 100'000; ++i) text += fmt::format(R"(,"p{}":1)", i);
  EXPECT_EQ(parsed(text + "}").root().properties.size(), 100'000u);
}

TEST(Schema, NamesOfTheNullNamespaceAreFoundFromInside) {
  Schema schema = parsed(R"({"type":"record","name":"R","fields":[
      {"name":"a","type":{"type":"fixed","name":"F","size":1}},
      {"name":"b","type":{"type":"record","name":"x.S","fields":[{"name":"f","type":"F"}]}}]})");
  EXPECT_EQ(schema.root().fields[1].type->fields[0].type, schema.root().fields[0].type);
}

TEST(Canonical, CornersOfJava) {
  EXPECT_EQ(canonical_text(parsed(R"( { "type" : "int" , "doc":"dropped" } )")), "\"int\"");
  EXPECT_EQ(canonical_text(parsed(R"({"type":"record","name":"a.R","fields":[{"name":"f",
      "type":{"type":"fixed","namespace":"","name":"F","size":2}}]})")),
            R"({"type":"record","name":"R","namespace":"a","fields":[{"name":"f","type":)"
            R"({"type":"fixed","name":"F","namespace":"","size":2}}]})");
  EXPECT_EQ(
      canonical_text(parsed(R"({"type":"record","name":"R","fields":[
      {"name":"f","type":"double","default":"1e10"}]})")),
      R"({"type":"record","name":"R","fields":[{"name":"f","type":"double","default":1.0E10}]})");
}

TEST(Canonical, DoublesAndTextAsJavaPrintsThem) {
  std::string out;
  for (double value :
       {0.0, -0.0, 1.0, 123456.0, 9999999.0, 1e7, 1.5e300, 0.001, 0.00012, -2.5, 0.1}) {
    append_java_double(value, out);
    out += ' ';
  }
  EXPECT_EQ(out, "0.0 -0.0 1.0 123456.0 9999999.0 1.0E7 1.5E300 0.001 1.2E-4 -2.5 0.1 ");
  out.clear();
  append_java_quoted("a\"\\/\n\x1f\x7f\xc3\xa9", out);
  EXPECT_EQ(out, "\"a\\\"\\\\/\\n\\u001F\x7f\xc3\xa9\"");
}

std::string shared_data() {
  if (const char* shared = std::getenv("EFD_SHARED")) return std::string(shared) + "/data";
  return EFD_SOURCE_DIR "/../shared/data";
}

struct Counts {
  size_t texts = 0, texts_equal = 0, forms = 0, forms_equal = 0, prints_equal = 0;
  size_t refused = 0, refused_by_us = 0, fixed_points = 0;
};

// Avro Java read these without looking at their defaults.
void check_text(const json::Value& line, const std::string& side, Counts& counts) {
  ++counts.texts;
  Result<Schema> schema = Schema::parse(*line.find_string(side), Strictness::lenient);
  ASSERT_TRUE(schema) << *line.find_string(side) << ": " << schema.error().message;
  std::string text = canonical_text(*schema);
  EXPECT_EQ(text, *line.find_string(side + "_canonical"));
  counts.texts_equal += text == *line.find_string(side + "_canonical");
  counts.fixed_points += canonical_text(*Schema::parse(text)) == text;
  const std::string* form = line.find_string(side + "_pcf");
  if (!form) return;
  ++counts.forms;
  counts.forms_equal += parsing_canonical_form(*schema) == *form;
  std::string fingerprint = fmt::format("{:016x}", crc64_avro(parsing_canonical_form(*schema)));
  counts.prints_equal += fingerprint == *line.find_string(side + "_fp64");
}

void check_line(const json::Value& line, Counts& counts) {
  if (line.find("parse_error")) {
    ++counts.refused;
    counts.refused_by_us += !Schema::parse(*line.find_string("reader"), Strictness::lenient) ||
                            !Schema::parse(*line.find_string("writer"), Strictness::lenient);
    return;
  }
  check_text(line, "reader", counts);
  check_text(line, "writer", counts);
}

TEST(Canonical, AsAvroJavaWritesIt) {
  std::string path = shared_data() + "/kafka/avro_compat_vectors.jsonl.gz";
  std::ifstream file(path, std::ios::binary);
  if (!file) GTEST_SKIP() << "no " << path;
  std::string packed{std::istreambuf_iterator<char>(file), {}};
  std::string text = *codec::decompress(codec::Compression::gzip, packed, 1u << 30);
  Counts counts;
  for (size_t at = 0; at < text.size();) {
    std::string_view line = std::string_view(text).substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    check_line(*json::parse(line), counts);
  }
  std::printf(
      "canonical texts: %zu of %zu equal; parsing canonical forms: %zu of %zu equal, their "
      "fingerprints: %zu of %zu; refused by Avro Java: %zu, by us: %zu\n",
      counts.texts_equal, counts.texts, counts.forms_equal, counts.forms, counts.prints_equal,
      counts.forms, counts.refused, counts.refused_by_us);
  EXPECT_EQ(counts.texts_equal, counts.texts);
  EXPECT_EQ(counts.fixed_points, counts.texts);
  EXPECT_EQ(counts.forms_equal, counts.forms);
  EXPECT_EQ(counts.prints_equal, counts.forms);
  EXPECT_EQ(counts.refused_by_us, counts.refused);
  EXPECT_EQ(counts.texts, 11'902u);
}

}  // namespace
}  // namespace efd::avro
