// SPDX-License-Identifier: MIT
#include "broker/commit_log.h"

#include <set>

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

TEST_F(CommitLogTest, BatchesAreCheckedAsKafkaDoes) {
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
  EXPECT_EQ(log_->state(*a).log_end, Offset(1));
  EXPECT_EQ(log_->stats().refused_batches, 13u);
  auto compacted = create("c", {{"cleanup.policy", "compact"}});
  EXPECT_EQ(log_->append(*compacted, good, false).error, AppendError::invalid_record);
}

TEST_F(CommitLogTest, IdempotentProducersRepeatAndSkip) {
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

TEST_F(CommitLogTest, ProducerStateSurvivesInCheckpointsAndInTheWal) {
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

TEST_F(CommitLogTest, SequencesWrap) {
  open();
  auto a = create("a");
  constexpr int32_t kMax = 0x7fffffff;
  log_->append(*a, make_batch({"1", "2"}, 1000, {7, 0, kMax}), false);
  EXPECT_EQ(log_->append(*a, make_batch({"3"}, 1000, {7, 0, 1}), false).error, AppendError::none);
}

TEST_F(CommitLogTest, ProducerIdsAreNeverGivenTwice) {
  open();
  std::set<int64_t> ids;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1500; ++i) EXPECT_TRUE(ids.insert(log_->new_producer_id()->value()).second);
    if (round == 1) checkpoint();
    kill_and_open();
  }
}

TEST_F(CommitLogTest, AppendTimeTopicsStampByTheLogsClock) {
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

TEST_F(CommitLogTest, AppendsAreRefusedAtTheBoundAndGoOnAfterACheckpoint) {
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

TEST_F(CommitLogTest, AFailedSyncStopsIntakeForGoodAndReadingGoesOn) {
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

TEST_F(CommitLogTest, AFullDiskStopsIntakeUntilThereIsRoom) {
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

TEST_F(CommitLogTest, IntakeStopsWhileTheReserveOfTheDiskIsTouched) {
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

TEST_F(CommitLogTest, ACleanRestartReplaysNothing) {
  open();
  auto a = create("a");
  append(a, "v");
  ASSERT_TRUE(log_->close());
  kill_and_open();
  EXPECT_EQ(log_->stats().recovered_batches, 0u);
  EXPECT_EQ(log_->stats().checkpoints, 0u);
  EXPECT_EQ(values(find("a")), (Values{"v"}));
  EXPECT_EQ(append(find("a"), "w").base_offset, Offset(1));
  commit();
  kill_and_open();
  EXPECT_EQ(log_->stats().recovered_batches, 1u);
  EXPECT_EQ(values(find("a")), (Values{"v", "w"}));
}

}  // namespace
}  // namespace efd::broker
