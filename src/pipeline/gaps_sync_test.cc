// SPDX-License-Identifier: MIT
// The ledger of gaps on a disk that fails: a line that add() could not make durable is not lost,
// and none that it called durable is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/log.h"
#include "pipeline/gaps.h"
#include "system/memory_file_system.h"

namespace efd::pipeline {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPath = "/d/gaps.jsonl";

Gap gap_at(int64_t offset) {
  return {ConnectorName("efd"),
          {TopicName("t"), Partition(0)},
          Continuity::missed_records,
          Offset(offset),
          Offset(offset + 5)};
}

std::string line_of(int64_t offset) {
  return fmt::format("\"expected\":{},", offset);
}

class FailingGapsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    observe::start_logging(observe::Level::off);
    open();
  }
  void open() {
    auto opened = Gaps::open(files_, system::real_clock(), kPath, "log", metrics_);
    ASSERT_TRUE(opened) << opened.error().message;
    gaps_ = std::move(*opened);
  }
  std::string text() { return *system::read_file(files_, kPath); }

  system::MemoryFileSystem files_;
  observe::Metrics metrics_;
  std::unique_ptr<Gaps> gaps_;
};

TEST_F(FailingGapsTest, ALineThatFoundNoRoomIsWrittenToANewFile) {
  int64_t offset = 100;
  for (const char* part : {"/gaps.jsonl$", "/gaps.jsonl.new", "/d$"}) {
    for (bool drops : {false, true}) {
      ASSERT_TRUE(gaps_->add(gap_at(offset)));
      files_.fail_sync_once({"/gaps.jsonl$", ErrorCode::overload, drops});
      EXPECT_EQ(gaps_->add(gap_at(offset + 1)).error().code, ErrorCode::overload);
      if (std::string_view(part) != "/gaps.jsonl$") {
        files_.fail_sync_once({part, ErrorCode::overload, drops});
        EXPECT_EQ(gaps_->settle().error().code, ErrorCode::overload);
      }
      ASSERT_TRUE(gaps_->settle());
      EXPECT_EQ(files_.sync_failures_left(), 0u);
      EXPECT_EQ(files_.uses_of_given_up_files(), 0u);
      files_.restore_power(static_cast<uint64_t>(offset));
      EXPECT_THAT(text(), HasSubstr(line_of(offset)));
      EXPECT_THAT(text(), HasSubstr(line_of(offset + 1)));
      open();
      offset += 10;
    }
  }
  EXPECT_THAT(text(), HasSubstr(line_of(100))) << "the oldest is still there";
}

TEST_F(FailingGapsTest, AnIoErrorIsForGood) {
  files_.fail_sync_once({"/gaps.jsonl", ErrorCode::give_up});
  EXPECT_EQ(gaps_->add(gap_at(1)).error().code, ErrorCode::give_up);
  EXPECT_EQ(gaps_->settle().error().code, ErrorCode::give_up) << "no commit covers the gap";
}

// What a killed process left unsynced is shown by the kernel, and may be on no disk.
TEST_F(FailingGapsTest, AStartMakesDurableWhatItFinds) {
  for (bool drops : {false, true}) {
    ASSERT_TRUE(gaps_->add(gap_at(1)));
    files_.fail_sync_once({"/gaps.jsonl$", ErrorCode::overload, drops});
    EXPECT_FALSE(gaps_->add(gap_at(2)));
    open();
    EXPECT_EQ(files_.uses_of_given_up_files(), 0u);
    std::string shown = text();
    files_.restore_power(7);
    EXPECT_EQ(text(), shown);
    EXPECT_THAT(text(), HasSubstr(line_of(1)));
    open();
  }
}

TEST_F(FailingGapsTest, AFullDiskOpens) {
  ASSERT_TRUE(gaps_->add(gap_at(1)));
  files_.set_capacity_bytes(0);
  open();
  EXPECT_EQ(gaps_->add(gap_at(2)).error().code, ErrorCode::overload);
  files_.set_capacity_bytes(1 << 20);
  ASSERT_TRUE(gaps_->settle());
  EXPECT_THAT(text(), HasSubstr(line_of(1)));
  EXPECT_THAT(text(), HasSubstr(line_of(2)));
}

}  // namespace
}  // namespace efd::pipeline
