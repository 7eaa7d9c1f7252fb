// SPDX-License-Identifier: MIT
// For tests: what the contract suite of every Broker is written with.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "broker/broker.h"

namespace efd::broker {

using std::chrono::milliseconds;
inline constexpr milliseconds kPatience{20'000};

class BrokerUnderTest {
 public:
  virtual ~BrokerUnderTest() = default;
  virtual Broker& broker() = 0;
  virtual bool has_ids() const = 0;
};

using MakeBroker = std::unique_ptr<BrokerUnderTest> (*)();

struct Got {
  std::string topic;
  int32_t partition;
  int64_t offset;
  std::string value;
  bool operator==(const Got&) const = default;
};

class BrokerContract : public ::testing::TestWithParam<MakeBroker> {
 protected:
  Broker& broker() { return under_test_->broker(); }

  void create(const std::string& name, int32_t partitions = 1) {
    auto created = broker().create_topic({TopicName(name), partitions, 1, {}});
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_EQ(created->name.value(), name);
    EXPECT_EQ(created->partitions, partitions);
  }

  void send(const std::string& topic, const std::vector<std::string>& values, int32_t partition = 0,
            Acks acks = Acks::all) {
    ProducerOptions options;
    options.acks = acks;
    options.linger = milliseconds(1);
    auto producer = *broker().producer(options);
    for (const std::string& value : values) {
      NewRecord record;
      record.topic = TopicName(topic);
      record.partition = Partition(partition);
      record.timestamp_ms = 1'700'000'000'000 + sent_++;
      record.value = value;
      ASSERT_TRUE(producer->send(record));
    }
    ASSERT_TRUE(producer->flush(kPatience));
  }

  std::unique_ptr<Reader> reader(const std::string& regex, ReaderOptions options = {}) {
    options.pattern = {regex};
    auto reader = broker().reader(std::move(options));
    EXPECT_TRUE(reader) << reader.error().message;
    return std::move(*reader);
  }

  // Polls until `count` records have come.
  std::vector<Got> take(Reader& reader, size_t count) {
    std::vector<Got> got;
    auto deadline = std::chrono::steady_clock::now() + kPatience;
    Batch batch;
    while (got.size() < count && std::chrono::steady_clock::now() < deadline) {
      auto polled = reader.poll(milliseconds(100), batch);
      EXPECT_TRUE(polled) << polled.error().message;
      if (!polled) break;
      size_t records = 0;
      for (const Slice& slice : batch.slices()) {
        EXPECT_FALSE(slice.records.empty());
        EXPECT_GT(slice.next, slice.records.back().offset);
        for (const RecordView& record : slice.records)
          got.push_back({slice.source->topic.value(), slice.source->partition.value(),
                         record.offset.value(), std::string(record.value.value_or("null"))});
        records += slice.records.size();
      }
      EXPECT_EQ(records, batch.record_count());
    }
    EXPECT_EQ(got.size(), count);
    return got;
  }

  std::unique_ptr<BrokerUnderTest> under_test_ = GetParam()();
  int64_t sent_ = 0;
};

}  // namespace efd::broker
