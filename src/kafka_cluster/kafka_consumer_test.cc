// SPDX-License-Identifier: MIT
// A group of librdkafka's mock cluster, which fails at will. What else a Consumer promises:
// broker_consumer_contract_test.cc.
#include <gtest/gtest.h>

#include "kafka_cluster/kafka_cluster.h"
#include "kafka_cluster/testing/kafka_mock_cluster.h"

namespace efd::kafka_cluster {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr auto kPatience = 60s;
// The mock puts a member with a shorter one out while the group gathers.
constexpr auto kSessionTimeout = 3500ms;
using Api = KafkaMockCluster::Api;

class KafkaConsumerTest : public testing::Test {
 protected:
  void SetUp() override {
    mock_.create_topic(t_, 1);
    auto broker = connect_kafka_cluster(
        {.bootstrap = mock_.bootstrap(),
         .settings = {{"topic.metadata.refresh.interval.ms", "100"}, {"fetch.wait.max.ms", "10"}},
         .timeout = 20s});
    ASSERT_TRUE(broker) << broker.error().message;
    broker_ = std::move(*broker);
  }
  void send_numbers(int from, int to) {
    auto producer = *broker_->producer({});
    for (int i = from; i < to; ++i) {
      std::string text = std::to_string(i);
      ASSERT_TRUE(producer->send({.topic = TopicName(t_), .value = text}));
    }
    ASSERT_TRUE(producer->flush(20s));
  }
  std::unique_ptr<broker::Consumer> member() {
    auto consumer = broker_->consumer({.group = t_,
                                       .pattern = {t_},
                                       .session_timeout = kSessionTimeout,
                                       .start = {},
                                       .on_leave = {}});
    EXPECT_TRUE(consumer) << consumer.error().message;
    return std::move(*consumer);
  }
  // Offsets, in the order in which they came; troubles that pass are passed over.
  std::vector<int64_t> take(broker::Consumer& consumer, size_t count) {
    std::vector<int64_t> offsets;
    broker::Batch batch;
    auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (offsets.size() < count && std::chrono::steady_clock::now() < deadline) {
      auto polled = consumer.poll(100ms, batch);
      if (!polled) {
        EXPECT_EQ(polled.error().code, ErrorCode::retry) << polled.error().message;
        continue;
      }
      for (const broker::Slice& slice : batch.slices())
        for (const broker::RecordView& record : slice.records)
          offsets.push_back(record.offset.value());
    }
    return offsets;
  }

  KafkaMockCluster& mock_ = KafkaMockCluster::instance();
  const std::string t_ = testing::UnitTest::GetInstance()->current_test_info()->name();
  std::unique_ptr<broker::Broker> broker_;
};

TEST_F(KafkaConsumerTest, ErrorsOfTheGroupPassAndNothingIsLost) {
  send_numbers(0, 3);
  mock_.fail_next(Api::find_coordinator, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE);
  mock_.fail_next(Api::join_group, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  mock_.fail_next(Api::sync_group, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS);
  mock_.fail_next(Api::offset_fetch, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  auto one = member();
  EXPECT_EQ(take(*one, 3), (std::vector<int64_t>{0, 1, 2}));
  const broker::Source& source = *one->assigned().at(0);
  Position position{source.topic, source.id, source.partition, Offset(2)};
  mock_.fail_next(Api::offset_commit, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  Result<> released;
  for (int i = 0; i < 10 && !(released = one->release(std::span(&position, 1))); ++i)
    EXPECT_EQ(released.error().code, ErrorCode::retry) << released.error().message;
  ASSERT_TRUE(released) << released.error().message;
  // The group throws this member out: it joins again, where it has released.
  mock_.fail_next(Api::heartbeat, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
  EXPECT_EQ(take(*one, 1), (std::vector<int64_t>{2}));
}

}  // namespace
}  // namespace efd::kafka_cluster
