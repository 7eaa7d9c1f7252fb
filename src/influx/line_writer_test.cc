// SPDX-License-Identifier: MIT
// What is written reads back as the same values (by a reader of InfluxDB's grammar that is written
// for this test alone), and looks as it should.
#include "influx/line_writer.h"

#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace efd::influx {
namespace {

using rows::Column;
using rows::ColumnType;
using rows::Layout;
using rows::Rows;

std::shared_ptr<const Layout> layout_of(std::vector<Column> columns) {
  return std::make_shared<const Layout>(Layout{std::move(columns)});
}

std::string text_of(LineWriter& writer, const Rows& rows) {
  rows::ByteBuffer out;
  for (size_t row = 0; row < rows.size(); ++row) writer.append(rows, row, out);
  return std::string(out.view());
}

// ----------------------------------------------------------------------------------- the reader

struct Line {
  std::string measurement;
  std::map<std::string, std::string> fields;  // as written; strings with their quotes, unescaped
  int64_t time_ns = 0;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size(); }

  Line line() {
    Line line;
    line.measurement = name(", ");
    do {
      ++at_;  // blank or comma
      std::string key = name("=");
      ++at_;
      EXPECT_TRUE(line.fields.emplace(key, value()).second) << "twice: " << key;
    } while (text_[at_] == ',');
    ++at_;
    line.time_ns = std::stoll(std::string(until('\n')));
    ++at_;
    return line;
  }

 private:
  std::string name(std::string_view ends) {
    std::string name;
    for (; ends.find(text_[at_]) == ends.npos; ++at_) {
      if (text_[at_] == '\\') ++at_;
      name.push_back(text_[at_]);
    }
    return name;
  }
  std::string value() {
    std::string value;
    if (text_[at_] != '"') {
      for (; text_[at_] != ',' && text_[at_] != ' '; ++at_) value.push_back(text_[at_]);
      return value;
    }
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
      value.push_back(text_[at_]);
    }
    ++at_;
    return "\"" + value + "\"";
  }
  std::string_view until(char end) {
    size_t begin = at_;
    at_ = text_.find(end, at_);
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  size_t at_ = 0;
};

// ------------------------------------------------------------------------------------- examples

TEST(LineWriter, TagsStandBehindTheMeasurementByTheirKeys) {
  const auto tag = [](const char* key) {
    return Column{key, ColumnType::string, false, rows::Role::tag};
  };
  auto layout = layout_of({tag("region, a=b"), {"n", ColumnType::integer, false}, tag("host")});
  Rows rows(layout);
  auto add = [&](const char* region, int64_t n, const char* host) {
    region ? rows.column(0).append_string(region) : rows.column(0).append_null();
    rows.column(1).append<int64_t>(n);
    host ? rows.column(2).append_string(host) : rows.column(2).append_null();
    rows.end_row(UtcTime::from_ns(n));
  };
  add("eu west", 1, "a,b=c");
  add(nullptr, 2, "");
  add("x\ny\\z\\\\", 3, "\\");
  auto writer = *LineWriter::make("m x", layout);
  EXPECT_EQ(text_of(writer, rows),
            "m\\ x,host=a\\,b\\=c,region\\,\\ a\\=b=eu\\ west n=1i 1\n"
            "m\\ x n=2i 2\n"
            "m\\ x,region\\,\\ a\\=b=x\\ny\\z n=3i 3\n");
  EXPECT_FALSE(LineWriter::make("m", layout_of({tag("a\\b")})));
}

TEST(LineWriter, WritesEachTypeAsInfluxDbReadsIt) {
  auto layout = layout_of({{"a", ColumnType::float64},
                           {"b", ColumnType::integer},
                           {"c", ColumnType::boolean},
                           {"d", ColumnType::string},
                           {"e", ColumnType::float32, true}});
  auto writer = LineWriter::make("lsst.sal.Test", layout);
  ASSERT_TRUE(writer);
  Rows rows(layout);
  rows.column(0).append<double>(1.5);
  rows.column(1).append<int64_t>(-3);
  rows.column(2).append<uint8_t>(1);
  rows.column(3).append_string("say \"hi\" \\ there");
  float elements[] = {0.5f, 0.1f};
  rows.column(4).append_elements(elements, 2);
  rows.column(4).end_array();
  rows.end_row(UtcTime::from_ns(1'700'000'000'000'000'001));
  EXPECT_EQ(text_of(*writer, rows),
            "lsst.sal.Test a=1.5,b=-3i,c=t,d=\"say \\\"hi\\\" \\\\ there\",e0=0.5,"
            "e1=0.10000000149011612 1700000000000000001\n");
}

