// SPDX-License-Identifier: MIT
// What the disk has spoilt in the log does not keep a lane from what is good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/testing/test_world.h"

namespace efd::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kSegment[] = "/data/log/lsst.sal.a-0/00000000000000000000.log";

class PipelineRotTest : public ::testing::Test {
 protected:
  // A log of three batches, of which the store has none, with one spoilt.
  void spoil(int batch) {
    world_.start();
    world_.pipeline->stop();
    for (int64_t i = 0; i < 3; ++i)
      world_.send("lsst.sal.a", reading(SchemaId(1), 1.7e9 + static_cast<double>(i), i));
    ASSERT_TRUE(world_.log->checkpoint_now());
    world_.stop();
    std::string bytes = *system::read_file(world_.files, kSegment);
    size_t at = bytes.size() / 3 * static_cast<size_t>(batch) + 80;
    bytes[at] ^= 1;
    ASSERT_TRUE((*world_.files.open(kSegment, system::Open::write))->write_at(0, bytes));
  }
  void await_caught_up() {
    for (int i = 0; i < 2'000 && !world_.pipeline->has_caught_up(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(world_.pipeline->has_caught_up());
  }
  std::string ledger() { return *system::read_file(world_.files, "/data/gaps.jsonl"); }

  World world_;
};

TEST_F(PipelineRotTest, ALaneGoesOnBehindARottenBatchWithALineInTheLedger) {
  spoil(1);
  world_.start();
  await_caught_up();
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(0, 2));
  EXPECT_THAT(ledger(), HasSubstr(R"("what":"rotten_records","expected":1,"next":2})"));
  EXPECT_EQ(world_.pipeline->gaps(), 1u);
  EXPECT_EQ(world_.pipeline->trouble(), "");
}

TEST_F(PipelineRotTest, NoCommitCoversAGapThatTheLedgerLacks) {
  spoil(1);
  for (int i = 0; i < 2; ++i) world_.files.fail_sync_once({"/gaps.jsonl.new", ErrorCode::overload});
  world_.start();
  await_caught_up();
  Result<> flushed;
  do flushed = world_.store->flush();
  while (!flushed && flushed.error().code == ErrorCode::overload);
  ASSERT_TRUE(flushed) << flushed.error().message;
  EXPECT_EQ(world_.files.sync_failures_left(), 0u);
  EXPECT_THAT(ledger(), HasSubstr(R"("what":"rotten_records","expected":1,"next":2})"));
}

TEST_F(PipelineRotTest, RotAtTheEndKeepsNobodyFromBeingReady) {
  spoil(2);
  world_.start();
  await_caught_up();
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(0, 1));
  Position position = world_.send("lsst.sal.a", reading(SchemaId(1), 1.7e9 + 9, 9));
  EXPECT_TRUE(world_.pipeline->await_applied(ConnectorName("efd"), position, {})->stored)
      << "intake goes on";
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(0, 1, 9));
}

TEST_F(PipelineRotTest, WhatARepairHasDroppedIsAGapToo) {
  spoil(2);
  broker::CommitLogOptions options;
  options.path = "/data/log";
  auto dropped =
      broker::CommitLog::repair(world_.files, system::real_clock(), options, broker::Repair::drop);
  ASSERT_TRUE(dropped) << dropped.error().message;
  ASSERT_EQ(dropped->size(), 1u);
  world_.start();
  await_caught_up();
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(0, 1));
  EXPECT_THAT(ledger(), HasSubstr(R"("what":"rotten_records","expected":2,"next":3})"));
}

}  // namespace
}  // namespace efd::pipeline
