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

TEST(Health, FailsWithTheFirstFailingCheck) {
  Health health;
  health.set_check("store", [] { return CheckResult{true, ""}; });
  EXPECT_TRUE(health.report().pass);
  health.set_check("log", [] { return CheckResult{false, "disk full"}; });
  Health::Report report = health.report();
  EXPECT_FALSE(report.pass);
  EXPECT_EQ(report.message, "log: disk full");
  EXPECT_EQ(report.checks.size(), 2u);
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
