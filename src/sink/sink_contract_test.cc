// SPDX-License-Identifier: MIT
// What every Sink promises (sink.h), asked of each kind. A real InfluxDB takes part where
// $EFD_TEST_INFLUX ("http://127.0.0.1:8086") names one.
#include <gtest/gtest.h>

#include "sink/testing/sinks_under_test.h"

namespace efd::sink {
namespace {

struct Kind {
  const char* name;
  std::unique_ptr<SinkUnderTest> (*make)(TestLog&);
};

template <class T>
std::unique_ptr<SinkUnderTest> make(TestLog& log) {
  return std::make_unique<T>(log);
}

constexpr Kind kRealInflux{"RealInflux", make<RealInfluxUnderTest>};

class SinkContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    bool absent = GetParam().make == kRealInflux.make && !std::getenv("EFD_TEST_INFLUX");
    if (absent) GTEST_SKIP() << "no InfluxDB: $EFD_TEST_INFLUX names none";
    tested_ = GetParam().make(log_);
    log_.make_topic(tested_->topic());
    log_.open_reader(tested_->sink(), tested_->topic(), tested_->member());
  }
  void TearDown() override { log_.close_reader(); }

  void send(std::optional<std::string> value) { log_.send(tested_->topic(), value); }
  void send_good(int from, int to) {
    for (int number = from; number < to; ++number) send(tested_->good(number));
  }

  TestLog log_;
  std::unique_ptr<SinkUnderTest> tested_;
};

TEST_P(SinkContract, WhatWasPutIsVisible) {
  send_good(0, 20);
  log_.turn_until_idle();
  EXPECT_EQ(tested_->visible(), 20u);
  send_good(20, 25);
  log_.turn_until_idle();
  EXPECT_EQ(tested_->visible(), 25u);
  EXPECT_TRUE(log_.rejects.kept.empty());
}

TEST_P(SinkContract, ABadRecordIsRejectedAndOthersAreTaken) {
  send(tested_->bad());
  send(tested_->good(1));
  send(tested_->bad());
  send(tested_->good(2));
  log_.turn_until_idle();
  EXPECT_EQ(tested_->visible(), 2u);
  ASSERT_EQ(log_.rejects.kept.size(), 2u);
  EXPECT_EQ(log_.rejects.kept[0].offset, Offset(0));
  EXPECT_EQ(log_.rejects.kept[1].offset, Offset(2));
  EXPECT_EQ(log_.rejects.kept[1].stage, Stage::value_converter);
  EXPECT_NE(log_.rejects.kept[1].reason, "");
}

TEST_P(SinkContract, ATombstoneIsSkipped) {
  send(std::nullopt);
  send(tested_->good(1));
  log_.turn_until_idle();
  EXPECT_EQ(tested_->visible(), 1u);
  EXPECT_TRUE(log_.rejects.kept.empty());
}

// Null and nothing else is a tombstone.
TEST_P(SinkContract, AnEmptyValueIsRejected) {
  send(std::nullopt);
  send("");
  send(tested_->good(1));
  log_.turn_until_idle();
  EXPECT_EQ(tested_->visible(), 1u);
  ASSERT_EQ(log_.rejects.kept.size(), 1u);
  EXPECT_EQ(log_.rejects.kept[0].offset, Offset(1));
  EXPECT_EQ(log_.rejects.kept[0].stage, Stage::value_converter);
}

TEST_P(SinkContract, ARegistryThatIsAwayStallsAndCondemnsNothing) {
  log_.registry.away = true;
  send_good(0, 3);
  log_.turn();
  ASSERT_EQ(log_.stalls.size(), 1u);
  EXPECT_EQ(log_.stalls[0].next, Offset(0));
  EXPECT_NE(log_.stalls[0].reason, "");
  EXPECT_EQ(tested_->visible(), 0u);
  log_.registry.away = false;
  log_.turn_until_idle();
  EXPECT_EQ(tested_->visible(), 3u);
  EXPECT_TRUE(log_.rejects.kept.empty());
}

TEST_P(SinkContract, WhatIsDurableIsNamed) {
  send_good(0, 3);
  send(tested_->bad());
  log_.turn_until_idle();
  uint64_t before = tested_->sink().commits();
  ASSERT_TRUE(tested_->sink().flush());
  log_.turn();
  std::vector<Position> durable = tested_->sink().durable();
  ASSERT_EQ(durable.size(), 1u);
  EXPECT_EQ(durable[0].topic.value(), tested_->topic());
  EXPECT_EQ(durable[0].next, Offset(4));
  EXPECT_GE(tested_->sink().commits(), before);
  EXPECT_GT(tested_->sink().commits(), 0u);
}

// The sink holds the measurement that was dropped.
TEST(StoreSink, MakesAMeasurementAnewThatWasDropped) {
  TestLog log;
  StoreSinkUnderTest tested(log);
  log.make_topic(tested.topic());
  log.open_reader(tested.sink(), tested.topic(), tested.member());
  for (int number = 0; number < 3; ++number) log.send(tested.topic(), tested.good(number));
  log.turn_until_idle();
  ASSERT_TRUE(tested.store().drop_measurement("efd", tested.topic()));
  EXPECT_EQ(tested.visible(), 0u);
  for (int number = 3; number < 5; ++number) log.send(tested.topic(), tested.good(number));
  log.turn_until_idle();
  EXPECT_EQ(tested.visible(), 2u);
  log.close_reader();
}

INSTANTIATE_TEST_SUITE_P(Sinks, SinkContract,
                         ::testing::Values(Kind{"Store", make<StoreSinkUnderTest>},
                                           Kind{"InfluxDouble", make<InfluxDoubleUnderTest>},
                                           kRealInflux, Kind{"Topic", make<TopicSinkUnderTest>}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace efd::sink
