// SPDX-License-Identifier: MIT
#include "broker/kafka_cluster.h"

#include <algorithm>
#include <atomic>
#include <map>

#include <gtest/gtest.h>

#include "broker/kafka_mock_cluster.h"

namespace efd::broker {
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

  std::unique_ptr<Producer> producer(ProducerOptions options = {}) {
    auto producer = broker_->producer(options);
    EXPECT_TRUE(producer) << producer.error().message;
    return std::move(*producer);
  }
  std::unique_ptr<Reader> reader(ReaderOptions options) {
    auto reader = broker_->reader(std::move(options));
    EXPECT_TRUE(reader) << reader.error().message;
    return std::move(*reader);
  }
  void send(Producer& producer, const std::string& topic, int partition, std::string_view value) {
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
  std::unique_ptr<Broker> broker_;
};

// Values by "topic-partition", read until there are `count` of them.
using Values = std::map<std::string, std::vector<std::string>>;
Values read(Reader& reader, size_t count) {
  Values values;
  Batch batch;
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (size_t seen = 0; seen < count && std::chrono::steady_clock::now() < deadline;) {
    auto polled = reader.poll(100ms, batch);
    EXPECT_TRUE(polled) << polled.error().message;
    for (const Slice& slice : batch.slices()) {
      EXPECT_FALSE(slice.records.empty());
      EXPECT_EQ(slice.next, slice.records.back().offset + 1);
      auto& list = values[fmt::format("{}-{}", slice.source->topic.value(),
                                      slice.source->partition.value())];
      for (const RecordView& record : slice.records)
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

TEST_F(KafkaClusterTest, RecordsComeBackAsTheyWereSent) {
  mock_.create_topic(t_, 2);
  auto to_topic = producer();
  std::vector<Header> headers{{"a", "1"}, {"b", std::nullopt}, {"a", ""}};
  ASSERT_TRUE(to_topic->send({.topic = TopicName(t_),
                              .partition = Partition(1),
                              .timestamp_ms = 1'500'000'000'123,
                              .key = "key",
                              .value = std::string_view("v\0v", 3),
                              .headers = headers}));
  ASSERT_TRUE(to_topic->send(
      {.topic = TopicName(t_), .partition = Partition(1), .key = "", .value = std::nullopt}));
  ASSERT_TRUE(to_topic->flush(kPatience));

  auto from_topic = reader({.pattern = {t_}});
  Batch batch;
  while (batch.record_count() < 2) ASSERT_TRUE(from_topic->poll(1s, batch));
  ASSERT_EQ(batch.slices().size(), 1u);
  const Slice& slice = batch.slices()[0];
  EXPECT_EQ(slice.source->topic, TopicName(t_));
  EXPECT_EQ(slice.source->partition, Partition(1));
  const RecordView& first = slice.records[0];
  EXPECT_EQ(first.offset, Offset(0));
  EXPECT_EQ(first.timestamp_ms, 1'500'000'000'123);
  EXPECT_EQ(first.key, "key");
  EXPECT_EQ(first.value, std::string_view("v\0v", 3));
  ASSERT_EQ(first.headers.size(), 3u);
  EXPECT_EQ(first.headers[0].key, "a");
  EXPECT_EQ(first.headers[0].value, "1");
  EXPECT_EQ(first.headers[1].value, std::nullopt);
  EXPECT_EQ(first.headers[2].value, "");
  EXPECT_EQ(slice.records[1].key, "");
  EXPECT_EQ(slice.records[1].value, std::nullopt);
}

TEST_F(KafkaClusterTest, DeliveriesAreCalledBackWithTheirOffsets) {
  mock_.create_topic(t_, 1);
  std::vector<int64_t> offsets;
  auto to_topic = producer({.acks = Acks::leader});
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(to_topic->send({.topic = TopicName(t_), .value = "x"},
                               [&](const Result<Delivery>& delivery) {
                                 ASSERT_TRUE(delivery);
                                 offsets.push_back(delivery->offset.value());
                               }));
  ASSERT_TRUE(to_topic->flush(kPatience));
  to_topic.reset();
  ASSERT_EQ(offsets.size(), 100u);
  for (size_t i = 0; i < offsets.size(); ++i) EXPECT_EQ(offsets[i], static_cast<int64_t>(i));
}

TEST_F(KafkaClusterTest, ARefusedRecordIsToldWithItsReason) {
  mock_.create_topic(t_, 1);
  mock_.fail_next_produce(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  std::atomic<int> calls = 0;
  Error error;
  auto to_topic = producer({.acks = Acks::leader});
  ASSERT_TRUE(
      to_topic->send({.topic = TopicName(t_), .value = "x"}, [&](const Result<Delivery>& delivery) {
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
    if (i % 50 == 0) mock_.fail_next_produce(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
    send(*to_topic, t_, 0, std::to_string(i));
  }
  ASSERT_TRUE(to_topic->flush(kPatience));
  auto from_topic = reader({.pattern = {t_}});
  EXPECT_EQ(read(*from_topic, 200), (Values{{t_ + "-0", numbers(0, 200)}}));
}

TEST_F(KafkaClusterTest, ReadsEveryPartitionOfThePatternAndNoOther) {
  mock_.create_topic("a.x", 2);
  mock_.create_topic("a.y", 1);
  mock_.create_topic("b.a.x", 1);
  auto to_topic = producer();
  send(*to_topic, "a.x", 0, "1");
  send(*to_topic, "a.x", 1, "2");
  send(*to_topic, "a.y", 0, "3");
  send(*to_topic, "b.a.x", 0, "4");
  send(*to_topic, "a.x", 1, "5");
  ASSERT_TRUE(to_topic->flush(kPatience));
  auto from_topics = reader({.pattern = {"a\\..*"}});
  EXPECT_EQ(read(*from_topics, 4),
            (Values{{"a.x-0", {"1"}}, {"a.x-1", {"2", "5"}}, {"a.y-0", {"3"}}}));
  EXPECT_EQ(from_topics->sources().size(), 3u);
}

TEST_F(KafkaClusterTest, FindsTopicsThatAppearLater) {
  mock_.create_topic("a", 1);
  auto from_topics = reader({.pattern = {"[ab]"}});
  send_numbers("a", 0, 3);
  EXPECT_EQ(read(*from_topics, 3), (Values{{"a-0", numbers(0, 3)}}));
  mock_.create_topic("b", 1);
  send_numbers("b", 0, 3);
  EXPECT_EQ(read(*from_topics, 3), (Values{{"b-0", numbers(0, 3)}}));
}

TEST_F(KafkaClusterTest, BeginsWhereTheCallerSays) {
  mock_.create_topic(t_, 1);
  send_numbers(t_, 0, 10);
  LogRange seen;
  auto from_topic = reader({.pattern = {t_}, .start = [&](const Source& source, LogRange range) {
                              EXPECT_EQ(source.topic, TopicName(t_));
                              seen = range;
                              return Offset(7);
                            }});
  EXPECT_EQ(read(*from_topic, 3), (Values{{t_ + "-0", numbers(7, 10)}}));
  EXPECT_EQ(seen.start, Offset(0));
  EXPECT_EQ(seen.end, Offset(10));
}

TEST_F(KafkaClusterTest, SeeksWithinTheLog) {
  mock_.create_topic(t_, 1);
  send_numbers(t_, 0, 10);
  auto from_topic = reader({.pattern = {t_}});
  EXPECT_EQ(read(*from_topic, 10), (Values{{t_ + "-0", numbers(0, 10)}}));
  const Source& source = *from_topic->sources()[0];
  ASSERT_TRUE(from_topic->seek(source, Offset(4)));
  EXPECT_EQ(read(*from_topic, 6), (Values{{t_ + "-0", numbers(4, 10)}}));
  auto outside = from_topic->seek(source, Offset(11));
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().code, ErrorCode::bad_input);
}

TEST_F(KafkaClusterTest, APausedPartitionIsLeftOutAndLosesNothing) {
  mock_.create_topic(t_, 2);
  auto from_topic = reader({.pattern = {t_}});
  send_numbers(t_, 0, 5);
  EXPECT_EQ(read(*from_topic, 5), (Values{{t_ + "-0", numbers(0, 5)}}));
  const Source& paused = *from_topic->sources()[0];
  from_topic->pause(paused);
  auto to_topic = producer();
  for (int i = 5; i < 9; ++i) send(*to_topic, t_, 0, std::to_string(i));
  send(*to_topic, t_, 1, "other");
  ASSERT_TRUE(to_topic->flush(kPatience));
  EXPECT_EQ(read(*from_topic, 1), (Values{{t_ + "-1", {"other"}}}));
  Batch batch;
  ASSERT_TRUE(from_topic->poll(200ms, batch));
  EXPECT_EQ(batch.record_count(), 0u);
  from_topic->resume(paused);
  EXPECT_EQ(read(*from_topic, 4), (Values{{t_ + "-0", numbers(5, 9)}}));
}

TEST_F(KafkaClusterTest, ABatchIsBoundedAndOutlivesItsReader) {
  mock_.create_topic(t_, 1);
  send_numbers(t_, 0, 1000);
  auto from_topic = reader({.pattern = {t_}, .batch_bytes_max = 1});
  Batch batch;
  while (batch.record_count() == 0) ASSERT_TRUE(from_topic->poll(1s, batch));
  EXPECT_LE(batch.record_count(), 64u);
  from_topic.reset();
  broker_.reset();
  EXPECT_EQ(batch.slices()[0].records[0].value, "0");
}

TEST_F(KafkaClusterTest, KnowsItsTopicsAndOffsets) {
  mock_.create_topic(t_, 3);
  send_numbers(t_, 0, 4);
  auto topic = broker_->topic(TopicName(t_));
  ASSERT_TRUE(topic) << topic.error().message;
  EXPECT_EQ(topic->partitions, 3);
  auto topics = broker_->topics();
  ASSERT_TRUE(topics);
  EXPECT_TRUE(std::any_of(topics->begin(), topics->end(),
                          [&](const TopicDescription& topic) { return topic.name.value() == t_; }));
  auto missing = broker_->topic(TopicName("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  TopicPartition partition{TopicName(t_), Partition(0)};
  EXPECT_EQ(*broker_->offset(partition, At::earliest), Offset(0));
  EXPECT_EQ(*broker_->offset(partition, At::latest), Offset(4));
  auto nowhere = broker_->offset({TopicName(t_), Partition(9)}, At::latest);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::not_found);
}

TEST_F(KafkaClusterTest, ABadPatternIsRefused) {
  auto reader = broker_->reader({.pattern = {"("}});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace efd::broker
