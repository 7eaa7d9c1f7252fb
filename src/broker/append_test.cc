// SPDX-License-Identifier: MIT
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"

namespace efd::broker {
namespace {

// What is taken in, and what is not.
using CommitLogAppendTest = CommitLogTest;

TEST_F(CommitLogAppendTest, BatchesAreCheckedAsKafkaDoes) {
  open();
  auto a = create("a", {{"max.message.bytes", "1000"}, {"message.timestamp.after.max.ms", "1000"}});
  auto error_of = [&](std::string_view batch) { return log_->append(*a, batch, false).error; };
  std::string good = make_batch({"v"});
  EXPECT_EQ(error_of(good), AppendError::none);
  EXPECT_EQ(error_of(make_batch({std::string(1000, 'x')})), AppendError::message_too_large);
  EXPECT_EQ(error_of(good + good), AppendError::corrupt_message);
  EXPECT_EQ(error_of(std::string_view(good).substr(0, 30)), AppendError::corrupt_message);
  EXPECT_EQ(error_of(""), AppendError::corrupt_message);
  std::string spoilt = good;
  spoilt.back() ^= 1;
  EXPECT_EQ(error_of(spoilt), AppendError::corrupt_message);
  spoilt = good;
  spoilt[16] = 1;
  EXPECT_EQ(error_of(spoilt), AppendError::invalid_record);
  EXPECT_EQ(error_of(make_batch({"v"}, clock_.now().ms() + 2000)), AppendError::invalid_timestamp);
  auto changed = [&](auto change) {
    BatchHeader header = BatchHeader::read(good.data());
    change(header);
    std::string batch = good;
    header.write(batch.data());
    store_big(batch.data() + 17, computed_batch_crc(batch));
    return batch;
  };
  EXPECT_EQ(error_of(changed([](auto& header) { header.record_count = 2; })),
            AppendError::invalid_record);
  EXPECT_EQ(error_of(changed([](auto& header) { header.record_count = 0; })),
            AppendError::invalid_record);
  EXPECT_EQ(error_of(changed([](auto& header) { header.attributes = 0x20; })),
            AppendError::invalid_record);
  EXPECT_EQ(error_of(changed([](auto& header) { header.attributes = 5; })),
            AppendError::unsupported_compression);
  EXPECT_EQ(error_of(changed([](auto& header) { header.attributes = 4; })),
            AppendError::invalid_record);  // no zstd inside
  EXPECT_EQ(error_of(changed([](auto& header) { header.producer_id = 1; })),
            AppendError::invalid_record);  // without a sequence
  EXPECT_EQ(error_of(changed([](auto& header) { header.producer_id = -2; })),
            AppendError::invalid_record);
  EXPECT_EQ(log_->state(*a).log_end, Offset(1));
  EXPECT_EQ(log_->stats().refused_batches, 14u);
  auto compacted = create("c", {{"cleanup.policy", "compact"}});
  EXPECT_EQ(log_->append(*compacted, good, false).error, AppendError::invalid_record);
}

TEST_F(CommitLogAppendTest, IdempotentProducersRepeatAndSkip) {
  open();
  auto a = create("a");
  auto append = [&](int16_t epoch, int32_t sequence, const Values& values) {
    return log_->append(*a, make_batch(values, 1000, {7, epoch, sequence}), false);
  };
  EXPECT_EQ(append(0, 5, {"any start"}).base_offset, Offset(0));
  Appended first = append(0, 6, {"b", "c"});
  EXPECT_EQ(first.base_offset, Offset(1));
  Appended again = append(0, 6, {"b", "c"});
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.base_offset, Offset(1));
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(append(0, 9, {"gap"}).error, AppendError::out_of_order_sequence);
  EXPECT_EQ(append(1, 3, {"new epoch, not from 0"}).error, AppendError::out_of_order_sequence);
  EXPECT_EQ(append(1, 0, {"new epoch"}).error, AppendError::none);
  EXPECT_EQ(append(0, 8, {"old epoch"}).error, AppendError::invalid_producer_epoch);
  for (int32_t i = 1; i <= 5; ++i) append(1, i, {"x"});
  EXPECT_TRUE(append(1, 1, {"x"}).duplicate);
  EXPECT_EQ(append(1, 0, {"sixth last"}).error, AppendError::out_of_order_sequence);
  EXPECT_EQ(log_->state(*a).log_end, Offset(9));
}

TEST_F(CommitLogAppendTest, ProducerStateSurvivesInCheckpointsAndInTheWal) {
  open();
  auto a = create("a");
  log_->append(*a, make_batch({"1"}, 1000, {7, 2, 0}), false);
  checkpoint();
  log_->append(*a, make_batch({"2"}, 1000, {7, 2, 1}), false);
  commit();
  kill_and_open();
  a = find("a");
  Appended first = log_->append(*a, make_batch({"1"}, 1000, {7, 2, 0}), false);
  EXPECT_TRUE(first.duplicate);
  EXPECT_LE(first.sequence, log_->durable_sequence());
  EXPECT_EQ(log_->append(*a, make_batch({"2"}, 1000, {7, 2, 1}), false).base_offset, Offset(1));
  EXPECT_EQ(log_->append(*a, make_batch({"3"}, 1000, {7, 2, 2}), false).base_offset, Offset(2));
  clock_.advance_ns(25LL * 3600 * kNsPerSecond);
  checkpoint();  // forgets who has been silent for a day
  EXPECT_EQ(log_->append(*a, make_batch({"9"}, 1000, {7, 2, 77}), false).error, AppendError::none);
}

TEST_F(CommitLogAppendTest, SequencesWrap) {
  open();
  auto a = create("a");
  constexpr int32_t kMax = 0x7fffffff;
  log_->append(*a, make_batch({"1", "2"}, 1000, {7, 0, kMax}), false);
  EXPECT_EQ(log_->append(*a, make_batch({"3"}, 1000, {7, 0, 1}), false).error, AppendError::none);
}

TEST_F(CommitLogAppendTest, ProducerIdsAreNeverGivenTwice) {
  open();
  std::set<int64_t> ids;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1500; ++i) EXPECT_TRUE(ids.insert(log_->new_producer_id()->value()).second);
    if (round == 1) checkpoint();
    kill_and_open();
  }
}

