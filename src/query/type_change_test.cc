// SPDX-License-Identifier: MIT
// Fields of several types, from rows in memory and from files.
#include <gtest/gtest.h>

#include "query/answer.h"
#include "query/engine.h"
#include "rows/rows.h"
#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::query {
namespace {

using rows::Column;
using rows::ColumnType;

constexpr int64_t kDayMs = 86'400'000;

// The parameter: is every put flushed into a file?
class TypeChange : public testing::TestWithParam<bool> {
 protected:
  TypeChange() {
    store_ = *store::Store::open(files_, clock_, {.path = "/store", .start_threads = false});
    EXPECT_TRUE(store_->create_database("efd"));
    engine_ = make_engine(*store_, clock_);
  }

  static rows::Rows rows_of(std::vector<Column> columns) {
    return rows::Rows(
        std::make_shared<const rows::Layout>(rows::Layout{.columns = std::move(columns)}));
  }

  void put(const rows::Rows& rows, const std::string& measurement = "m") {
    const store::PutRows one{store_->measurement("efd", "", measurement)->get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
    if (!GetParam()) return;
    ASSERT_TRUE(store_->flush());
  }

  // `mode` is 7 on day 0 and "auto" on day 40.
  void put_mode() {
    rows::Rows first = rows_of({{"mode", ColumnType::integer}});
    first.column(0).append<int64_t>(7);
    first.end_row(UtcTime::from_ms(0));
    put(first);
    rows::Rows later = rows_of({{"mode", ColumnType::string}});
    later.column(0).append_string("auto");
    later.end_row(UtcTime::from_ms(40 * kDayMs));
    put(later);
  }

  std::string ask(const std::string& text, Format format = Format::json) {
    std::string body;
    auto writer = make_answer_writer({.format = format, .epoch = Epoch::ms},
                                     [&](std::string_view bytes) -> Result<> {
                                       body += bytes;
                                       return {};
                                     });
    Query query;
    query.database = "efd";
    query.text = text;
    const auto done = engine_->run(query, *writer, {});
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_TRUE(writer->finish());
    return body;
  }
  // Of the only series.
  std::string values(const std::string& text) {
    const std::string body = ask(text);
    const size_t begin = body.find("\"values\":");
    if (begin == std::string::npos) return "none";
    const size_t from = begin + 9;
    return body.substr(from, body.find("]]", from) + 2 - from);
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(100 * kDayMs)};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<QueryEngine> engine_;
};

TEST_P(TypeChange, EachRangeShowsItsOwnType) {
  put_mode();
  EXPECT_EQ(values("SELECT last(mode) FROM m WHERE time >= 40d"), "[[3456000000,\"auto\"]]");
  EXPECT_EQ(values("SELECT * FROM m WHERE time >= 1d"), "[[3456000000,\"auto\"]]");
  EXPECT_EQ(values("SELECT count(*) FROM m WHERE time >= 1d"), "[[86400000,1]]");
  EXPECT_EQ(values("SELECT mode FROM m WHERE mode = 'auto' AND time > 39d"),
            "[[3456000000,\"auto\"]]");
  EXPECT_EQ(values("SELECT mode FROM m WHERE time < 40d"), "[[0,7]]");
  EXPECT_EQ(ask("SELECT mode FROM m WHERE time < 40d").find("messages"), std::string::npos);
}

TEST_P(TypeChange, WhatARangeDoesNotShowIsToldWithTheAnswer) {
  put_mode();
  const std::string note =
      "mode also has values of type string in this range of time, which are not shown: "
      "mode::string shows them";
  EXPECT_EQ(ask("SELECT mode FROM m"),
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"m\",\"columns\":[\"time\","
            "\"mode\"],\"values\":[[0,7]]}],\"messages\":[{\"level\":\"warning\",\"text\":\"" +
                note + "\"}]}]}\n");
  const std::string packed = ask("SELECT mode FROM m", Format::msgpack);
  EXPECT_NE(packed.find("messages"), std::string::npos);
  EXPECT_NE(packed.find(note), std::string::npos);
  EXPECT_EQ(ask("SELECT mode FROM m", Format::csv), "name,tags,time,mode\nm,,0,7\n");
  EXPECT_EQ(ask("SELECT mode::integer FROM m").find("messages"), std::string::npos);
}

TEST_P(TypeChange, LongsArePrintedAsTheyWereStored) {
  rows::Rows longs = rows_of({{"x", ColumnType::integer}});
  longs.column(0).append<int64_t>(9'007'199'254'740'993);
  longs.end_row(UtcTime::from_ms(1));
  put(longs);
  rows::Rows doubles = rows_of({{"x", ColumnType::float64}});
  doubles.column(0).append(0.5);
  doubles.end_row(UtcTime::from_ms(2));
  put(doubles);
  EXPECT_EQ(values("SELECT x FROM m"), "[[1,9007199254740993],[2,0.5]]");
  EXPECT_EQ(values("SELECT x FROM m ORDER BY time DESC"), "[[2,0.5],[1,9007199254740993]]");
  EXPECT_EQ(values("SELECT x FROM m WHERE x > 1"), "[[1,9007199254740993]]");
  EXPECT_EQ(values("SELECT max(x) FROM m"), "[[1,9007199254740992]]");
  EXPECT_EQ(values("SELECT sum(x) FROM m WHERE time < 2ms"), "[[0,9007199254740993]]");
  EXPECT_EQ(ask("SELECT x FROM m").find("messages"), std::string::npos);
  const std::string packed = ask("SELECT x FROM m", Format::msgpack);
  EXPECT_NE(packed.find(std::string("\xd3\x00\x20\x00\x00\x00\x00\x00\x01", 9)), packed.npos);
}

// The header of the block has both types; only its rows tell which of them the range holds.
TEST_P(TypeChange, ABlockThatTheRangeCutsIsLookedInto) {
  rows::Rows both = rows_of({{"u", ColumnType::integer}, {"u", ColumnType::string}});
  for (int64_t i = 0; i < 10; ++i) {
    i < 5 ? both.column(0).append(i) : both.column(0).append_null();
    i < 5 ? both.column(1).append_null() : both.column(1).append_string("s" + std::to_string(i));
    both.end_row(UtcTime::from_ms(i));
  }
  put(both);
  EXPECT_EQ(values("SELECT u FROM m WHERE time >= 8ms"), "[[8,\"s8\"],[9,\"s9\"]]");
  EXPECT_EQ(values("SELECT u FROM m WHERE time >= 4ms AND time < 6ms"), "[[4,4]]");
  EXPECT_EQ(values("SELECT u::string FROM m WHERE time >= 4ms AND time < 6ms"), "[[5,\"s5\"]]");
}

// NaN and the infinities are absent: a float that is nothing else has no values, neither before an
// integer nor before a string.
TEST_P(TypeChange, WhatIsNoNumberIsNoValue) {
  rows::Rows spoilt = rows_of({{"x", ColumnType::float64}, {"s", ColumnType::float32}});
  for (int64_t i = 0; i < 3; ++i) {
    spoilt.column(0).append(std::numeric_limits<double>::quiet_NaN());
    spoilt.column(1).append(std::numeric_limits<float>::infinity());
    spoilt.end_row(UtcTime::from_ms(i));
  }
  put(spoilt);
  rows::Rows right = rows_of({{"x", ColumnType::integer}, {"s", ColumnType::string}});
  right.column(0).append<int64_t>(9'007'199'254'740'993);
  right.column(1).append_string("on");
  right.end_row(UtcTime::from_ms(5));
  put(right);
  EXPECT_EQ(values("SELECT max(x) FROM m"), "[[5,9007199254740993]]");
  EXPECT_EQ(values("SELECT s FROM m"), "[[5,\"on\"]]");
  EXPECT_EQ(values("SELECT last(s) FROM m"), "[[5,\"on\"]]");
  EXPECT_EQ(ask("SELECT * FROM m").find("messages"), std::string::npos);
  rows::Rows good = rows_of({{"s", ColumnType::float32}});
  good.column(0).append(0.5f);
  good.end_row(UtcTime::from_ms(6));
  put(good);
  EXPECT_EQ(values("SELECT s FROM m"), "[[6,0.5]]");
  EXPECT_EQ(values("SELECT s FROM m WHERE time < 6ms"), "[[5,\"on\"]]");
}

TEST_P(TypeChange, ElementsOfArraysChangeTheirTypeToo) {
  rows::Rows first = rows_of({{"a", ColumnType::boolean, true}});
  for (int i = 0; i < 3; ++i) first.column(0).append<uint8_t>(1);
  first.column(0).end_array();
  first.end_row(UtcTime::from_ms(1));
  put(first);
  rows::Rows later = rows_of({{"a", ColumnType::float64, true}});
  for (int i = 0; i < 2; ++i) later.column(0).append(i + 0.5);
  later.column(0).end_array();
  later.end_row(UtcTime::from_ms(kDayMs));
  put(later);
  EXPECT_EQ(values("SELECT a1 FROM m WHERE time < 1d"), "[[1,true]]");
  EXPECT_EQ(values("SELECT a1 FROM m WHERE time >= 1d"), "[[86400000,1.5]]");
  EXPECT_EQ(values("SELECT * FROM m WHERE time >= 1d"), "[[86400000,0.5,1.5,null]]");
  EXPECT_EQ(values("SELECT * FROM m WHERE time < 1d"), "[[1,true,true,true]]");
}

TEST_P(TypeChange, MeasurementsThatDisagreeAreAskedTogether) {
  rows::Rows numbers = rows_of({{"v", ColumnType::integer}});
  numbers.column(0).append<int64_t>(1);
  numbers.end_row(UtcTime::from_ms(1));
  put(numbers, "n");
  rows::Rows texts = rows_of({{"v", ColumnType::string}});
  texts.column(0).append_string("x");
  texts.end_row(UtcTime::from_ms(2));
  put(texts, "t");
  EXPECT_EQ(values("SELECT v FROM n, t WHERE time < 2ms"), "[[1,1]]");
  EXPECT_EQ(values("SELECT v FROM n, t WHERE time >= 2ms"), "[[2,\"x\"]]");
  EXPECT_NE(ask("SELECT v FROM /./").find("v::string shows them"), std::string::npos);
}

TEST_P(TypeChange, NotesAreBounded) {
  std::vector<Column> columns;
  for (int i = 0; i < 40; ++i) {
    columns.push_back({"f" + std::to_string(i), ColumnType::integer});
    columns.push_back({"f" + std::to_string(i), ColumnType::string});
  }
  rows::Rows rows = rows_of(columns);
  for (size_t i = 0; i < columns.size(); i += 2) {
    rows.column(i).append<int64_t>(1);
    rows.column(i + 1).append_string("x");
  }
  rows.end_row(UtcTime::from_ms(1));
  put(rows);
  const std::string body = ask("SELECT * FROM m");
  EXPECT_NE(body.find("f0::string shows them"), std::string::npos);
  EXPECT_NE(body.find("24 more fields have values of other types"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Places, TypeChange, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "InFiles" : "InMemory"; });

}  // namespace
}  // namespace efd::query
