// SPDX-License-Identifier: MIT
#include "salmock/schedule.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/time.h"

namespace efd::salmock {
namespace {

constexpr int64_t kStartNs = 1'000'000'000'000'000'000;

std::map<size_t, std::vector<int64_t>> run_for(Schedule& schedule, int64_t duration_ns) {
  std::map<size_t, std::vector<int64_t>> times;
  while (schedule.due_ns() < kStartNs + duration_ns) {
    times[schedule.sender()].push_back(schedule.due_ns() - kStartNs);
    schedule.advance();
  }
  return times;
}

TEST(Schedule, NothingIsDueWithoutSenders) {
  EXPECT_EQ(Schedule({}, kStartNs).due_ns(), Schedule::kNever);
}

TEST(Schedule, WhatIsDueBehindAllTimeIsNeverDue) {
  std::vector<double> rates{1e-300, 1e-12, 1e-9, 5e-324};
  Schedule schedule(rates, kStartNs);
  for (int i = 0; i < 4; ++i) {
    EXPECT_GE(schedule.due_ns(), kStartNs);
    schedule.advance();
  }
  EXPECT_GE(schedule.due_ns(), kStartNs);
}

TEST(Schedule, SendersOfOneRateTakeTurns) {
  std::vector<double> rates{10, 10, 1};
  Schedule schedule(rates, kStartNs);
  auto times = run_for(schedule, 200 * kNsPerMs);
  EXPECT_EQ(times[0], (std::vector<int64_t>{0, 100 * kNsPerMs}));
  EXPECT_EQ(times[1], (std::vector<int64_t>{50 * kNsPerMs, 150 * kNsPerMs}));
  EXPECT_EQ(times[2], (std::vector<int64_t>{0}));
}

TEST(Schedule, DoesNotDriftInADay) {
  std::vector<double> rates{3};  // an interval that is no whole number of ns
  Schedule schedule(rates, kStartNs);
  constexpr int64_t kCount = 3 * 86'400;
  for (int64_t i = 0; i < kCount; ++i) schedule.advance();
  EXPECT_EQ(schedule.due_ns(), kStartNs + kNsPerDay);
}

RC_GTEST_PROP(Schedule, SendsEachRateInEverySecondAndInOrder, ()) {
  auto rates =
      *rc::gen::container<std::vector<double>>(rc::gen::element(1.0, 2.0, 10.0, 100.0, 1.0 / 3));
  Schedule schedule(rates, kStartNs);
  int64_t last_ns = 0;
  std::map<size_t, std::vector<int64_t>> times;
  while (schedule.due_ns() < kStartNs + 3 * kNsPerSecond) {
    RC_ASSERT(schedule.due_ns() >= last_ns);
    last_ns = schedule.due_ns();
    times[schedule.sender()].push_back(last_ns);
    schedule.advance();
  }
  for (size_t i = 0; i < rates.size(); ++i)
    RC_ASSERT(static_cast<double>(times[i].size()) == std::round(rates[i] * 3));
}

TEST(Schedule, SpreadsALoadEvenly) {
  std::vector<double> rates(280, 100.0);
  Schedule schedule(rates, kStartNs);
  std::map<int64_t, int> by_ms;
  while (schedule.due_ns() < kStartNs + kNsPerSecond) {
    ++by_ms[(schedule.due_ns() - kStartNs) / kNsPerMs];
    schedule.advance();
  }
  ASSERT_EQ(by_ms.size(), 1000u);
  for (auto [ms, count] : by_ms) EXPECT_NEAR(count, 28, 1) << "in ms " << ms;
}

}  // namespace
}  // namespace efd::salmock
