// SPDX-License-Identifier: MIT
#include "influx/condition.h"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "influx/duration.h"
#include "influx/parser.h"

namespace efd::influx {
namespace {

std::string reduced(std::string_view text, const Evaluation& evaluation = {}) {
  return to_string(reduce(*parse_expr(text), evaluation));
}

std::string error_of(std::string_view condition) {
  const auto split = split_condition(*parse_expr(condition), {});
  return split ? "no error" : split.error().message;
}

TEST(Reduce, WrapsAndNeverTraps) {
  EXPECT_EQ(reduced("9223372036854775807 + 1"), "-9223372036854775808");
  EXPECT_EQ(reduced("-9223372036854775808 % -1"), "0");
  EXPECT_EQ(reduced("-9223372036854775808 * -1"), "-9223372036854775808");
  EXPECT_EQ(reduced("106751d / 0.5"), "0s");
}

TEST(Reduce, LeavesNowAloneWithoutAClock) {
  EXPECT_EQ(reduced("now() - 1h"), "now() - 1h");
}

TEST(Reduce, ReadsWallClockTimesInTheZoneOfTheQuery) {
  Evaluation evaluation;
  evaluation.to_utc_seconds = [](int64_t local) { return local + 4 * 3600; };
  EXPECT_EQ(reduced("'2000-01-01' + 0s", evaluation), "'2000-01-01T04:00:00Z'");
  EXPECT_EQ(reduced("'2000-01-01 00:00:00' + 0s", evaluation), "'2000-01-01T04:00:00Z'");
  EXPECT_EQ(reduced("'2000-01-01T00:00:00Z' + 0s", evaluation), "'2000-01-01T00:00:00Z'");
}

TEST(SplitCondition, ReportsWhatIsNoTime) {
  EXPECT_EQ(error_of("time > '2000-13-01'"), "invalid timestamp string");
  EXPECT_EQ(error_of("time > '2000-01-01 00:00'"), "invalid timestamp string");
  EXPECT_EQ(error_of("time > now()"),
            "invalid operation: time and *influxql.Call are not compatible");
  EXPECT_EQ(error_of("time =~ /x/"),
            "invalid operation: time and *influxql.RegexLiteral are not compatible");
}

TEST(SplitCondition, HoldsBoundsAtTheEndsOfTime) {
  const auto split = split_condition(*parse_expr("time > 9223372036854775807"), {});
  ASSERT_TRUE(split);
  EXPECT_EQ(split->range.min->ns(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(split->range.min_or_lowest().ns(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(split->range.max_or_highest(), kUtcTimeMax);
}

TEST(SplitCondition, OfNothingIsNothing) {
  const auto split = split_condition(nullptr, {});
  ASSERT_TRUE(split);
  EXPECT_EQ(split->condition, nullptr);
  EXPECT_EQ(split->range, TimeRange());
}

TEST(WideTime, ReadsTheFormsOfInfluxQL) {
  const auto text = [](std::string_view in) {
    const auto parsed = parse_time(in);
    return parsed ? to_string(parsed->time) : std::string("none");
  };
  EXPECT_EQ(text("2024-02-29"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(text("2023-02-29"), "none");
  EXPECT_EQ(text("2024-05-01 5:06:07.123456789"), "2024-05-01T05:06:07.123456789Z");
  EXPECT_EQ(text("2024-05-01T05:06:07.5-04:00"), "2024-05-01T09:06:07.5Z");
  EXPECT_EQ(text("2024-05-01T05:06:07"), "none");
  EXPECT_EQ(text("2024-05-01T24:00:00Z"), "none");
  EXPECT_EQ(text("2024-05-01 05:06:07 "), "none");
  EXPECT_EQ(text("9999-12-31"), "9999-12-31T00:00:00Z");
}

RC_GTEST_PROP(WideTime, HoldsEveryTimeOfTheStore, (int64_t ns)) {
  const UtcTime time = UtcTime::from_ns(ns);
  RC_PRE(time >= kUtcTimeMin && time <= kUtcTimeMax);
  RC_ASSERT(to_utc(to_wide(time)) == time);
  RC_ASSERT(to_string(to_wide(time)) == format_rfc3339(time));
  RC_ASSERT(difference_ns(add_ns(to_wide(time), 5), to_wide(time)) == 5);
}

RC_GTEST_PROP(Duration, FormattedIsReadBack, (int64_t ns)) {
  RC_PRE(ns > std::numeric_limits<int64_t>::min());
  RC_ASSERT(parse_duration(format_duration(ns)) == ns);
}

TEST(Duration, FormatsAsGoDoes) {
  EXPECT_EQ(format_go_duration(0), "0s");
  EXPECT_EQ(format_go_duration(7 * kNsPerDay), "168h0m0s");
  EXPECT_EQ(format_go_duration(90 * kNsPerSecond), "1m30s");
  EXPECT_EQ(format_go_duration(1'500 * kNsPerMs), "1.5s");
  EXPECT_EQ(format_go_duration(-1'500), "-1.5µs");
  EXPECT_EQ(format_go_duration(20 * kNsPerMs), "20ms");
  EXPECT_EQ(format_go_duration(std::numeric_limits<int64_t>::min()), "-2562047h47m16.854775808s");
}

}  // namespace
}  // namespace efd::influx
