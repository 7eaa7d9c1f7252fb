// SPDX-License-Identifier: MIT
// The client of a cluster where librdkafka's mock fails as it is told. What else a Broker promises:
// broker_contract_test.cc.
#include "kafka_cluster/kafka_cluster.h"

#include <atomic>
#include <map>

#include <gtest/gtest.h>

#include "kafka_cluster/testing/kafka_mock_cluster.h"

namespace efd::kafka_cluster {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr auto kPatience = 20s;

class KafkaClusterTest : public testing::Test {
 protected:
  void SetUp() override {
    auto broker = connect_kafka_cluster(
        {.bootstrap = mock_.bootstrap(),
         .settings = {{"topic.metadata.refresh.interval.ms", "100"}, {"fetch.wait.max.ms", "10"}},
         .timeout = kPatience});
    ASSERT_TRUE(broker) << broker.error().message;
    broker_ = std::move(*broker);
  }

  std::unique_ptr<broker::Producer> producer(broker::ProducerOptions options = {}) {
    auto producer = broker_->producer(options);
    EXPECT_TRUE(producer) << producer.error().message;
    return std::move(*producer);
  }
  std::unique_ptr<broker::Reader> reader(broker::ReaderOptions options) {
    auto reader = broker_->reader(std::move(options));
    EXPECT_TRUE(reader) << reader.error().message;
    return std::move(*reader);
  }
  void send(broker::Producer& producer, const std::string& topic, int partition,
            std::string_view value) {
    auto sent = producer.send(
        {.topic = TopicName(topic), .partition = Partition(partition), .value = value});
    ASSERT_TRUE(sent) << sent.error().message;
  }
  void send_numbers(const std::string& topic, int from, int to) {
    auto to_topic = producer();
    for (int i = from; i < to; ++i) send(*to_topic, topic, 0, std::to_string(i));
    ASSERT_TRUE(to_topic->flush(kPatience));
  }

  KafkaMockCluster& mock_ = KafkaMockCluster::instance();
  const std::string t_ = testing::UnitTest::GetInstance()->current_test_info()->name();
  std::unique_ptr<broker::Broker> broker_;
};

// Values by "topic-partition", read until there are `count` of them.
using Values = std::map<std::string, std::vector<std::string>>;
Values read(broker::Reader& reader, size_t count) {
  Values values;
  broker::Batch batch;
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (size_t seen = 0; seen < count && std::chrono::steady_clock::now() < deadline;) {
    auto polled = reader.poll(100ms, batch);
    EXPECT_TRUE(polled) << polled.error().message;
    for (const broker::Slice& slice : batch.slices()) {
      EXPECT_FALSE(slice.records.empty());
      EXPECT_EQ(slice.next, slice.records.back().offset + 1);
      auto& list = values[fmt::format("{}-{}", slice.source->topic.value(),
                                      slice.source->partition.value())];
      for (const broker::RecordView& record : slice.records)
        list.emplace_back(record.value.value_or("(null)"));
    }
    seen += batch.record_count();
  }
  return values;
}

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> list;
  for (int i = from; i < to; ++i) list.push_back(std::to_string(i));
  return list;
}

TEST(KafkaCluster, WrongAddressIsOneClearLine) {
  auto broker = connect_kafka_cluster({.bootstrap = "127.0.0.1:1"});
  ASSERT_FALSE(broker);
  EXPECT_EQ(broker.error().code, ErrorCode::retry);
  EXPECT_EQ(broker.error().message,
            "cannot reach Kafka at 127.0.0.1:1: Connection refused; is it running?");
}

TEST(KafkaCluster, UnknownSettingIsBadInput) {
  auto broker = connect_kafka_cluster({.bootstrap = "127.0.0.1:1", .settings = {{"no.such", "1"}}});
  ASSERT_FALSE(broker);
  EXPECT_EQ(broker.error().code, ErrorCode::bad_input);
  EXPECT_NE(broker.error().message.find("no.such"), std::string::npos);
}

TEST_F(KafkaClusterTest, ARefusedRecordIsToldWithItsReason) {
  mock_.create_topic(t_, 1);
  mock_.fail_next(KafkaMockCluster::Api::produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  std::atomic<int> calls = 0;
  Error error;
  auto to_topic = producer({.acks = broker::Acks::leader});
  ASSERT_TRUE(to_topic->send({.topic = TopicName(t_), .value = "x"},
                             [&](const Result<broker::Delivery>& delivery) {
                               ++calls;
                               if (!delivery) error = delivery.error();
                             }));
  ASSERT_TRUE(to_topic->flush(kPatience));
  to_topic.reset();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(error.code, ErrorCode::give_up);
  EXPECT_EQ(error.message, t_ + ": Broker: Topic authorization failed");
}

TEST_F(KafkaClusterTest, AFullQueueIsOverload) {
  mock_.create_topic(t_, 1);
  auto to_topic = producer({.linger = 10'000ms, .queue_bytes_max = 4096});
  std::string value(1000, 'x');
  Result<> sent;
  int count = 0;
  for (; sent && count < 100; ++count)
    sent = to_topic->send({.topic = TopicName(t_), .value = value});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::overload);
  EXPECT_LE(count, 6);
  ASSERT_TRUE(to_topic->flush(kPatience));
  EXPECT_TRUE(to_topic->send({.topic = TopicName(t_), .value = value}));
}

TEST_F(KafkaClusterTest, FlushGivesUpWhileTheClusterIsAway) {
  mock_.create_topic(t_, 1);
  auto to_topic = producer();
  mock_.stop();
  send(*to_topic, t_, 0, "x");
  auto flushed = to_topic->flush(300ms);
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ErrorCode::retry);
  mock_.go_on();
  EXPECT_TRUE(to_topic->flush(kPatience));
  auto from_topic = reader({.pattern = {t_}});
  EXPECT_EQ(read(*from_topic, 1), (Values{{t_ + "-0", {"x"}}}));
}

TEST_F(KafkaClusterTest, AnIdempotentProducerKeepsItsOrderThroughFaults) {
  mock_.create_topic(t_, 1);
  auto to_topic = producer({.idempotent = true});
  for (int i = 0; i < 200; ++i) {
    if (i % 50 == 0)
      mock_.fail_next(KafkaMockCluster::Api::produce, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
    send(*to_topic, t_, 0, std::to_string(i));
  }
  ASSERT_TRUE(to_topic->flush(kPatience));
  auto from_topic = reader({.pattern = {t_}});
  EXPECT_EQ(read(*from_topic, 200), (Values{{t_ + "-0", numbers(0, 200)}}));
}

TEST_F(KafkaClusterTest, ABatchIsBoundedAndOutlivesItsReader) {
  mock_.create_topic(t_, 1);
  send_numbers(t_, 0, 1000);
  auto from_topic = reader({.pattern = {t_}, .batch_bytes_max = 1});
  broker::Batch batch;
  while (batch.record_count() == 0) ASSERT_TRUE(from_topic->poll(1s, batch));
  EXPECT_LE(batch.record_count(), 64u);
  from_topic.reset();
  broker_.reset();
  EXPECT_EQ(batch.slices()[0].records[0].value, "0");
}

}  // namespace
}  // namespace efd::kafka_cluster
