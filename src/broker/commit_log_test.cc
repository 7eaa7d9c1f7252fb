// SPDX-License-Identifier: MIT
#include "broker/commit_log.h"

#include <gtest/gtest.h>

#include "broker/commit_log_fixture.h"

namespace efd::broker {
namespace {

TEST_F(CommitLogTest, AppendsAndReadsBackFromMemoryAndFromSegments) {
  open();
  auto a = create("a");
  EXPECT_EQ(append(a, "one").base_offset, Offset(0));
  EXPECT_EQ(log_->append(*a, make_batch({"two", "three"}), false).base_offset, Offset(1));
  EXPECT_EQ(values(a), (Values{"one", "two", "three"}));
  EXPECT_EQ(values(a, 2), (Values{"three"}));
  checkpoint();
  EXPECT_EQ(append(a, "four").base_offset, Offset(3));
  EXPECT_EQ(values(a), (Values{"one", "two", "three", "four"}));
  commit();
  kill_and_open();
  EXPECT_EQ(values(find("a")), (Values{"one", "two", "three", "four"}));
  EXPECT_EQ(values(find("a"), 2), (Values{"three", "four"}));
}

TEST_F(CommitLogTest, TheHighWatermarkMovesWithTheCommit) {
  open();
  auto sync = create("sync");
  auto lazy = create("lazy", {{"efd.durability", "group-ms"}});
  Appended first = append(sync, "x");
  append(lazy, "y");
  EXPECT_EQ(log_->state(*sync).high_watermark, Offset(0));
  EXPECT_EQ(log_->state(*lazy).high_watermark, Offset(1));
  EXPECT_TRUE(values(sync, 0, See::durable).empty());
  EXPECT_LT(log_->durable_sequence(), first.sequence);
  bool told = false;
  log_->when_durable(first.sequence, [&](const Result<>& result) { told = result.has_value(); });
  EXPECT_FALSE(told);
  commit();
  EXPECT_TRUE(told);
  EXPECT_GE(log_->durable_sequence(), first.sequence);
  EXPECT_EQ(values(sync, 0, See::durable), (Values{"x"}));
}

TEST_F(CommitLogTest, SegmentFilesHoldTheBatchesByteForByteInKafkasLayout) {
  open();
  auto a = create("a.b", {}, 2);
  auto second = find("a.b", 1);
  std::string batch = make_batch({"v"}, 5, {}, codec::Compression::zstd);
  log_->append(*second, batch, false);
  log_->append(*second, batch, false);
  checkpoint();
  std::string again = batch;
  assign_offset(again.data(), Offset(1));
  EXPECT_EQ(*system::read_file(files_, "/log/a.b-1/00000000000000000000.log"), batch + again);
  EXPECT_FALSE(*files_.exists("/log/a.b-0"));
}

}  // namespace
}  // namespace efd::broker
