// SPDX-License-Identifier: MIT
#include "avro/decode_program.h"

#include <gtest/gtest.h>

#include "avro/value.h"

namespace efd::avro {
namespace {

using rows::ColumnType;

Schema schema_of(std::string_view text) {
  return *Schema::parse(text, Strictness::strict);
}

std::shared_ptr<const DecodeProgram> program_of(std::string_view schema) {
  auto program = DecodeProgram::compile(schema_of(schema));
  EXPECT_TRUE(program) << (program ? "" : program.error().message);
  return *program;
}

// "path:type[]" of each column.
std::string columns_of(std::string_view schema) {
  std::string text;
  std::shared_ptr<const rows::Layout> layout = program_of(schema)->layout();
  for (const rows::Column& column : layout->columns) {
    if (!text.empty()) text += ' ';
    text += column.path + ":" + to_string(column.type) + (column.is_array ? "[]" : "");
  }
  return text;
}

std::string record(const std::string& fields) {
  return R"({"type":"record","name":"R","fields":[)" + fields + "]}";
}
std::string field(const std::string& name, const std::string& type) {
  return R"({"name":")" + name + R"(","type":)" + type + "}";
}

// Decodes values of a schema into rows.
class Table {
 public:
  explicit Table(const std::string& schema)
      : schema_(schema_of(schema)),
        program_(*DecodeProgram::compile(schema_)),
        rows_(program_->layout()) {}

  std::string datum(const Value& value) const {
    std::string datum;
    Result<> written = encode(schema_, value, datum);
    EXPECT_TRUE(written) << (written ? "" : written.error().message);
    return datum;
  }
  void add(const Value& value) {
    Result<> decoded = program_->decode(datum(value), rows_);
    ASSERT_TRUE(decoded) << decoded.error().message;
    rows_.end_row(UtcTime::from_ms(static_cast<int64_t>(rows_.size())));
  }
  std::string refuse(std::string_view datum) {
    Result<> decoded = program_->decode(datum, rows_);
    rows_.drop_unfinished_row();
    return decoded ? "" : decoded.error().message;
  }

  rows::Rows& rows() { return rows_; }
  const rows::ColumnValues& column(size_t i) { return rows_.column(i); }

