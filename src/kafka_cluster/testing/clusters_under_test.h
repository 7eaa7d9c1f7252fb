// SPDX-License-Identifier: MIT
// For tests: clusters elsewhere, as the contract suites take them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include <unistd.h>

#include "broker/testing/brokers_under_test.h"
#include "kafka_cluster/kafka_cluster.h"
#include "kafka_cluster/testing/kafka_mock_cluster.h"

namespace efd::kafka_cluster {

inline KafkaClusterOptions contract_cluster_options(const std::string& bootstrap) {
  return {.bootstrap = bootstrap,
          .settings = {
              {"topic.metadata.refresh.interval.ms", std::to_string(broker::kLookInterval.count())},
              {"topic.metadata.propagation.max.ms", "1000"},
              {"fetch.wait.max.ms", "10"},
          }};
}

// The Apache Kafka cluster at $EFD_TEST_KAFKA ("host:port,..."; ./dev test --peers starts one).
// Tests share it: each has names of its own.
class ApacheUnderTest : public broker::BrokerUnderTest {
 public:
  explicit ApacheUnderTest(const std::string& bootstrap)
      : prefix_(fmt::format("contract-{}-{}.", ::getpid(), ++count_)),
        broker_(std::move(connect_kafka_cluster(contract_cluster_options(bootstrap)).value())) {}
  ~ApacheUnderTest() override {
    auto topics = broker_->topics();
    if (!topics) return;
    for (const broker::TopicDescription& topic : *topics)
      if (topic.name.value().starts_with(prefix_)) (void)broker_->delete_topic(topic.name);
  }
  broker::Broker& broker() override { return *broker_; }
  std::string prefix() const override { return prefix_; }
  std::string why_not(broker::Needs need) const override {
    return need == broker::Needs::growing_topics ? "only our own log grows topics for tests" : "";
  }

 private:
  static inline std::atomic<int> count_ = 0;
  const std::string prefix_;
  const std::unique_ptr<broker::Broker> broker_;
};

// librdkafka's mock cluster, which fails: the contract has to hold all the same. With each topic
// that a test makes all connections break, and what is asked next is refused once or twice.
// Tests share it: each has names of its own.
class MockUnderTest : public broker::BrokerUnderTest {
 public:
  MockUnderTest()
      : prefix_(fmt::format("contract-{}.", ++count_)),
        broker_(std::move(connect_kafka_cluster(options()).value())) {}
  ~MockUnderTest() override { cluster_.fail_no_more(); }
  broker::Broker& broker() override { return *broker_; }
  std::string prefix() const override { return prefix_; }
  // Each change of a group takes nearly as long. The first one takes 3 s, and puts those out whose
  // session is shorter.
  std::chrono::milliseconds session_timeout() const override {
    return std::chrono::milliseconds(3500);
  }
  std::string why_not(broker::Needs need) const override {
    switch (need) {
      case broker::Needs::topic_admin:
        return "librdkafka's mock has no CreateTopics, DeleteTopics and DescribeConfigs";
      case broker::Needs::unknown_topics:
        return "librdkafka's mock makes each topic that it is asked for";
      case broker::Needs::offsets_by_time:
        return "librdkafka's mock does not find offsets by time";
      case broker::Needs::static_members:
        return "librdkafka's mock does not know static members";
      case broker::Needs::commits_while_a_group_moves:
        return "librdkafka's mock refuses commits while its group rebalances";
      case broker::Needs::growing_topics:
        return "librdkafka's mock has no CreatePartitions";
    }
    return "";
  }
  Result<> create_topic(const broker::NewTopic& topic) override {
    cluster_.create_topic(topic.name.value(), topic.partitions);
    fail();
    return {};
  }

 private:
  KafkaClusterOptions options() const {
    auto options = contract_cluster_options(cluster_.bootstrap());
    // Without idempotence, what is tried again may come behind what was sent after it.
    options.settings["max.in.flight"] = "1";
    options.settings["fetch.error.backoff.ms"] = "50";
    return options;
  }
  void fail() {
    using Api = KafkaMockCluster::Api;
    cluster_.stop();
    cluster_.go_on();
    for (Api api : {Api::produce, Api::fetch, Api::list_offsets})
      cluster_.fail_next(api, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    cluster_.fail_next(Api::produce, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
    for (Api api : {Api::init_producer_id, Api::find_coordinator})
      cluster_.fail_next(api, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE);
    for (Api api : {Api::offset_commit, Api::offset_fetch})
      cluster_.fail_next(api, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  }

  static inline int count_ = 0;
  KafkaMockCluster& cluster_ = KafkaMockCluster::instance();
  const std::string prefix_;
  const std::unique_ptr<broker::Broker> broker_;
};

inline std::unique_ptr<broker::BrokerUnderTest> make_apache_under_test() {
  const char* bootstrap = std::getenv("EFD_TEST_KAFKA");
  if (!bootstrap || !*bootstrap) return nullptr;
  return std::make_unique<ApacheUnderTest>(bootstrap);
}

inline constexpr broker::BrokerMaker kApache{"LibrdkafkaToApacheKafka", &make_apache_under_test};
inline constexpr broker::BrokerMaker kMock{"LibrdkafkaToAFailingMock",
                                           &broker::make_under_test<MockUnderTest>};

}  // namespace efd::kafka_cluster
