// SPDX-License-Identifier: MIT
// A log opens and is read whatever its bounds say; what retention may drop goes before the log is
// judged by them.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "broker/testing/commit_log_fixture.h"

namespace efd::broker {
namespace {

class BoundsAtStartTest : public CommitLogTest {
 protected:
  static constexpr int kRecords = 10;

  // A segment for each record; then three of them are more than the log may have.
  void write_too_much() {
    options_.segment_bytes = 1;
    open();
    create("a", {{"retention.ms", "-1"}});
    for (int i = 0; i < kRecords; ++i) append(find("a"), std::string(1000, 'x'));
    checkpoint();
    log_.reset();
    options_.log_bytes_max = 3000;
  }
  size_t count() { return values(find("a"), log_->state(*find("a")).log_start.value()).size(); }
};

TEST_F(BoundsAtStartTest, ALogAboveItsBoundIsRead) {
  write_too_much();
  open();
  log_->hold("sink", [](const TopicName&) { return true; });
  EXPECT_FALSE(log_->intake_error());
  EXPECT_EQ(count(), size_t{kRecords});
  ASSERT_TRUE(log_->retain_now());
  ASSERT_TRUE(log_->intake_error()) << "what is held back is not dropped";
  EXPECT_EQ(log_->intake_error()->code, ErrorCode::overload);
  EXPECT_THAT(log_->intake_error()->message, ::testing::HasSubstr("connector 'sink' has not"));
  EXPECT_EQ(count(), size_t{kRecords});
  EXPECT_EQ(append(find("a"), "refused").error, AppendError::storage);
  log_->release("sink", *find("a"), Offset(kRecords));
  ASSERT_TRUE(log_->retain_now());
  EXPECT_FALSE(log_->intake_error());
  EXPECT_EQ(count(), 2u);
  EXPECT_EQ(append(find("a"), "taken").error, AppendError::none);
}

TEST_F(BoundsAtStartTest, RetentionRunsBeforeTheLogIsJudged) {
  write_too_much();
  options_.start_threads = true;
  options_.retention_check_interval_ms = 3'600'000;
  open();
  log_->start_housekeeping();
  while (log_->stats().dropped_segments == 0) {
    ASSERT_FALSE(log_->intake_error()) << log_->intake_error()->message;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(log_->intake_error());
  EXPECT_EQ(append(find("a"), "taken").error, AppendError::none);
  ASSERT_TRUE(log_->close());
}

TEST_F(BoundsAtStartTest, ANewLogWithLessRoomThanTheReserveOpens) {
  files_.set_capacity_bytes(1 << 20);
  options_.disk_reserve_bytes = 1 << 30;
  open();
  EXPECT_TRUE(log_->topics().empty());
  ASSERT_TRUE(log_->retain_now());
  ASSERT_TRUE(log_->intake_error());
  EXPECT_EQ(log_->intake_error()->code, ErrorCode::overload);
  kill_and_open();
  files_.set_capacity_bytes(4ull << 30);
  ASSERT_TRUE(log_->retain_now());
  append(create("a"), "v");
  EXPECT_EQ(values(find("a")), Values{"v"});
}

TEST_F(BoundsAtStartTest, ANewLogOnADiskWithoutAnyRoomSaysSo) {
  files_.set_capacity_bytes(0);
  auto log = CommitLog::open(files_, clock_, options_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::overload);
  EXPECT_NE(log.error().message.find("/log/"), std::string::npos) << log.error().message;
  EXPECT_NE(log.error().message.find("No space left"), std::string::npos) << log.error().message;
  files_.set_capacity_bytes(1 << 30);
  open();
}

}  // namespace
}  // namespace efd::broker
