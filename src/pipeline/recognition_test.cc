// SPDX-License-Identifier: MIT
// Topics without ids: what their records tell, and where a lane goes on then.
#include "pipeline/recognition.h"

#include <gtest/gtest.h>

#include "broker/fingerprint.h"
#include "pipeline/positions.h"
#include "pipeline/testing/test_world.h"

namespace efd::pipeline {
namespace {

using broker::LogRange;

const TopicPartition kPartition{TopicName("lsst.sal.a"), Partition(0)};

// Fingerprints of the records at these offsets, newest last.
StoredPosition kept_of(int64_t next, std::vector<Fingerprint> fingerprints) {
  return {ConnectorName("efd"),
          {kPartition.topic, {}, kPartition.partition, Offset(next)},
          std::move(fingerprints)};
}

class RecognitionTest : public testing::Test {
 protected:
  void SetUp() override { world_.start(); }

  Fingerprint send(const std::string& value) {
    Position behind = world_.send(kPartition.topic.value(), value);
    broker::RecordView record;
    record.value = value;
    return {behind.next + -1, 1'700'000'000'000, broker::content_crc32c(record)};
  }
  void make_anew() { ASSERT_TRUE(world_.broker->delete_topic(kPartition.topic)); }

  StartPosition start_of(const StoredPosition& kept) {
    auto found = recognize(*world_.broker, {"lsst\\..*"}, std::span(&kept, 1), system::real_clock(),
                           std::chrono::milliseconds(5'000));
    EXPECT_TRUE(found) << found.error().message;
    auto start = world_.broker->offset(kPartition, broker::At::earliest);
    auto end = world_.broker->offset(kPartition, broker::At::latest);
    LogRange range{start.value_or(Offset(0)), end.value_or(Offset(0))};
    auto own = found->find(kPartition);
    return start_position(kept, own == found->end() ? std::nullopt : std::optional(own->second),
                          range);
  }

  World world_;
};

TEST_F(RecognitionTest, TheSameTopicGoesOn) {
  send("a");
  auto newest = send("b");
  send("c");
  StartPosition start = start_of(kept_of(2, {newest}));
  EXPECT_EQ(start.continuity, Continuity::continues);
  EXPECT_EQ(start.next, Offset(2));
}

TEST_F(RecognitionTest, AnotherRecordAtEveryOffsetIsAnotherTopic) {
  auto older = send("a"), newest = send("b");
  make_anew();
  for (int i = 0; i < 5; ++i) send("new");
  StartPosition start = start_of(kept_of(2, {older, newest}));
  EXPECT_EQ(start.continuity, Continuity::made_anew);
  EXPECT_EQ(start.next, Offset(0));
}

TEST_F(RecognitionTest, AnEndBelowAllFingerprintsIsAnotherTopic) {
  send("a");
  auto newest = send("b");
  make_anew();
  send("a");
  EXPECT_EQ(start_of(kept_of(2, {newest})).continuity, Continuity::made_anew);
}

TEST_F(RecognitionTest, AnOlderRecordThatStandsThereTellsOfALostTail) {
  auto older = send("a");
  send("b");
  auto newest = send("c");
  make_anew();
  send("a");
  for (int i = 0; i < 5; ++i) send("other");
  StartPosition start = start_of(kept_of(3, {older, newest}));
  EXPECT_EQ(start.continuity, Continuity::lost_tail);
  EXPECT_EQ(start.next, Offset(1));
}

TEST_F(RecognitionTest, ATopicThatWasGoneIsAnotherOne) {
  auto newest = send("a");
  make_anew();
  EXPECT_EQ(start_of(kept_of(1, {newest})).continuity, Continuity::made_anew);
}

TEST(StartWithoutIds, WhatCannotBeCheckedIsTheSameTopicIfTheLogStartsBehindIt) {
  auto kept = kept_of(10, {{Offset(9), 0, 0}});
  StartPosition start = start_position(kept, Recognition{}, LogRange{Offset(12), Offset(20)});
  EXPECT_EQ(start.continuity, Continuity::missed_records);
  EXPECT_EQ(start.next, Offset(12));
  start = start_position(kept, Recognition{}, LogRange{Offset(10), Offset(10)});
  EXPECT_EQ(start.continuity, Continuity::continues);
  EXPECT_EQ(start.next, Offset(10));
  start = start_position(kept, Recognition{}, LogRange{Offset(5), Offset(20)});
  EXPECT_EQ(start.continuity, Continuity::made_anew);
  EXPECT_EQ(start.next, Offset(5));
}

TEST(StartWithoutIds, NothingKeptIsFresh) {
  StartPosition start = start_position(std::nullopt, Recognition{}, LogRange{Offset(3), Offset(9)});
  EXPECT_EQ(start.continuity, Continuity::fresh);
  EXPECT_EQ(start.next, Offset(3));
}

}  // namespace
}  // namespace efd::pipeline