TEST(LineWriter, LeavesOutWhatHasNoText) {
  auto layout = layout_of({{"a", ColumnType::float64}, {"b", ColumnType::integer}});
  auto writer = LineWriter::make("m", layout);
  ASSERT_TRUE(writer);
  Rows rows(layout);
  for (double value : {std::nan(""), std::numeric_limits<double>::infinity(), 2.0}) {
    rows.column(0).append<double>(value);
    rows.column(1).append_null();
    rows.end_row(UtcTime::from_ns(7));
  }
  rows::ByteBuffer out;
  EXPECT_FALSE(writer->append(rows, 0, out));
  EXPECT_FALSE(writer->append(rows, 1, out));
  EXPECT_TRUE(writer->append(rows, 2, out));
  EXPECT_EQ(out.view(), "m a=2 7\n");
  EXPECT_EQ(writer->left_out(), 2u);
}

TEST(LineWriter, EscapesNames) {
  auto layout = layout_of({{"a b,c=d", ColumnType::integer}});
  auto writer = LineWriter::make("m,n o=p", layout);
  ASSERT_TRUE(writer);
  Rows rows(layout);
  rows.column(0).append<int64_t>(1);
  rows.end_row(UtcTime::from_ns(1));
  EXPECT_EQ(text_of(*writer, rows), "m\\,n\\ o=p a\\ b\\,c\\=d=1i 1\n");
}

TEST(LineWriter, RefusesNamesThatItCannotWrite) {
  auto good = layout_of({{"a", ColumnType::integer}});
  for (const char* measurement : {"", "#m", "m\\", "m\nn"})
    EXPECT_EQ(LineWriter::make(measurement, good).error().code, ErrorCode::bad_input);
  EXPECT_FALSE(LineWriter::make("m", layout_of({{"a\\", ColumnType::integer}})));
  EXPECT_FALSE(LineWriter::make("m", layout_of({{"", ColumnType::integer}})));
}

TEST(FieldNames, ScalarsKeepTheirs) {
  Layout layout{{{"f", ColumnType::float64, true},
                 {"f0", ColumnType::integer},
                 {"f1", ColumnType::float64, true},
                 {"time", ColumnType::integer},
                 {"u", ColumnType::integer},
                 {"u", ColumnType::string}}};
  FieldNames names(layout);
  EXPECT_EQ(names.name(0, 0), "f0_1");
  EXPECT_EQ(names.name(0, 1), "f1");
  EXPECT_EQ(names.name(0, 10), "f10");
  EXPECT_EQ(names.name(1, 0), "f0");
  EXPECT_EQ(names.name(2, 0), "f10_1");
  EXPECT_EQ(names.name(2, 1), "f11_1");
  EXPECT_EQ(names.name(3, 0), "time_1");
  EXPECT_EQ(names.name(4, 0), "u");
  EXPECT_EQ(names.name(5, 0), "u_1");
}

TEST(FieldNames, JoinAFieldsPath) {
  FieldNames names(Layout{{{"o.i", ColumnType::integer},
                           {"o_i", ColumnType::integer},
                           {"o.a", ColumnType::float64, true}}});
  EXPECT_EQ(names.name(0, 0), "o_i");
  EXPECT_EQ(names.name(1, 0), "o_i_1");
  EXPECT_EQ(names.name(2, 3), "o_a3");
}

TEST(FieldNames, FindsOneWhereArraysHaveAllOfTheFirstOnes) {
  Layout layout{{{"f1_", ColumnType::float64, true},
                 {"f1", ColumnType::integer},
                 {"f", ColumnType::float64, true}}};
  FieldNames names(layout);
  EXPECT_EQ(names.name(0, 1), "f1_1");
  EXPECT_EQ(names.name(2, 1), "f1__1");
}

// ----------------------------------------------------------------------------------- properties

constexpr uint32_t kElementsMax = 25;

