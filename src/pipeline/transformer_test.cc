// SPDX-License-Identifier: MIT
#include "pipeline/transformer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/gaps.h"
#include "pipeline/testing/mortal_broker.h"
#include "registry/testing/fake_registry.h"
#include "sink/source_header.h"
#include "system/memory_file_system.h"

namespace efd::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr seconds kPatience{30};

std::string text_of(const std::string& topic, int number) {
  return fmt::format("T_telemetry {}:( 'R' , 1 , 2 , 3 , 4 , 5 , {} )", topic, number);
}

class TransformerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    broker::CommitLogOptions options;
    options.path = "/log";
    log_ = *broker::CommitLog::open(files_, system::real_clock(), options);
    groups_ = *groups::GroupCoordinator::open(*log_, system::real_clock());
    broker_ = std::make_unique<MortalBroker>(*log_, *groups_);
    log_->start_housekeeping();
    registry_.set("lsst.sal.T_a", R"({"name":"v","type":"int"})");
    registry_.set("lsst.sal.T_logevent_b", R"({"name":"v","type":"int"})");
  }
  void TearDown() override {
    transformer_.reset();
    broker_.reset();
    groups_.reset();
    EXPECT_TRUE(log_->close());
  }

  void start(TransformerOptions options = {}) {
    options.instance = "test";
    options.find_interval = milliseconds(20);
    auto opened = Transformer::open(options, *broker_, registry_, metrics_, system::real_clock());
    ASSERT_TRUE(opened) << opened.error().message;
    transformer_ = std::move(*opened);
  }
  void make_topic(const std::string& name) {
    ASSERT_TRUE(broker_->create_topic({.name = TopicName(name)}));
  }
  void send(const std::string& topic, const std::string& text) {
    auto sender = *broker_->producer({.linger = milliseconds(0)});
    ASSERT_TRUE(sender->send({.topic = TopicName(topic), .value = text}));
    ASSERT_TRUE(sender->flush(seconds(5)));
  }
  // Source offsets of a topic's records, when there are so many or patience ends.
  std::vector<int64_t> await_sources(const std::string& topic, size_t count) {
    std::vector<int64_t> sources;
    auto reader = *broker_->reader({.pattern = {topic}});
    broker::Batch batch;
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (sources.size() < count && std::chrono::steady_clock::now() < end) {
      EXPECT_TRUE(reader->poll(milliseconds(50), batch));
      for (const broker::Slice& slice : batch.slices())
        for (const broker::RecordView& record : slice.records) {
          const auto mark = sink::source_mark_of(record);
          sources.push_back(mark ? mark->offset.value() : -1);
        }
    }
    return sources;
  }

  registry::FakeRegistry registry_;
  observe::Metrics metrics_;
  system::MemoryFileSystem files_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<groups::GroupCoordinator> groups_;
  std::unique_ptr<MortalBroker> broker_;
  std::unique_ptr<Transformer> transformer_;
};

TEST_F(TransformerTest, TakesTopicsAsTheyAppear) {
  make_topic("T_telemetry");
  make_topic("other");
  start();
  EXPECT_EQ(transformer_->lane_count(), 1u);
  send("T_telemetry", text_of("T_a", 1));
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 1), ElementsAre(0));
  make_topic("T_event");
  send("T_event", text_of("T_logevent_b", 2));
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_logevent_b", 1), ElementsAre(0));
  EXPECT_EQ(transformer_->trouble(), "");
}

TEST_F(TransformerTest, ARestartGoesOnWhereItStood) {
  make_topic("T_telemetry");
  for (int i = 0; i < 50; ++i) {
    start();
    send("T_telemetry", text_of("T_a", i));
    if (i % 3 == 0) await_sources("lsst\\.sal\\.T_a", static_cast<size_t>(i) + 1);
    transformer_.reset();
  }
  start();
  std::vector<int64_t> want(50);
  for (size_t i = 0; i < want.size(); ++i) want[i] = static_cast<int64_t>(i);
  EXPECT_EQ(await_sources("lsst\\.sal\\.T_a", 51 - 1), want);
}

// What the dead producer has sent, whatever it said, is there once; so is what it has not.
TEST_F(TransformerTest, AProducerThatDiesIsReplaced) {
  make_topic("T_telemetry");
  start();
  broker_->countdown = 3;
  for (int i = 0; i < 6; ++i) send("T_telemetry", text_of("T_a", i));
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 6), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_LT(broker_->countdown, 0);
  transformer_.reset();
  EXPECT_EQ(broker_->offset({TopicName("lsst.sal.T_a"), Partition(0)}, broker::At::latest),
            Offset(6));
}

