// SPDX-License-Identifier: MIT
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"
#include "broker/testing/skipping_file_system.h"

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

TEST_F(CommitLogTest, FindsByTimeInSegmentsAndInMemory) {
  options_.segment_bytes = 300;
  options_.recent_bytes_max = 0;
  open();
  auto a = create("a");
  for (int64_t t : {100, 300, 200, 500, 400}) {
    log_->append(*a, make_batch({"v", "w"}, t), false);
    checkpoint();
  }
  log_->append(*a, make_batch({"v"}, 600), false);
  commit();
  auto find = [&](int64_t t) { return (*log_->find_by_time(*a, t)).value_or(OffsetAndTime{}); };
  EXPECT_EQ(find(0).offset, Offset(0));
  EXPECT_EQ(find(101).offset, Offset(2));
  EXPECT_EQ(find(101).timestamp_ms, 300);
  EXPECT_EQ(find(301).offset, Offset(6));
  EXPECT_EQ(find(501).offset, Offset(10));
  EXPECT_EQ(find(601).offset, Offset(-1));
  EXPECT_EQ((*log_->find_max_time(*a))->offset, Offset(10));
}

TEST_F(CommitLogTest, ReadsWithinTheRangeOnly) {
  open();
  auto a = create("a");
  append(a, "v");
  EXPECT_EQ(log_->read(*a, Offset(2), 1, See::appended).error().code, ErrorCode::bad_input);
  EXPECT_EQ(log_->read(*a, Offset(-1), 1, See::appended).error().code, ErrorCode::bad_input);
  EXPECT_TRUE(log_->read(*a, Offset(1), 1, See::appended)->batches.empty());
  ASSERT_TRUE(log_->delete_topic(TopicName("a")));
  EXPECT_EQ(log_->read(*a, Offset(0), 1, See::appended).error().code, ErrorCode::not_found);
  EXPECT_EQ(append(a, "v").error, AppendError::unknown_topic_or_partition);
}

TEST_F(CommitLogTest, OneWholeBatchComesEvenWhenItIsLarger) {
  open();
  auto a = create("a");
  append(a, std::string(1000, 'x'));
  append(a, "y");
  EXPECT_EQ(log_->read(*a, Offset(0), 1, See::appended)->batches.size(), 1u);
  checkpoint();
  kill_and_open();
  EXPECT_EQ(log_->read_cold(*find("a"), Offset(0), 1, See::appended)->batches.size(), 1u);
  EXPECT_EQ(log_->read_cold(*find("a"), Offset(0), 1 << 20, See::appended)->batches.size(), 2u);
}

TEST_F(CommitLogTest, ADeletedTopicMadeAnewIsAnother) {
  open();
  auto a = create("a");
  append(a, "old");
  checkpoint();
  TopicId old_id = log_->find_topic(TopicName("a"))->id;
  ASSERT_TRUE(log_->delete_topic(TopicName("a")));
  EXPECT_FALSE(*files_.exists("/log/a-0"));
  auto anew = create("a");
  EXPECT_EQ(append(anew, "new").base_offset, Offset(0));
  EXPECT_NE(log_->find_topic(TopicName("a"))->id, old_id);
  EXPECT_EQ(log_->partition(old_id, Partition(0)), nullptr);
  commit();
  kill_and_open();
  EXPECT_EQ(values(find("a")), (Values{"new"}));
}