// Names of few letters collide often.
Layout any_layout() {
  Layout layout;
  size_t columns = *rc::gen::inRange<size_t>(1, 9);
  for (size_t i = 0; i < columns; ++i) {
    std::string name = *rc::gen::element<std::string>("f", "f1", "f1_1", "f1_", "f0", "g");
    ColumnType type = static_cast<ColumnType>(*rc::gen::inRange(1, 6));
    layout.columns.push_back({name, type, *rc::gen::arbitrary<bool>()});
  }
  return layout;
}

RC_GTEST_PROP(FieldNames, AreUniqueAndTheSameInEveryOrder, ()) {
  Layout layout = any_layout();
  FieldNames forward(layout), backward(layout);
  std::map<std::string, std::pair<uint32_t, uint32_t>> owners;
  auto elements_of = [&](uint32_t c) { return layout.columns[c].is_array ? kElementsMax : 1; };
  for (uint32_t c = 0; c < layout.columns.size(); ++c)
    for (uint32_t e = 0; e < elements_of(c); ++e)
      RC_ASSERT(owners.emplace(forward.name(c, e), std::pair(c, e)).second);
  for (auto it = owners.rbegin(); it != owners.rend(); ++it)
    RC_ASSERT(backward.name(it->second.first, it->second.second) == it->first);
}

// One element, and its text as Reader gives it; none for what cannot be written.
std::optional<std::string> append_any(rows::ColumnValues& values, ColumnType type) {
  if (*rc::gen::inRange(0, 4) == 0) {
    values.append_null();
    return std::nullopt;
  }
  switch (type) {
    case ColumnType::integer: {
      auto value = *rc::gen::arbitrary<int64_t>();
      values.append<int64_t>(value);
      return std::to_string(value) + "i";
    }
    case ColumnType::boolean: {
      bool value = *rc::gen::arbitrary<bool>();
      values.append<uint8_t>(value);
      return value ? "t" : "f";
    }
    case ColumnType::string: {
      auto value = *rc::gen::string<std::string>();
      values.append_string(value);
      return "\"" + value + "\"";
    }
    default:
      break;
  }
  double value = std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>());
  if (*rc::gen::arbitrary<bool>()) value = *rc::gen::inRange(-1000, 1000) / 8.0;
  if (type == ColumnType::float32) value = static_cast<float>(value);
  if (type == ColumnType::float32) values.append<float>(static_cast<float>(value));
  if (type == ColumnType::float64) values.append<double>(value);
  if (!std::isfinite(value)) return std::nullopt;
  return std::to_string(std::bit_cast<uint64_t>(value));
}

// A float's bits instead of its digits.
std::string comparable(const std::string& text, ColumnType type) {
  if (type != ColumnType::float32 && type != ColumnType::float64) return text;
  return std::to_string(std::bit_cast<uint64_t>(std::strtod(text.c_str(), nullptr)));
}

RC_GTEST_PROP(LineWriter, ReadsBackAsWhatWasWritten, ()) {
  auto layout = std::make_shared<const Layout>(any_layout());
  FieldNames names(*layout);
  Rows rows(layout);
  std::map<std::string, std::pair<std::string, ColumnType>> expected;
  for (uint32_t c = 0; c < layout->columns.size(); ++c) {
    const Column& column = layout->columns[c];
    uint32_t elements = column.is_array ? *rc::gen::inRange<uint32_t>(0, 4) : 1;
    for (uint32_t e = 0; e < elements; ++e)
      if (auto text = append_any(rows.column(c), column.type))
        expected[names.name(c, e)] = {*text, column.type};
    if (column.is_array) rows.column(c).end_array();
  }
  int64_t time_ns = *rc::gen::arbitrary<int64_t>();
  rows.end_row(UtcTime::from_ns(time_ns));

  auto writer = LineWriter::make("lsst.sal.m", layout);
  rows::ByteBuffer out;
  RC_ASSERT(writer->append(rows, 0, out) == !expected.empty());
  if (expected.empty()) return;
  Reader reader(out.view());
  Line line = reader.line();
  RC_ASSERT(reader.at_end());
  RC_ASSERT(line.measurement == "lsst.sal.m");
  RC_ASSERT(line.time_ns == time_ns);
  RC_ASSERT(line.fields.size() == expected.size());
  for (const auto& [name, value] : expected)
    RC_ASSERT(comparable(line.fields[name], value.second) == value.first);
}

}  // namespace
}  // namespace efd::influx
