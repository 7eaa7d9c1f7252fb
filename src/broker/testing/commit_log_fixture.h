// SPDX-License-Identifier: MIT
// For tests of the commit log: a log without threads over a file system in memory, and batches.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "broker/batch_builder.h"
#include "broker/commit_log.h"
#include "broker/testing/stepped_log.h"
#include "system/clock.h"
#include "system/memory_file_system.h"

namespace efd::broker {

struct ProducerStamp {
  int64_t id = -1;
  int16_t epoch = 0;
  int32_t sequence = 0;
};

// A batch of records without keys, all with the same time.
inline std::string make_batch(const std::vector<std::string>& values, int64_t timestamp_ms = 1000,
                              ProducerStamp producer = {},
                              codec::Compression compression = codec::Compression::none) {
  BatchBuilder builder;
  for (const std::string& value : values) builder.add({timestamp_ms, std::nullopt, value});
  BatchIdentity identity;
  identity.producer_id = producer.id;
  if (producer.id >= 0) {
    identity.producer_epoch = producer.epoch;
    identity.base_sequence = producer.sequence;
  }
  return std::string(*builder.finish(identity, compression));
}

class CommitLogTest : public ::testing::Test {
 protected:
  void open() {
    auto log = CommitLog::open(files_, clock_, options_);
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
  }
  // As if the process were killed: what was written stays.
  void kill_and_open() {
    log_.reset();
    open();
  }
  PartitionHandle create(const std::string& name, TopicConfig config = {}, int32_t partitions = 1) {
    NewTopic topic{TopicName(name), partitions, 1, std::move(config)};
    auto created = log_->create_topic(topic);
    EXPECT_TRUE(created) << created.error().message;
    return find(name);
  }
  PartitionHandle find(const std::string& name, int32_t partition = 0) {
    return log_->partition(TopicName(name), Partition(partition));
  }
  Appended append(const PartitionHandle& partition, const std::string& value) {
    return log_->append(*partition, make_batch({value}), false);
  }
  Result<> trim(LogPartition& partition, Offset below) {
    const CommitLog::Trim trim{&partition, below};
    return log_->trim({&trim, 1});
  }
  void commit() { ASSERT_TRUE(log_->commit_now()); }
  void checkpoint() {
    auto done = log_->checkpoint_now();
    ASSERT_TRUE(done) << done.error().message;
  }

  // All values from `from` on, whether in memory or in segments.
  std::vector<std::string> values(const PartitionHandle& partition, int64_t from = 0,
                                  See see = See::appended) {
    std::vector<std::string> values;
    Offset next(from);
    while (true) {
      auto fetched = log_->read(*partition, next, 1 << 20, see);
      if (fetched && fetched->is_cold) fetched = log_->read_cold(*partition, next, 1 << 20, see);
      if (!fetched) {
        ADD_FAILURE() << fetched.error().message;
        return values;
      }
      if (fetched->batches.empty()) return values;
      for (std::string_view batch : fetched->batches) {
        Records records;
        auto decoded = decode_batch(batch, next, records);
        EXPECT_TRUE(decoded);
        for (const RecordView& record : records.views) {
          EXPECT_GE(record.offset, next);
          values.emplace_back(record.value.value_or("null"));
        }
        next = BatchHeader::read(batch.data()).next_offset();
      }
    }
  }
  using Values = std::vector<std::string>;

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(1'700'000'000'000)};
  CommitLogOptions options_ = stepped_log_options();
  std::unique_ptr<CommitLog> log_;
};

}  // namespace efd::broker
