// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/health.h"
#include "observe/log.h"
#include "observe/metrics.h"

namespace efd::observe {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, PrintsPrometheusText) {
  Metrics metrics;
  metrics.counter("efd_records_total", "Records.", {{"lane", "a"}}).add(3);
  metrics.counter("efd_records_total", "Records.", {{"lane", "a"}}).add(4);
  metrics.summary("efd_put_seconds", "Time of a put.").observe_ns(1'500'000'000);
  metrics.gauge("efd_lag", "Lag.", {}, [] { return 2.5; });
  std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE efd_records_total counter"));
  EXPECT_THAT(text, HasSubstr("efd_records_total{lane=\"a\"} 7"));
  EXPECT_THAT(text, HasSubstr("efd_put_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("efd_put_seconds_sum 1.5"));
  EXPECT_THAT(text, HasSubstr("efd_lag 2.5"));
}

TEST(Health, TellsTheFirstSickPartAndWhatItTakesAway) {
  Health health;
  health.set_check("store", [] { return CheckResult{}; });
  EXPECT_EQ(health.report().message(Stops::nothing), "");
  EXPECT_TRUE(health.report().goes_on(Stops::queries));
  health.set_check("a", [] { return CheckResult{"rot"}; });
  health.set_check("log", [] { return CheckResult{"disk full", Stops::intake}; });
  const Health::Report report = health.report();
  EXPECT_EQ(report.checks.size(), 3u);
  EXPECT_EQ(report.message(Stops::nothing), "a: rot");
  EXPECT_EQ(report.message(Stops::intake), "log: disk full");
  EXPECT_TRUE(report.goes_on(Stops::queries));
  health.set_check("ready", [] { return CheckResult{"catching up", Stops::queries}; });
  EXPECT_FALSE(health.report().goes_on(Stops::queries));
  EXPECT_FALSE(health.report().goes_on(Stops::intake));
}

TEST(Log, LevelsHaveNames) {
  EXPECT_EQ(*parse_level("warning"), Level::warning);
  EXPECT_THAT(parse_level("warn").error().message, HasSubstr("debug, info, warning"));
  start_logging(Level::error, LogFormat::json);
  EXPECT_FALSE(logs(Level::info));
  EXPECT_TRUE(logs(Level::error));
}

}  // namespace
}  // namespace efd::observe