TEST_F(CommitLogTest, TopicNamesAndSettingsAreChecked) {
  open();
  create("a.b");
  auto code = [&](NewTopic topic) { return log_->create_topic(topic).error().code; };
  EXPECT_EQ(code({TopicName("a_b"), 1, 1, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName("a.b"), 1, 1, {}}), ErrorCode::conflict);
  EXPECT_EQ(code({TopicName(""), 1, 1, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName(".."), 1, 1, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName(std::string(250, 'a')), 1, 1, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName("c"), 0, 1, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName("c"), 100'001, 1, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName("c"), 1, 0, {}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName("c"), 1, 1, {{"no.such.thing", "1"}}}), ErrorCode::bad_input);
  EXPECT_EQ(code({TopicName("c"), 1, 1, {{"segment.bytes", "1"}}}), ErrorCode::bad_input);
  EXPECT_TRUE(log_->check_new_topic({TopicName("c"), 1, 3, {{"flush.ms", "1"}}}));
  EXPECT_FALSE(log_->find_topic(TopicName("c")));
  for (const ConfigEntry& entry : log_->config(TopicName("a.b"))) {
    EXPECT_TRUE(entry.is_default);
    if (entry.name == "retention.ms") {
      EXPECT_EQ(entry.value, "86400000");
    }
  }
}

TEST_F(CommitLogTest, EverySettingAcceptsItsOwnDefault) {
  open();
  create("a");
  TopicConfig all;
  for (const ConfigEntry& entry : log_->config(TopicName("a"))) all[entry.name] = entry.value;
  EXPECT_GT(all.size(), 30u);
  EXPECT_TRUE(log_->create_topic({TopicName("b"), 1, 1, all}));
}

class Counter : public CommitLog::Waiter {
 public:
  void on_new_data(LogPartition&) override { ++count; }
  int count = 0;
};

TEST_F(CommitLogTest, WaitersAreToldOfTheEndThatTheyWatch) {
  open();
  auto a = create("a");
  auto lazy = create("lazy", {{"efd.durability", "os"}});
  Counter appended, durable, lazily;
  log_->watch(*a, appended, See::appended);
  log_->watch(*a, durable, See::durable);
  log_->watch(*lazy, lazily, See::durable);
  append(a, "v");
  append(a, "w");
  append(lazy, "v");
  EXPECT_EQ(appended.count, 0);
  ASSERT_TRUE(log_->write_out());
  EXPECT_EQ(appended.count, 1);
  EXPECT_EQ(durable.count, 0);
  EXPECT_EQ(lazily.count, 1);
  commit();
  EXPECT_EQ(appended.count, 1);
  EXPECT_EQ(durable.count, 1);
  log_->unwatch(*a, appended);
  ASSERT_TRUE(log_->delete_topic(TopicName("a")));
  EXPECT_EQ(appended.count, 1);
  EXPECT_EQ(durable.count, 2);
}

TEST_F(CommitLogTest, TenThousandPartitionsWork) {
  open();
  create("wide", {}, 10'000);
  for (int32_t p = 0; p < 10'000; p += 20) append(find("wide", p), std::to_string(p));
  checkpoint();
  for (int32_t p = 0; p < 10'000; p += 7) append(find("wide", p), "again");
  commit();
  kill_and_open();
  EXPECT_EQ(log_->state(*find("wide", 9980)).log_end, Offset(1));
  EXPECT_EQ(log_->state(*find("wide", 9981)).log_end, Offset(0));
  EXPECT_EQ(values(find("wide", 140)), (Values{"140", "again"}));
}

// However many partitions there are to write, a stop waits for one write and one sync, and the next
// start does not write them either.
TEST_F(CommitLogTest, AStopSyncsTheWalAndNothingElse) {
  open();
  create("wide", {}, 500);
  for (int32_t p = 0; p < 500; ++p) append(find("wide", p), std::to_string(p));
  uint64_t changes = files_.changes();
  ASSERT_TRUE(log_->close());
  EXPECT_EQ(files_.changes() - changes, 3u) << "a write, its sync, and the mark that it is done";
  changes = files_.changes();
  kill_and_open();
  EXPECT_LE(files_.changes() - changes, 10u);
  EXPECT_EQ(log_->stats().recovered_batches, 500u);
  EXPECT_EQ(log_->stats().checkpoints, 0u);
  EXPECT_EQ(append(find("wide", 77), "more").base_offset, Offset(1));
  checkpoint();
  kill_and_open();
  EXPECT_EQ(log_->stats().recovered_batches, 0u);
  EXPECT_EQ(values(find("wide", 77)), (Values{"77", "more"}));
}

TEST_F(CommitLogTest, ManyRestartsLeaveOneFileOfTheWalMoreAtMost) {
  open();
  append(create("a"), "v");
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(log_->close());
    kill_and_open();
  }
  EXPECT_LE(files_.list("/log/wal")->size(), 2u);
  EXPECT_EQ(values(find("a")), (Values{"v"}));
}

// The first sync of a segment file waits until the log is being closed.
TEST_F(CommitLogTest, AFileOfTheWalGivesItsRoomBackThoughSomebodyHoldsItOpen) {
  open();
  append(create("a"), "v");
  commit();
  auto held = *files_.open("/log/wal/00000000000000000001.wal", system::Open::read);
  EXPECT_GT(*held->size(), 40u);
  checkpoint();
  EXPECT_FALSE(*files_.exists("/log/wal/00000000000000000001.wal"));
  EXPECT_EQ(*held->size(), 0u);
  kill_and_open();
  EXPECT_EQ(values(find("a")), (Values{"v"}));
}

TEST(CommitLogStop, GivesUpACheckpointThatIsBeingMade) {
  std::promise<void> began, may_go_on;
  std::shared_future<void> go = may_go_on.get_future().share();
  std::atomic<int> segment_syncs{0};
  SkippingFileSystem files([&](const SyncCall& call) {
    if (!call.path.ends_with(".log") || call.is_directory) return false;
    if (++segment_syncs == 1) began.set_value();
    go.wait();
    return false;
  });
  system::FakeClock clock(UtcTime::from_ms(1'700'000'000'000));
  CommitLogOptions options;
  options.path = "/log";
  options.sync_threads = 1;
  options.disk_reserve_bytes = 0;
  options.checkpoint_bytes = 1000;
  auto log = *CommitLog::open(files, clock, options);
  ASSERT_TRUE(log->create_topic({TopicName("wide"), 50, 1, {}}));
  for (int32_t p = 0; p < 50; ++p) {
    auto partition = log->partition(TopicName("wide"), Partition(p));
    ASSERT_EQ(log->append(*partition, make_batch({"v"}), false).error, AppendError::none);
  }
  log->start_housekeeping();
  began.get_future().wait();
  auto closed = std::async(std::launch::async, [&] { return log->close(); });
  auto first = log->partition(TopicName("wide"), Partition(0));
  while (log->append(*first, make_batch({"late"}), false).error != AppendError::storage)
    std::this_thread::yield();
  may_go_on.set_value();
  EXPECT_TRUE(closed.get());
  EXPECT_EQ(segment_syncs, 1);
  log.reset();
  log = *CommitLog::open(files, clock, options);
  for (int32_t p = 0; p < 50; ++p)
    EXPECT_GE(log->state(*log->partition(TopicName("wide"), Partition(p))).log_end, Offset(1));
}

}  // namespace
}  // namespace efd::broker