TEST_F(CommitLogAppendTest, AppendTimeTopicsStampByTheLogsClock) {
  open();
  auto a = create("a", {{"message.timestamp.type", "LogAppendTime"}});
  Appended appended = append(a, "v");
  EXPECT_EQ(appended.log_append_time_ms, clock_.now().ms());
  auto fetched = log_->read(*a, Offset(0), 1000, See::appended);
  BatchHeader header = *check_batch(fetched->batches[0]);
  EXPECT_TRUE(header.has_append_time());
  EXPECT_EQ(header.max_timestamp_ms, clock_.now().ms());
  auto found = log_->find_by_time(*a, 1);
  EXPECT_FALSE(*found) << "not yet below the high watermark";
  commit();
  EXPECT_EQ((*log_->find_by_time(*a, 1))->timestamp_ms, clock_.now().ms());
}

TEST_F(CommitLogAppendTest, AppendsAreRefusedAtTheBoundAndGoOnAfterACheckpoint) {
  options_.wal_bytes_max = 10'000;
  open();
  auto a = create("a");
  while (!log_->is_full()) append(a, std::string(500, 'x'));
  bool has_room = false;
  log_->when_room([&] { has_room = true; });
  EXPECT_FALSE(has_room);
  AppendError error = AppendError::none;
  for (int i = 0; i < 10 && error == AppendError::none; ++i)
    error = append(a, std::string(500, 'x')).error;
  EXPECT_EQ(error, AppendError::overload);
  checkpoint();
  EXPECT_TRUE(has_room);
  EXPECT_EQ(append(a, "v").error, AppendError::none);
}

