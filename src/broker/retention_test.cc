// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"
#include "embedded_broker/embedded_reader.h"

namespace efd::broker {
namespace {

class RetentionTest : public CommitLogTest {
 protected:
  // Segments of one batch each.
  PartitionHandle fill(const std::string& name, TopicConfig config, int count) {
    config["segment.bytes"] = "100";
    auto partition = create(name, config);
    for (int i = 0; i < count; ++i) {
      log_->append(*partition, make_batch({std::to_string(i)}, clock_.now().ms()), false);
      checkpoint();
    }
    return partition;
  }
  int64_t start(const PartitionHandle& partition) {
    auto retained = log_->retain_now();
    EXPECT_TRUE(retained) << retained.error().message;
    return log_->state(*partition).log_start.value();
  }
  void advance_ms(int64_t ms) { clock_.advance_ns(ms * kNsPerMs); }
};

TEST_F(RetentionTest, ByTimeDropsWholeSegmentsAndKeepsTheOffsets) {
  open();
  auto a = fill("a", {{"retention.ms", "1000"}}, 3);
  EXPECT_EQ(start(a), 0);
  advance_ms(1001);
  EXPECT_EQ(start(a), 3);
  EXPECT_FALSE(*files_.exists("/log/a-0/00000000000000000000.log"));
  EXPECT_EQ(append(a, "next").base_offset, Offset(3));
  checkpoint();
  kill_and_open();
  EXPECT_EQ(log_->state(*find("a")).log_start, Offset(3));
  EXPECT_EQ(values(find("a"), 3), (Values{"next"}));
  EXPECT_TRUE(*files_.exists("/log/a-0/00000000000000000003.log"));
}

TEST_F(RetentionTest, AStampFromTheFutureKeepsNothing) {
  open();
  auto a = create("a", {{"retention.ms", "1000"}});
  log_->append(*a, make_batch({"v"}, clock_.now().ms() + 1'000'000'000), false);
  checkpoint();
  advance_ms(1001);
  EXPECT_EQ(start(a), 1);
}

TEST_F(RetentionTest, BySizeKeepsAtLeastTheBytes) {
  open();
  auto a = fill("a", {{"retention.bytes", "150"}, {"retention.ms", "-1"}}, 5);
  EXPECT_EQ(start(a), 2);
  EXPECT_EQ(start(a), 2);
}

TEST_F(RetentionTest, CompactedTopicsKeepEverything) {
  open();
  auto c = create("c", {{"cleanup.policy", "compact"}, {"retention.ms", "1"}});
  BatchBuilder builder;
  builder.add({1, "key", "value"});
  log_->append(*c, *builder.finish({}), false);
  checkpoint();
  advance_ms(1'000'000);
  EXPECT_EQ(start(c), 0);
}

TEST_F(RetentionTest, NothingIsDroppedAboveAHold) {
  open();
  log_->hold("sink", [](const TopicName& name) { return name.value() == "a"; });
  auto a = fill("a", {{"retention.ms", "1000"}}, 3);
  auto b = fill("b", {{"retention.ms", "1000"}}, 3);
  advance_ms(10'000);
  EXPECT_EQ(start(a), 0);
  EXPECT_EQ(start(b), 3);
  log_->release("sink", *a, Offset(2));
  EXPECT_EQ(start(a), 2);
  log_->release("sink", *a, Offset(1));
  EXPECT_EQ(start(a), 2);
  log_->drop_hold("sink");
  EXPECT_EQ(start(a), 3);
}

TEST_F(RetentionTest, TheBoundOfTheWholeLogDropsTheOldestFirst) {
  options_.log_bytes_max = 300;
  open();
  auto a = fill("a", {}, 3);
  advance_ms(1);
  auto b = fill("b", {}, 3);
  EXPECT_EQ(start(a), 2);
  EXPECT_EQ(start(b), 0);
  EXPECT_LE(log_->stats().segment_bytes, 300u);
}

TEST_F(RetentionTest, IntakeStopsWhenTheBoundIsHeldUp) {
  options_.log_bytes_max = 300;
  open();
  log_->hold("sink", [](const TopicName&) { return true; });
  auto a = fill("a", {}, 5);
  EXPECT_EQ(start(a), 0);
  EXPECT_EQ(append(a, "v").error, AppendError::storage);
  log_->release("sink", *a, Offset(5));
  EXPECT_EQ(start(a), 1);
  EXPECT_EQ(append(a, "v").error, AppendError::none);
}

TEST_F(RetentionTest, ATrimmedLogStartsLaterAndLosesItsFilesWithTheNextRetention) {
  open();
  auto a = fill("a", {{"retention.ms", "-1"}}, 4);
  ASSERT_TRUE(trim(*a, Offset(2)));
  EXPECT_EQ(log_->state(*a).log_start, Offset(2));
  EXPECT_FALSE(log_->read(*a, Offset(1), 1, See::appended));
  EXPECT_TRUE(*files_.exists("/log/a-0/00000000000000000001.log"));
  EXPECT_EQ(start(a), 2);
  EXPECT_FALSE(*files_.exists("/log/a-0/00000000000000000001.log"));
  // Back it does not go, and no further than a hold or the end.
  ASSERT_TRUE(trim(*a, Offset(1)));
  EXPECT_EQ(log_->state(*a).log_start, Offset(2));
  log_->hold("sink", [](const TopicName&) { return true; });
  log_->release("sink", *a, Offset(3));
  ASSERT_TRUE(trim(*a, Offset(9)));
  EXPECT_EQ(log_->state(*a).log_start, Offset(3));
  kill_and_open();
  EXPECT_EQ(log_->state(*find("a")).log_start, Offset(3));
  EXPECT_EQ(values(find("a"), 3), (Values{"3"}));
}

TEST_F(RetentionTest, ATrimThatIsNotDurableIsNotAnsweredWhenItIsAskedForAgain) {
  open();
  auto a = create("a");
  for (int i = 0; i < 4; ++i) append(a, "v");
  commit();
  files_.fail_sync_once({".wal", ErrorCode::overload, true, 0});
  EXPECT_FALSE(trim(*a, Offset(2)));
  files_.set_capacity_bytes(0);
  EXPECT_FALSE(trim(*a, Offset(2)));
  files_.set_capacity_bytes(1 << 30);
  EXPECT_TRUE(trim(*a, Offset(2)));
}

TEST_F(RetentionTest, WhatIsHeldIsTrimmedWhenTheHoldLetsGo) {
  open();
  log_->hold("sink", [](const TopicName&) { return true; });
  auto a = fill("a", {{"retention.ms", "-1"}}, 4);
  log_->release("sink", *a, Offset(1));
  ASSERT_TRUE(trim(*a, Offset(4)));
  EXPECT_EQ(start(a), 1);
  EXPECT_EQ(values(a, 1), (Values{"1", "2", "3"}));
  log_->release("sink", *a, Offset(3));
  EXPECT_EQ(start(a), 3);
  log_->release("sink", *a, Offset(4));
  EXPECT_EQ(start(a), 4);
  EXPECT_EQ(append(a, "next").base_offset, Offset(4));
  log_->release("sink", *a, Offset(5));
  EXPECT_EQ(start(a), 4);
}

// A reader that holds nothing is told what it will never read.
TEST_F(RetentionTest, AReaderThatIsOvertakenIsTold) {
  open();
  auto a = fill("a", {{"retention.ms", "-1"}}, 4);
  std::vector<std::pair<Offset, Offset>> missed;
  ReaderOptions options;
  options.pattern = {"a"};
  options.see = See::appended;
  options.batch_bytes_max = 1;
  options.on_rotten = [&](const Source&, const RottenRecords& records) {
    missed.emplace_back(records.from, records.next);
  };
  auto reader = *embedded_broker::EmbeddedReader::open(*log_, options);
  Batch batch;
  ASSERT_TRUE(reader->poll(std::chrono::milliseconds(0), batch));
  EXPECT_EQ(batch.slices()[0].next, Offset(1));
  ASSERT_TRUE(trim(*a, Offset(3)));
  ASSERT_TRUE(reader->poll(std::chrono::milliseconds(0), batch));
  EXPECT_EQ(batch.slices()[0].next, Offset(4));
  EXPECT_EQ(missed, (std::vector<std::pair<Offset, Offset>>{{Offset(1), Offset(3)}}));
}

// Also of a connector that was there before them.
TEST_F(RetentionTest, PartitionsThatComeLaterAreHeld) {
  open();
  create("a");
  log_->hold("sink", [](const TopicName&) { return true; });
  auto grown = log_->change_topic(TopicName("a"), [](TopicDescription& topic) {
    topic.partitions = 2;
    return Result<>();
  });
  ASSERT_TRUE(grown) << grown.error().message;
  auto later = find("a", 1);
  append(later, "v");
  ASSERT_TRUE(trim(*later, Offset(1)));
  EXPECT_EQ(log_->state(*later).log_start, Offset(0));
}

TEST_F(RetentionTest, ChangedSettingsHoldForTheNextRetention) {
  open();
  auto a = fill("a", {{"retention.ms", "-1"}}, 3);
  advance_ms(1'000'000);
  EXPECT_EQ(start(a), 0);
  auto set = [&](const std::string& name, const std::string& value) {
    auto changed = log_->change_topic(TopicName("a"), [&](TopicDescription& topic) {
      topic.config[name] = value;
      return Result<>();
    });
    ASSERT_TRUE(changed) << changed.error().message;
  };
  set("cleanup.policy", "");
  set("retention.ms", "1000");
  EXPECT_EQ(start(a), 0);  // neither deleted nor compacted: kept
  set("cleanup.policy", "delete");
  EXPECT_EQ(start(a), 3);
}

// What was appended is readable at once, or not before it is durable, as the policy now says.
TEST_F(RetentionTest, AChangedDurabilityHoldsAtOnce) {
  open();
  auto a = create("a");
  EXPECT_TRUE(log_->waits_for_sync(*a));
  auto changed = log_->change_topic(TopicName("a"), [](TopicDescription& topic) {
    topic.config["efd.durability"] = "os";
    return Result<>();
  });
  ASSERT_TRUE(changed) << changed.error().message;
  append(a, "v");
  EXPECT_FALSE(log_->waits_for_sync(*a));
  EXPECT_EQ(log_->state(*a).high_watermark, Offset(1));
}

}  // namespace
}  // namespace efd::broker
