// SPDX-License-Identifier: MIT
#include "query/compile/compile.h"

#include <cstdio>
#include <sstream>

#include <gtest/gtest.h>

#include "influx/parser.h"
#include "json/value.h"
#include "query/testing/shared_data.h"

namespace efd::query {
namespace {

const UtcTime kNow = UtcTime::from_ms(946'684'800'000);

// "" when the text parses and compiles.
std::string error_of(const std::string& text) {
  auto statement = influx::parse_statement(text);
  if (!statement) return statement.error().message;
  const auto compiled = compile(std::get<influx::SelectStatement>(*statement), kNow);
  return compiled ? "" : compiled.error().message;
}

TEST(Compile, AnswersAsInfluxDbsCompiler) {
  const auto text = read_shared("influxql.jsonl.gz");
  if (!text) GTEST_SKIP() << "no shared data";
  std::istringstream lines(*text);
  int rows = 0, equal = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto row = json::parse(line);
    ASSERT_TRUE(row) << line;
    if (*row->find_string("kind") != "compile") continue;
    ++rows;
    const std::string& in = *row->find_string("in");
    const std::string* error = row->find_string("error");
    const std::string got = error_of(in);
    equal += got == (error ? *error : "");
    EXPECT_EQ(got, error ? *error : "") << in;
  }
  std::printf("compile rows: %d of %d equal\n", equal, rows);
  EXPECT_GE(rows, 327);
}

TEST(Compile, FindsRangeAndInterval) {
  auto statement = influx::parse_statement(
      "SELECT time AS t, mean(v) FROM m WHERE time > 5 AND v > 1 GROUP BY time(10s, 3s)");
  ASSERT_TRUE(statement);
  const auto compiled = compile(std::get<influx::SelectStatement>(*statement), kNow);
  ASSERT_TRUE(compiled) << compiled.error().message;
  EXPECT_EQ(compiled->statement.fields.size(), 1u);
  EXPECT_EQ(compiled->statement.time_alias, "t");
  EXPECT_EQ(compiled->range.min, UtcTime::from_ns(6));
  EXPECT_EQ(compiled->range.max, kNow);
  EXPECT_EQ(influx::to_string(compiled->condition), "v > 1");
  EXPECT_EQ(compiled->interval.duration_ns, 10 * kNsPerSecond);
  EXPECT_EQ(compiled->interval.offset_ns, 3 * kNsPerSecond);
}

}  // namespace
}  // namespace efd::query
