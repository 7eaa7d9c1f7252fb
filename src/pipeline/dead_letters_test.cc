// SPDX-License-Identifier: MIT
#include "pipeline/dead_letters.h"

#include <gtest/gtest.h>

#include "embedded_broker/embedded_broker.h"
#include "system/memory_file_system.h"

namespace efd::pipeline {
namespace {

using std::chrono::seconds;

class DeadLettersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    log_ = *broker::CommitLog::open(files_, system::real_clock(), {.path = "/log"});
    broker_ = std::make_unique<embedded_broker::EmbeddedBroker>(*log_);
    log_->start_housekeeping();
  }
  void TearDown() override {
    broker_.reset();
    EXPECT_TRUE(log_->close());
  }

  std::unique_ptr<DeadLetters> open() {
    return *DeadLetters::open(*broker_, ConnectorName{"efd"}, metrics_, system::real_clock());
  }
  void reject(DeadLetters& letters, const std::string& value) {
    broker::RecordView record;
    record.offset = Offset(7);
    record.value = value;
    const broker::HeaderView header{"theirs", "x"};
    record.headers = {&header, 1};
    letters.reject(source_, record, sink::Stage::value_converter, "why");
  }
  // Those of the topic's only record; its value under "".
  std::map<std::string, std::string> read() {
    auto reader = *broker_->reader({.pattern = {"efd\\.dead-letters"}});
    broker::Batch batch;
    EXPECT_TRUE(reader->poll(seconds(5), batch));
    EXPECT_EQ(batch.record_count(), 1u);
    std::map<std::string, std::string> found;
    const broker::RecordView& letter = batch.slices()[0].records[0];
    if (letter.value) found[""] = *letter.value;
    for (const broker::HeaderView& header : letter.headers)
      found[std::string(header.key)] = *header.value;
    return found;
  }

  system::MemoryFileSystem files_;
  observe::Metrics metrics_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker_;
  const broker::Source source_{0, TopicName("lsst.sal.a"), TopicId(), Partition(0)};
};

// As long as its own topic takes it.
TEST_F(DeadLettersTest, ARecordOfTheGreatestLengthIsKeptWhole) {
  constexpr size_t kOneMebibyte = 1u << 20;
  auto letters = open();
  reject(*letters, std::string(kOneMebibyte, 'x'));
  ASSERT_TRUE(letters->await_delivered(seconds(10)));
  auto found = read();
  EXPECT_EQ(found[""].size(), kOneMebibyte);
  EXPECT_EQ(found["theirs"], "x");
  EXPECT_FALSE(found.contains("efd.left.out"));
}

TEST_F(DeadLettersTest, WhatTheTopicDoesNotTakeGoesWithoutItsRecord) {
  ASSERT_TRUE(
      broker_->create_topic({.name = kDeadLetterTopic, .config = {{"max.message.bytes", "2000"}}}));
  auto letters = open();
  reject(*letters, std::string(5'000, 'x'));
  (void)letters->await_delivered(seconds(10));  // the first one fails
  auto delivered = letters->await_delivered(seconds(10));
  ASSERT_TRUE(delivered) << delivered.error().message;
  auto found = read();
  EXPECT_FALSE(found.contains(""));
  EXPECT_FALSE(found.contains("theirs"));
  EXPECT_EQ(found["__connect.errors.offset"], "7");
  EXPECT_EQ(found["__connect.errors.exception.message"], "why");
  EXPECT_TRUE(found["efd.left.out"].starts_with("5000 bytes")) << found["efd.left.out"];
}

// Nobody vouches for the letter when the log is opened again, and a full disk keeps it from being
// made durable.
TEST_F(DeadLettersTest, ALetterThatIsNotDurableYetIsNotSentTwiceAndCoversNoCommit) {
  auto letters = open();
  reject(*letters, "x");
  ASSERT_TRUE(letters->await_delivered(seconds(10)));
  letters.reset();
  broker_.reset();
  log_.reset();  // killed
  files_.set_capacity_bytes(0);
  SetUp();
  ASSERT_TRUE(log_->intake_error());
  letters = open();
  reject(*letters, "x");
  EXPECT_EQ(letters->count(), 1u);
  EXPECT_EQ(letters->await_delivered(seconds(1)).error().code, ErrorCode::retry);
  files_.set_capacity_bytes(UINT64_MAX);
  ASSERT_TRUE(log_->retain_now());
  auto delivered = letters->await_delivered(seconds(10));
  EXPECT_TRUE(delivered) << delivered.error().message;
  EXPECT_EQ(read()[""], "x");
}

}  // namespace
}  // namespace efd::pipeline
