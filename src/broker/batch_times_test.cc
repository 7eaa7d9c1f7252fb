// SPDX-License-Identifier: MIT
// What a batch's header says of times is not believed: the log goes by the records.
#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"

namespace efd::broker {
namespace {

using codec::Compression;

class BatchTimesTest : public CommitLogTest {
 protected:
  int64_t now() { return clock_.now().ms(); }
  void advance_ms(int64_t ms) { clock_.advance_ns(ms * kNsPerMs); }

  static std::string batch_of(const std::vector<int64_t>& times,
                              Compression compression = Compression::none) {
    BatchBuilder builder;
    for (int64_t time : times) builder.add({time, std::nullopt, "v"});
    return std::string(*builder.finish({}, compression));
  }
  template <class Change>
  static std::string changed(std::string batch, Change change) {
    BatchHeader header = BatchHeader::read(batch.data());
    change(header);
    header.write(batch.data());
    store_big(batch.data() + 17, computed_batch_crc(batch));
    return batch;
  }
  static std::string claiming(int64_t max_timestamp_ms, const std::vector<int64_t>& times,
                              Compression compression = Compression::none) {
    return changed(batch_of(times, compression),
                   [&](BatchHeader& header) { header.max_timestamp_ms = max_timestamp_ms; });
  }
  AppendError add(const PartitionHandle& partition, const std::string& batch) {
    return log_->append(*partition, batch, false).error;
  }
  // What is stored of the batch with `offset`; its CRC is right.
  BatchHeader stored(const PartitionHandle& partition, int64_t offset) {
    auto fetched = log_->read(*partition, Offset(offset), 1, See::appended);
    if (fetched && fetched->is_cold)
      fetched = log_->read_cold(*partition, Offset(offset), 1, See::appended);
    EXPECT_TRUE(fetched && !fetched->batches.empty());
    auto header = check_batch(fetched->batches.at(0));
    EXPECT_TRUE(header) << header.error().message;
    return header ? *header : BatchHeader();
  }
  int64_t by_time(const PartitionHandle& partition, int64_t time) {
    return log_->find_by_time(*partition, time)->value_or(OffsetAndTime{}).offset.value();
  }
  int64_t by_max(const PartitionHandle& partition) {
    return log_->find_max_time(*partition)->value_or(OffsetAndTime{}).offset.value();
  }
  int64_t start(const PartitionHandle& partition) {
    EXPECT_TRUE(log_->retain_now());
    return log_->state(*partition).log_start.value();
  }
};

TEST_F(BatchTimesTest, TheStoredHeaderHasTheGreatestTimeOfItsRecords) {
  open();
  auto a = create("a");
  int64_t end = 0;
  for (Compression compression : {Compression::none, Compression::gzip, Compression::snappy,
                                  Compression::lz4, Compression::zstd}) {
    for (int64_t claim : {int64_t{-1}, int64_t{0}, int64_t{400}, int64_t{1} << 62, INT64_MIN}) {
      ASSERT_EQ(add(a, claiming(claim, {100, 500, 300}, compression)), AppendError::none);
      EXPECT_EQ(stored(a, end).max_timestamp_ms, 500) << codec::to_string(compression) << claim;
      EXPECT_EQ(stored(a, end).base_timestamp_ms, 100);
      end += 3;
    }
  }
  checkpoint();
  EXPECT_EQ(stored(a, 0).max_timestamp_ms, 500);
}

TEST_F(BatchTimesTest, ARightHeaderIsStoredByteForByte) {
  open();
  auto a = create("a");
  std::string batch = batch_of({100, 500, 300}, Compression::zstd);
  ASSERT_EQ(add(a, batch), AppendError::none);
  EXPECT_EQ(log_->read(*a, Offset(0), 1, See::appended)->batches.at(0), batch);
}

// In memory, in segments, and after a kill with both.
TEST_F(BatchTimesTest, LookUpsFindWhatOldSaramaWrote) {
  options_.recent_bytes_max = 0;
  open();
  auto a = create("a");
  ASSERT_EQ(add(a, claiming(-1, {100, 200})), AppendError::none);
  ASSERT_EQ(add(a, claiming(-1, {300, 400}, Compression::snappy)), AppendError::none);
  auto check = [&] {
    EXPECT_EQ(by_time(a, 0), 0);
    EXPECT_EQ(by_time(a, 150), 1);
    EXPECT_EQ(by_time(a, 201), 2);
    EXPECT_EQ(by_time(a, 401), -1);
    EXPECT_EQ(by_max(a), 3);
  };
  commit();
  check();
  kill_and_open();
  a = find("a");
  check();
  checkpoint();
  check();
  kill_and_open();
  a = find("a");
  check();
}

TEST_F(BatchTimesTest, AHeaderAboveItsRecordsHidesNothing) {
  options_.recent_bytes_max = 0;
  open();
  auto a = create("a");
  ASSERT_EQ(add(a, claiming(10'000, {100})), AppendError::none);
  ASSERT_EQ(add(a, batch_of({200})), AppendError::none);
  commit();
  EXPECT_EQ(by_time(a, 150), 1);
  EXPECT_EQ(by_max(a), 1);
  checkpoint();
  EXPECT_EQ(by_time(a, 150), 1);
  EXPECT_EQ(by_time(a, 201), -1);
  EXPECT_EQ(by_max(a), 1);
}

TEST_F(BatchTimesTest, RetentionGoesByTheRecords) {
  open();
  auto a = create("a", {{"retention.ms", "86400000"}});
  ASSERT_EQ(add(a, claiming(0, {now()})), AppendError::none);
  checkpoint();
  advance_ms(60'000);
  EXPECT_EQ(start(a), 0);
  advance_ms(86'400'000);
  EXPECT_EQ(start(a), 1);
}

TEST_F(BatchTimesTest, ABatchWithoutTimesIsAsOldAsItsAppend) {
  open();
  auto a = create("a", {{"retention.ms", "10000"}});
  ASSERT_EQ(add(a, claiming(5, {-1, -1})), AppendError::none);
  EXPECT_EQ(stored(a, 0).max_timestamp_ms, -1);
  ASSERT_EQ(add(a, batch_of({-7})), AppendError::none);
  commit();
  EXPECT_EQ(by_time(a, 0), -1);
  EXPECT_EQ(by_max(a), -1);
  checkpoint();
  EXPECT_EQ(by_time(a, 0), -1);
  EXPECT_EQ(by_max(a), -1);
  advance_ms(10'000);
  EXPECT_EQ(start(a), 0);
  advance_ms(1);
  EXPECT_EQ(start(a), 3);
}

TEST_F(BatchTimesTest, ABatchWithoutTimesKeepsTheSegmentThatItSharesWithAnOldOne) {
  open();
  auto a = create("a", {{"retention.ms", "100000"}});
  ASSERT_EQ(add(a, batch_of({now() - 90'000})), AppendError::none);
  ASSERT_EQ(add(a, batch_of({-1})), AppendError::none);
  checkpoint();
  kill_and_open();
  a = find("a");
  EXPECT_EQ(by_time(a, 1), 0);  // and is passed over itself
  EXPECT_EQ(by_time(a, now()), -1);
  advance_ms(20'000);
  EXPECT_EQ(start(a), 0);
  advance_ms(80'001);
  EXPECT_EQ(start(a), 2);
}

TEST_F(BatchTimesTest, AbsurdTimesNeitherKeepNorHideAnything) {
  open();
  auto a = create("a", {{"retention.ms", "10000"}});
  ASSERT_EQ(add(a, batch_of({int64_t{1} << 62, INT64_MIN, INT64_MAX, -1})), AppendError::none);
  EXPECT_EQ(stored(a, 0).max_timestamp_ms, INT64_MAX);
  ASSERT_EQ(add(a, batch_of({now()})), AppendError::none);
  commit();
  EXPECT_EQ(by_max(a), 2);
  EXPECT_EQ(by_time(a, 1), 0);
  checkpoint();
  advance_ms(10'001);
  EXPECT_EQ(start(a), 5);
  // Sums of base time and delta that wrap are the times that consumers see.
  std::string wraps = changed(batch_of({5, 6}), [](BatchHeader& header) {
    header.base_timestamp_ms = INT64_MAX;
    header.max_timestamp_ms = INT64_MAX;
  });
  ASSERT_EQ(add(a, wraps), AppendError::none);
  EXPECT_EQ(stored(a, 5).max_timestamp_ms, INT64_MAX);
  auto strict = create("strict", {{"message.timestamp.after.max.ms", "3600000"}});
  EXPECT_EQ(add(strict, claiming(now(), {now(), int64_t{1} << 62})),
            AppendError::invalid_timestamp);
}

TEST_F(BatchTimesTest, TheAppendTimeIsTheLogsToSay) {
  open();
  auto flagged = [&](const std::string& batch) {
    return changed(batch, [](BatchHeader& header) { header.attributes |= kAppendTimeAttribute; });
  };
  auto a = create("a");
  ASSERT_EQ(add(a, flagged(claiming(9000, {100, 200}))), AppendError::none);
  EXPECT_FALSE(stored(a, 0).has_append_time());
  EXPECT_EQ(stored(a, 0).max_timestamp_ms, 200);
  auto b = create("b", {{"message.timestamp.type", "LogAppendTime"}});
  EXPECT_EQ(add(b, flagged(claiming(9000, {100, 200}))), AppendError::invalid_timestamp);
  ASSERT_EQ(add(b, claiming(-1, {100, int64_t{1} << 62}, Compression::lz4)), AppendError::none);
  EXPECT_TRUE(stored(b, 0).has_append_time());
  EXPECT_EQ(stored(b, 0).max_timestamp_ms, now());
  commit();
  EXPECT_EQ(by_time(b, now()), 0);
  EXPECT_EQ(by_time(b, now() + 1), -1);
  EXPECT_EQ(by_max(b), 0);
}

TEST_F(BatchTimesTest, CountsAndOffsetsInsideABatchAreNotBelieved) {
  open();
  auto a = create("a");
  std::string two = batch_of({1, 2});
  auto claims = [&](int32_t count, int32_t last_delta) {
    return changed(two, [&](BatchHeader& header) {
      header.record_count = count;
      header.last_offset_delta = last_delta;
    });
  };
  EXPECT_EQ(add(a, claims(1, 0)), AppendError::invalid_record);
  EXPECT_EQ(add(a, claims(3, 2)), AppendError::invalid_record);
  EXPECT_EQ(add(a, claims(INT32_MAX, INT32_MAX - 1)), AppendError::invalid_record);
  // The second record says that it is the first, too.
  std::string same = two;
  size_t record_bytes = (two.size() - kBatchHeaderBytes) / 2;
  same[kBatchHeaderBytes + record_bytes + 3] = '\0';
  EXPECT_EQ(add(a, changed(same, [](BatchHeader&) {})), AppendError::invalid_record);
  EXPECT_EQ(log_->state(*a).log_end, Offset(0));
}

TEST_F(BatchTimesTest, ABatchThatUnpacksBeyondTheBoundIsRefused) {
  open();
  auto a = create("a");
  BatchBuilder builder;
  builder.add({1, std::nullopt, std::string(kBatchPlainBytesMax, 'x')});
  std::string bomb(*builder.finish({}, Compression::zstd));
  Appended refused = log_->append(*a, bomb, false);
  EXPECT_EQ(refused.error, AppendError::invalid_record);
  EXPECT_NE(refused.message.find("67108864"), std::string::npos) << refused.message;
}

// Records below the log's start count no more, also within a batch.
TEST_F(BatchTimesTest, LookUpsBeginWhereTheLogStarts) {
  options_.recent_bytes_max = 0;
  open();
  auto a = create("a");
  ASSERT_EQ(add(a, batch_of({900, 100, 200})), AppendError::none);
  ASSERT_EQ(add(a, batch_of({300})), AppendError::none);
  commit();
  ASSERT_TRUE(trim(*a, Offset(1)));
  auto check = [&] {
    EXPECT_EQ(by_time(a, 0), 1);
    EXPECT_EQ(by_time(a, 250), 3);
    EXPECT_EQ(by_time(a, 900), -1);
    EXPECT_EQ(by_max(a), 3);
  };
  check();
  checkpoint();
  check();
}

}  // namespace
}  // namespace efd::broker