TEST_F(CommitLogAppendTest, AFailedSyncStopsIntakeForGoodAndReadingGoesOn) {
  open();
  auto a = create("a");
  append(a, "kept");
  commit();
  Appended lost = append(a, "not durable");
  bool told = false;
  log_->when_durable(lost.sequence, [&](const Result<>& result) { told = !result; });
  files_.fail_syncs_of(".wal");
  EXPECT_FALSE(log_->commit_now());
  EXPECT_TRUE(told);
  files_.fail_syncs_of("");
  EXPECT_EQ(append(a, "v").error, AppendError::storage);
  EXPECT_FALSE(log_->commit_now()) << "a failed fsync is never tried again";
  EXPECT_EQ(log_->intake_error()->code, ErrorCode::give_up);
  EXPECT_EQ(values(a, 0, See::durable), (Values{"kept"}));
  EXPECT_FALSE(log_->create_topic({TopicName("b"), 1, 1, {}}));
}

// The files that are open take writes as before, for nobody.
TEST_F(CommitLogAppendTest, ADeletedFolderStopsIntakeForGoodByItself) {
  options_.start_threads = true;
  for (const char* deleted : {"/log", "/log/wal"}) {
    SCOPED_TRACE(deleted);
    log_.reset();
    ASSERT_TRUE(system::remove_tree(files_, "/log"));
    open();
    auto a = create("a");
    append(a, "v");
    commit();
    log_->start_housekeeping();
    ASSERT_TRUE(system::remove_tree(files_, deleted));
    while (!log_->intake_error()) clock_.advance_ns(kNsPerMs);
    EXPECT_EQ(log_->intake_error()->code, ErrorCode::give_up) << log_->intake_error()->message;
    EXPECT_EQ(log_->append(*a, make_batch({"v"}), true).error, AppendError::storage);
    bool is_durable = true;
    log_->when_durable(UINT64_MAX, [&](const Result<>& durable) { is_durable = bool(durable); });
    EXPECT_FALSE(is_durable);
    EXPECT_FALSE(log_->create_topic({TopicName("b"), 1, 1, {}}));
    EXPECT_FALSE(log_->commit_now());
  }
}

TEST_F(CommitLogAppendTest, AFullDiskStopsIntakeUntilThereIsRoom) {
  open();
  auto a = create("a");
  append(a, "kept");
  commit();
  files_.set_capacity_bytes(2000);
  append(a, std::string(3000, 'x'));
  auto written = log_->write_out();
  EXPECT_EQ(written.error().code, ErrorCode::overload);
  EXPECT_EQ(append(a, "v").error, AppendError::storage);
  EXPECT_EQ(log_->intake_error()->code, ErrorCode::overload);
  EXPECT_EQ(values(a, 0, See::durable), (Values{"kept"}));
  files_.set_capacity_bytes(1 << 30);
  ASSERT_TRUE(log_->retain_now());
  EXPECT_EQ(append(a, "after").error, AppendError::none);
  commit();
  kill_and_open();
  EXPECT_EQ(values(find("a")), (Values{"kept", std::string(3000, 'x'), "after"}));
}

TEST_F(CommitLogAppendTest, IntakeStopsWhileTheReserveOfTheDiskIsTouched) {
  options_.disk_reserve_bytes = 10'000;
  open();
  auto a = create("a");
  files_.set_capacity_bytes(5000);
  ASSERT_TRUE(log_->retain_now());
  EXPECT_EQ(append(a, "v").error, AppendError::storage);
  files_.set_capacity_bytes(1 << 30);
  ASSERT_TRUE(log_->retain_now());
  EXPECT_EQ(append(a, "v").error, AppendError::none);
}

}  // namespace
}  // namespace efd::broker
