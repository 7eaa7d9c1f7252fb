// SPDX-License-Identifier: MIT
// For tests: what the contract suites of every broker are written with.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "broker/testing/brokers_under_test.h"
#include "system/clock.h"

namespace efd::broker {

using std::chrono::milliseconds;
inline constexpr milliseconds kPatience{60'000};

struct Got {
  std::string topic;
  int32_t partition;
  int64_t offset;
  std::string value;
  bool operator==(const Got&) const = default;
  auto operator<=>(const Got&) const = default;
};

// Ends a test on a broker that has not what it needs.
#define EFD_CONTRACT_NEEDS(need) \
  if (std::string why_not = under_test_->why_not(need); !why_not.empty()) GTEST_SKIP() << why_not

// Names in tests are without the prefix that this broker's have.
class BrokerContract : public ::testing::TestWithParam<BrokerMaker> {
 protected:
  void SetUp() override {
    under_test_ = GetParam().make();
    if (!under_test_)
      GTEST_SKIP() << "no Apache Kafka at $EFD_TEST_KAFKA: `./dev test --peers` runs this";
  }
  Broker& broker() { return under_test_->broker(); }
  TopicName named(const std::string& name) { return TopicName(under_test_->prefix() + name); }
  std::string plain(const TopicName& name) {
    return name.value().substr(under_test_->prefix().size());
  }
  TopicPattern pattern(const std::string& regex) {
    std::string quoted;
    for (char c : under_test_->prefix()) quoted += c == '.' ? "\\." : std::string(1, c);
    return {quoted + regex};
  }

  void create(const std::string& name, int32_t partitions = 1) {
    NewTopic topic;
    topic.name = named(name);
    topic.partitions = partitions;
    topic.config = {{"retention.ms", "-1"}};  // the tests' records are old
    auto created = under_test_->create_topic(topic);
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_TRUE(eventually([&] {
      for (const TopicDescription& there : own_topics())
        if (there.name == named(name)) return there.partitions == partitions;
      return false;
    })) << name;
  }

  // One broker of a cluster knows before another one.
  bool eventually(const std::function<bool()>& holds) {
    auto deadline = system::real_clock().monotonic_ns_in(kPatience);
    while (!holds()) {
      if (system::real_clock().monotonic_ns() >= deadline) return false;
      system::real_clock().sleep(milliseconds(10));
    }
    return true;
  }

  std::vector<TopicDescription> own_topics() {
    std::vector<TopicDescription> own;
    auto topics = broker().topics();
    EXPECT_TRUE(topics) << topics.error().message;
    for (const TopicDescription& topic : *topics)
      if (topic.name.value().starts_with(under_test_->prefix())) own.push_back(topic);
    return own;
  }

  void send(const std::string& topic, const std::vector<std::string>& values, int32_t partition = 0,
            Acks acks = Acks::all) {
    ProducerOptions options;
    options.acks = acks;
    options.linger = milliseconds(1);
    auto producer = *broker().producer(options);
    for (const std::string& value : values) {
      NewRecord record;
      record.topic = named(topic);
      record.partition = Partition(partition);
      record.timestamp_ms = 1'700'000'000'000 + sent_++;
      record.value = value;
      auto sent = producer->send(record);
      ASSERT_TRUE(sent) << sent.error().message;
    }
    auto flushed = producer->flush(kPatience);
    ASSERT_TRUE(flushed) << flushed.error().message;
  }

  std::unique_ptr<Reader> reader(const std::string& regex, ReaderOptions options = {}) {
    options.pattern = pattern(regex);
    auto reader = broker().reader(std::move(options));
    EXPECT_TRUE(reader) << reader.error().message;
    return std::move(*reader);
  }

  // What one poll finds; nothing when its trouble will pass.
  std::vector<Got> poll(Reader& reader, milliseconds wait) {
    std::vector<Got> got;
    Batch batch;
    auto polled = reader.poll(wait, batch);
    if (!polled && polled.error().code == ErrorCode::retry) {
      trouble_ = polled.error().message;
      return got;
    }
    EXPECT_TRUE(polled) << polled.error().message;
    for (const Slice& slice : batch.slices()) {
      EXPECT_FALSE(slice.records.empty());
      EXPECT_GT(slice.next, slice.records.back().offset);
      for (const RecordView& record : slice.records)
        got.push_back({plain(slice.source->topic), slice.source->partition.value(),
                       record.offset.value(), std::string(record.value.value_or("null"))});
    }
    EXPECT_EQ(got.size(), batch.record_count());
    return got;
  }

  // Polls until `count` records have come.
  std::vector<Got> take(Reader& reader, size_t count) {
    std::vector<Got> all;
    auto deadline = system::real_clock().monotonic_ns_in(kPatience);
    while (all.size() < count && system::real_clock().monotonic_ns() < deadline && !HasFailure()) {
      std::vector<Got> some = poll(reader, milliseconds(100));
      all.insert(all.end(), some.begin(), some.end());
    }
    EXPECT_EQ(all.size(), count) << trouble_;
    return all;
  }

  std::unique_ptr<BrokerUnderTest> under_test_;
  int64_t sent_ = 0;
  std::string trouble_;  // the last one that should have passed
};

}  // namespace efd::broker