TEST_F(TransformerTest, RewindsOnceWhateverDies) {
  make_topic("T_telemetry");
  for (int i = 0; i < 3; ++i) send("T_telemetry", text_of("T_a", i));
  start();
  await_sources("lsst\\.sal\\.T_a", 3);
  transformer_.reset();
  start({.rewinds = true});
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 6), ElementsAre(0, 1, 2, 0, 1, 2));
  broker_->countdown = 2;
  for (int i = 3; i < 7; ++i) send("T_telemetry", text_of("T_a", i));  // the last by another one
  await_sources("lsst\\.sal\\.T_a", 10);
  EXPECT_LT(broker_->countdown, 0);
  transformer_.reset();
  EXPECT_EQ(broker_->offset({TopicName("lsst.sal.T_a"), Partition(0)}, broker::At::latest),
            Offset(10));
}

TEST_F(TransformerTest, AProducerOfDeadLettersThatDiesIsReplaced) {
  make_topic("T_telemetry");
  start();
  broker_->countdown = 3;
  for (int i = 0; i < 6; ++i) send("T_telemetry", "bad");
  send("T_telemetry", text_of("T_a", 1));
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 1), ElementsAre(6));
  EXPECT_EQ(await_sources("efd\\.dead-letters", 6).size(), 6u);
  EXPECT_LT(broker_->countdown, 0);
  transformer_.reset();
  EXPECT_EQ(broker_->offset({kDeadLetterTopic, Partition(0)}, broker::At::latest), Offset(6));
}

TEST_F(TransformerTest, WhatTheLogDroppedUnreadIsCounted) {
  broker::NewTopic topic{.name = TopicName("T_telemetry")};
  topic.config = {{"retention.ms", "1"}, {"segment.bytes", "100"}};
  ASSERT_TRUE(broker_->create_topic(topic));
  send("T_telemetry", text_of("T_a", 0));
  start();
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 1), ElementsAre(0));
  transformer_.reset();
  for (int i = 1; i < 3; ++i) send("T_telemetry", text_of("T_a", i));
  ASSERT_TRUE(log_->checkpoint_now());
  std::this_thread::sleep_for(milliseconds(5));
  ASSERT_TRUE(log_->retain_now());
  ASSERT_EQ(broker_->offset({topic.name, Partition(0)}, broker::At::earliest), Offset(3));
  start();
  send("T_telemetry", text_of("T_a", 3));
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 2), ElementsAre(0, 3));
  EXPECT_EQ(GapWarnings(metrics_).count(), 1u);
}

TEST_F(TransformerTest, BadTextsAreDeadLetters) {
  make_topic("T_telemetry");
  send("T_telemetry", "nonsense");
  send("T_telemetry", text_of("T_a", 1));
  start();
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_a", 1), ElementsAre(1));
  transformer_.reset();
  auto reader = *broker_->reader({.pattern = {"efd\\.dead-letters"}});
  broker::Batch batch;
  ASSERT_TRUE(reader->poll(seconds(5), batch));
  ASSERT_EQ(batch.record_count(), 1u);
  const broker::RecordView& letter = batch.slices()[0].records[0];
  EXPECT_EQ(letter.value, "nonsense");
  std::map<std::string_view, std::string_view> headers;
  for (const broker::HeaderView& header : letter.headers) headers[header.key] = *header.value;
  EXPECT_EQ(headers["__connect.errors.topic"], "T_telemetry");
  EXPECT_EQ(headers["__connect.errors.connector.name"], "saltransform");
  EXPECT_THAT(std::string(headers["__connect.errors.exception.message"]),
              HasSubstr("is not COMPONENT_KIND TOPIC:("));
}

TEST_F(TransformerTest, LatestCountsForTopicsThatExistAtStart) {
  make_topic("T_telemetry");
  send("T_telemetry", text_of("T_a", 1));
  start({.reset = broker::At::latest});
  make_topic("T_event");
  send("T_event", text_of("T_logevent_b", 2));
  EXPECT_THAT(await_sources("lsst\\.sal\\.T_logevent_b", 1), ElementsAre(0));
  // The first text counts as seen once the group has committed its end.
  std::vector<int64_t> sources;
  for (int i = 0; sources.empty() && i < 100; ++i) {
    send("T_telemetry", text_of("T_a", 3));
    if (broker_->topic(TopicName("lsst.sal.T_a"))) sources = await_sources("lsst\\.sal\\.T_a", 1);
    std::this_thread::sleep_for(milliseconds(20));
  }
  ASSERT_FALSE(sources.empty());
  EXPECT_GT(sources[0], 0);
}

TEST_F(TransformerTest, OnlyTheSubsystemsThatAreAskedFor) {
  make_topic("T_telemetry");
  make_topic("U_telemetry");
  start({.subsystems = {"U"}});
  EXPECT_EQ(transformer_->lane_count(), 1u);
}

}  // namespace
}  // namespace efd::pipeline