 private:
  Schema schema_;
  std::shared_ptr<const DecodeProgram> program_;
  rows::Rows rows_;
};

TEST(DecodeProgram, ColumnsOfScalars) {
  EXPECT_EQ(columns_of(record(field("n", "\"null\"") + "," + field("b", "\"boolean\"") + "," +
                              field("i", "\"int\"") + "," + field("l", "\"long\"") + "," +
                              field("f", "\"float\"") + "," + field("d", "\"double\"") + "," +
                              field("y", "\"bytes\"") + "," + field("s", "\"string\"") + "," +
                              field("t", R"({"type":"long","logicalType":"timestamp-millis"})") +
                              "," + field("e", R"({"type":"enum","name":"E","symbols":["A"]})"))),
            "b:boolean i:integer l:integer f:float32 d:float64 y:string s:string t:integer "
            "e:string");
  EXPECT_EQ(columns_of("\"long\""), "value:integer");
}

TEST(DecodeProgram, ColumnsOfContainers) {
  EXPECT_EQ(
      columns_of(record(
          field("a", R"({"type":"array","items":"float"})") + "," +
          field("n", R"({"type":"array","items":["null","int"]})") + "," +
          field("aa", R"({"type":"array","items":{"type":"array","items":"int"}})") + "," +
          field("ar", R"({"type":"array","items":{"type":"record","name":"S","fields":[]}})") +
          "," + field("m", R"({"type":"map","values":"int"})"))),
      "a:float32[] n:integer[] aa:string ar:string m:string");
  EXPECT_EQ(columns_of(record(field("o", R"({"type":"record","name":"O","fields":[)" +
                                             field("x", "\"int\"") + "," +
                                             field("y", "\"string\"") + "]}"))),
            "o.x:integer o.y:string");
  EXPECT_EQ(columns_of(record(field("v", "\"int\"") + "," + field("next", R"(["null","R"])"))),
            "v:integer next:string");
}

TEST(DecodeProgram, ColumnsOfUnions) {
  EXPECT_EQ(columns_of(record(field("u", R"(["null","double"])"))), "u:float64");
  EXPECT_EQ(
      columns_of(record(field("u", R"(["null","float","double","int","long","string","bytes"])"))),
      "u:float64 u:integer u:string");
  EXPECT_EQ(columns_of(record(field("u", R"(["int",{"type":"array","items":"int"}])"))),
            "u:integer u:integer[]");
}

std::string named_record(const std::string& name, const std::string& fields) {
  return R"({"type":"record","name":")" + name + R"(","fields":[)" + fields + "]}";
}

TEST(DecodeProgram, FieldsWhoseNamesJoinToTheSameAreFieldsOfTheirOwn) {
  std::string nested = field("p", named_record("P", field("az", R"(["int","string"])")));
  EXPECT_EQ(columns_of(record(nested + "," + field("p_az", R"(["double","boolean"])"))),
            "p.az:integer p.az:string p_az:float64 p_az:boolean");
  std::string both =
      field("p", named_record("P", field("az", "\"int\""))) + "," + field("p_az", "\"double\"");
  EXPECT_EQ(columns_of(R"(["null",)" + record(both) + "]"), "p.az:integer p_az:float64");
  std::string one = named_record("A", field("p_az", R"(["int","string"])"));
  std::string other =
      named_record("B", field("p", named_record("P", field("az", R"(["double","boolean"])"))));
  EXPECT_EQ(columns_of("[" + one + "," + other + "]"),
            "p_az:integer p_az:string p.az:float64 p.az:boolean");
}

TEST(DecodeProgram, ADotOfAFieldsOwnNameIsNotOneOfItsPath) {
  std::string nested = field("a", named_record("A", field("b", "\"int\"")));
  Schema schema = *Schema::parse(record(nested + "," + field("a.b", "\"int\"")));
  auto program = *DecodeProgram::compile(schema);
  EXPECT_EQ(program->layout()->columns[0].path, "a.b");
  EXPECT_EQ(program->layout()->columns[1].path, "a\\.b");
}

// Also through unions in the branches.
TEST(DecodeProgram, BranchesShareTheColumnsOfOnePath) {
  std::string a = named_record("A", field("x", R"(["int","string"])"));
  std::string b = named_record("B", field("x", R"(["string","long","null"])"));
  std::string schema = "[" + a + "," + b + "]";
  EXPECT_EQ(columns_of(schema), "x:integer x:string");
  Table table(schema);
  auto of_branch = [](int branch, Value x) {
    Value value(Record{{std::move(x)}});
    value.branch = branch;
    return value;
  };
  table.add(of_branch(0, 7));
  table.add(of_branch(0, "a"));
  table.add(of_branch(1, "b"));
  table.add(of_branch(1, int64_t{8}));
  table.add(of_branch(1, Null{}));
  std::string text;
  for (size_t row = 0; row < 5; ++row) {
    const rows::ColumnValues &whole = table.column(0), &words = table.column(1);
    text += whole.is_null(row) ? "-" : std::to_string(whole.fixed<int64_t>()[row]);
    text += words.is_null(row) ? "- " : std::string(words.string_at(row)) + " ";
  }
  EXPECT_EQ(text, "7- -a -b 8- -- ");
}

TEST(DecodeProgram, FloatsAndDoublesOfOnePathAreDoubles) {
  std::string floats = field("s", "\"float\"") + "," + field("t", "\"float\"") + "," +
                       field("a", R"({"type":"array","items":"float"})");
  std::string doubles =
      field("t", "\"double\"") + "," + field("a", R"({"type":"array","items":["null","double"]})");
  std::string a = named_record("A", floats), b = named_record("B", doubles);
  EXPECT_EQ(columns_of("[" + b + "," + a + "]"), "t:float64 a:float64[] s:float32");
  Table table("[" + a + "," + b + "]");
  Value first(Record{{1.5f, 0.1f, Array{0.1f, 2.5f}}}), second(Record{{0.1, Array{Null{}, 0.1}}});
  first.branch = 0;
  second.branch = 1;
  table.add(first);
  table.add(second);
  EXPECT_EQ(table.column(0).fixed<float>()[0], 1.5f);
  EXPECT_EQ(table.column(1).fixed<double>()[0], static_cast<double>(0.1f));
  EXPECT_EQ(table.column(1).fixed<double>()[1], 0.1);
  EXPECT_EQ(table.column(2).fixed<double>()[0], static_cast<double>(0.1f));
  EXPECT_EQ(table.column(2).fixed<double>()[3], 0.1);
  EXPECT_EQ(table.column(2).elements_of(1), (std::pair<size_t, size_t>{2, 4}));
}

// 2^(n-1) fields that are all called "a_a_..._a", n times.
std::string like_names(int n) {
  std::string fields, name;
  for (int i = 1; i <= n; ++i) {
    name += i == 1 ? "a" : "_a";
    if (i > 1) fields += ",";
    fields += field(name, i == n ? "\"int\"" : like_names(n - i));
  }
  static int count = 0;
  return named_record("R" + std::to_string(++count), fields);
}

TEST(DecodeProgram, TooManyFieldsOfOneNameAreRefused) {
  EXPECT_EQ(program_of(like_names(8))->layout()->columns.size(), 128u);
  auto refused = DecodeProgram::compile(schema_of(like_names(9)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "more than 255 fields of the schema are called 'a_a_a_a_a_a_a_a_a'");
}

TEST(DecodeProgram, Scalars) {
  Table table(record(field("a", "\"int\"") + "," + field("b", "\"long\"") + "," +
                     field("c", "\"float\"") + "," + field("d", "\"boolean\"") + "," +
                     field("e", R"({"type":"enum","name":"E","symbols":["A","B"]})") + "," +
                     field("f", "\"bytes\"") + "," + field("g", "\"string\"")));
  table.add(Record{{1, int64_t{-2}, 0.5f, true, "B", Bytes{"f"}, "one"}});
  table.add(Record{{3, int64_t{1} << 60, 1.5f, false, "A", Bytes{""}, ""}});
  EXPECT_EQ(table.column(0).fixed<int64_t>()[1], 3);
  EXPECT_EQ(table.column(1).fixed<int64_t>()[1], int64_t{1} << 60);
  EXPECT_EQ(table.column(2).fixed<float>()[0], 0.5f);
  EXPECT_EQ(table.column(3).fixed<uint8_t>()[0], 1);
  EXPECT_EQ(table.column(4).string_at(0), "B");
  EXPECT_EQ(table.column(5).string_at(0), "Zg==");
  EXPECT_EQ(table.column(6).string_at(1), "");
}

TEST(DecodeProgram, ArraysWithNullElements) {
  Table table(record(field("a", R"({"type":"array","items":["null","double"]})") + "," +
                     field("b", R"({"type":"array","items":"float"})")));
  table.add(Record{{Array{1.0, Null{}, 3.0}, Array{1.5f, 2.5f}}});
  table.add(Record{{Array{}, Array{}}});
  table.add(Record{{Array{Null{}}, Array{3.5f}}});
  const rows::ColumnValues& a = table.column(0);
  EXPECT_EQ(a.elements_of(0), (std::pair<size_t, size_t>{0, 3}));
  EXPECT_TRUE(a.is_null(1));
  EXPECT_FALSE(a.is_null(2));
  EXPECT_EQ(a.elements_of(1), (std::pair<size_t, size_t>{3, 3}));
  EXPECT_TRUE(a.is_null(3));
  EXPECT_EQ(table.column(1).elements_of(2), (std::pair<size_t, size_t>{2, 3}));
}

TEST(DecodeProgram, OtherBranchesAreNullOrEmpty) {
  Table table(record(field("u", R"(["null","long",{"type":"array","items":"int"},"string"])")));
  table.add(Record{{Null{}}});
  table.add(Record{{int64_t{7}}});
  table.add(Record{{Array{1, 2}}});
  table.add(Record{{"text"}});
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(table.column(0).is_null(row), row != 1) << row;
    auto [first, last] = table.column(1).elements_of(row);
    EXPECT_EQ(last - first, row == 2 ? 2u : 0u) << row;
    EXPECT_EQ(table.column(2).is_null(row), row != 3) << row;
  }
}

TEST(DecodeProgram, WideningKeepsTheExactFloat) {
  Table table(record(field("u", R"(["float","double"])")));
  table.add(Record{{0.1f}});
  table.add(Record{{0.1}});
  EXPECT_EQ(table.column(0).fixed<double>()[0], static_cast<double>(0.1f));
  EXPECT_EQ(table.column(0).fixed<double>()[1], 0.1);
}

TEST(DecodeProgram, JsonText) {
  Table table(record(field("m", R"({"type":"map","values":["null","int"]})") + "," +
                     field("next", R"(["null","R"])")));
  Record inner{{Map{}, Null{}}};
  table.add(Record{{Map{{{"k", 1}, {"n", Null{}}}}, inner}});
  table.add(Record{{Map{}, Null{}}});
  EXPECT_EQ(table.column(0).string_at(0), R"({"k":1,"n":null})");
  EXPECT_EQ(table.column(1).string_at(0), R"({"m":{},"next":null})");
  EXPECT_TRUE(table.column(1).is_null(1));
}

TEST(DecodeProgram, ARefusedDatumLeavesNothing) {
  Table table(record(field("i", "\"int\"") + "," +
                     field("a", R"({"type":"array","items":["null","float"]})") + "," +
                     field("u", R"(["null","string"])") + "," + field("b", "\"boolean\"")));
  Record good{{1, Array{1.5f, Null{}}, "x", true}};
  table.add(good);
  std::string datum = table.datum(good);
  for (size_t size = 0; size < datum.size(); ++size) {
    EXPECT_NE(table.refuse(std::string(datum, 0, size)), "") << size;
  }
  EXPECT_EQ(table.refuse(datum + "x"), "1 bytes too many behind the datum");
  datum.back() = 2;
  EXPECT_EQ(table.refuse(datum), "field 'b': a boolean that is neither 0 nor 1 at byte 12");
  table.add(good);
  ASSERT_EQ(table.rows().size(), 2u);
  for (size_t row = 0; row < 2; ++row) {
    EXPECT_EQ(table.column(0).fixed<int64_t>()[row], 1);
    EXPECT_EQ(table.column(1).elements_of(row), (std::pair<size_t, size_t>{2 * row, 2 * row + 2}));
    EXPECT_EQ(table.column(2).string_at(row), "x");
    EXPECT_EQ(table.column(3).fixed<uint8_t>()[row], 1);
  }
}

TEST(DecodeProgram, SchemasThatExplodeAreRefused) {
  std::string schema = R"({"type":"record","name":"R0","fields":[]})";
  for (int i = 1; i < 40; ++i) {
    std::string inner = "\"R" + std::to_string(i - 1) + "\"";
    schema = R"({"type":"record","name":"R)" + std::to_string(i) + R"(","fields":[)" +
             field("a", schema) + "," + field("b", inner) + "]}";
  }
  EXPECT_FALSE(DecodeProgram::compile(schema_of(schema)));
}

TEST(DecodeProgram, ArraysCannotAskForMoreThanTheDatumHolds) {
  Table table(record(field("a", R"({"type":"array","items":"double"})")));
  EXPECT_NE(table.refuse("\xfe\xff\xff\xff\x0f"), "");
  EXPECT_NE(table.refuse(std::string(9, '\xff') + "\x01"), "");  // INT64_MIN items
}

}  // namespace
}  // namespace efd::avro
