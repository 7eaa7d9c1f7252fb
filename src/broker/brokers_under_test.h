// SPDX-License-Identifier: MIT
// For tests: the brokers that the contract suites run against.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "broker/broker.h"
#include "broker/commit_log.h"
#include "broker/embedded_broker.h"
#include "broker/kafka_cluster.h"
#include "broker/kafka_mock_cluster.h"
#include "kafka/server.h"
#include "net/pool.h"
#include "system/memory_file_system.h"

namespace efd::broker {

// What a part of the contract needs of the broker behind it, and not each has.
enum class Needs {
  topic_admin,
  unknown_topics,
  offsets_by_time,
  static_members,
  commits_while_a_group_moves,
  growing_topics
};

inline Result<> grow(CommitLog& log, const TopicName& name, int32_t partitions) {
  EFD_TRY(log.change_topic(name, [&](TopicDescription& topic) {
    topic.partitions = partitions;
    return Result<>();
  }));
  return {};
}

class BrokerUnderTest {
 public:
  virtual ~BrokerUnderTest() = default;
  virtual Broker& broker() = 0;
  virtual bool has_ids() const { return false; }
  // What the names of all topics and groups of a test begin with, where tests share a cluster.
  virtual std::string prefix() const { return ""; }
  // Why a test that needs this cannot run here; empty: it can.
  virtual std::string why_not(Needs) const { return ""; }
  virtual Result<> create_topic(const NewTopic& topic) {
    EFD_TRY(broker().create_topic(topic));
    return {};
  }
  virtual Result<> grow_topic(const TopicName&, int32_t) {
    return fail(ErrorCode::give_up, "topics do not grow here");
  }
  // Of a group's members; Kafka takes none that is shorter.
  virtual std::chrono::milliseconds session_timeout() const { return std::chrono::seconds(6); }
};

// Null: what it needs is not there, and the test is skipped.
using MakeBroker = std::unique_ptr<BrokerUnderTest> (*)();

inline CommitLogOptions contract_log_options(const std::string& path) {
  CommitLogOptions options;
  options.path = path;
  options.disk_reserve_bytes = 0;
  options.retention_ms = -1;
  return options;
}

class EmbeddedUnderTest : public BrokerUnderTest {
 public:
  EmbeddedUnderTest() {
    path_ = fmt::format("/tmp/efd-broker-contract-{}", ::getpid());
    std::filesystem::remove_all(path_);
    log_ = std::move(CommitLog::open(system::posix_file_system(), system::real_clock(),
                                     contract_log_options(path_))
                         .value());
    log_->start_housekeeping();
    groups_ = std::move(GroupCoordinator::open(*log_, system::real_clock()).value());
    broker_ = std::make_unique<EmbeddedBroker>(*log_, *groups_);
  }
  ~EmbeddedUnderTest() override {
    broker_.reset();
    groups_.reset();
    log_.reset();
    std::filesystem::remove_all(path_);
  }
  Broker& broker() override { return *broker_; }
  Result<> grow_topic(const TopicName& name, int32_t partitions) override {
    return grow(*log_, name, partitions);
  }
  bool has_ids() const override { return true; }

 private:
  std::string path_;
  std::unique_ptr<CommitLog> log_;
  std::unique_ptr<GroupCoordinator> groups_;
  std::unique_ptr<EmbeddedBroker> broker_;
};

// How often clients look for topics here.
inline constexpr std::chrono::milliseconds kLookInterval{100};

inline KafkaClusterOptions contract_cluster_options(const std::string& bootstrap) {
  return {.bootstrap = bootstrap,
          .settings = {
              {"topic.metadata.refresh.interval.ms", std::to_string(kLookInterval.count())},
              {"topic.metadata.propagation.max.ms", "1000"},
              {"fetch.wait.max.ms", "10"},
          }};
}

// Our own server, as a cluster that is reached by the Kafka protocol.
class ServerUnderTest : public BrokerUnderTest {
 public:
  ServerUnderTest() {
    log_ = std::move(
        CommitLog::open(files_, system::real_clock(), contract_log_options("log")).value());
    log_->start_housekeeping();
    groups_ = std::move(GroupCoordinator::open(*log_, system::real_clock()).value());
    auto executor = [this](std::function<void()> task) { return pool_.submit(std::move(task)); };
    kafka::ServerOptions options;
    options.listeners[0].bind = "127.0.0.1:0";
    options.auto_create_topics = false;
    server_ = std::move(
        kafka::KafkaServer::start(loops_, *log_, *groups_, metrics_, executor, options).value());
    broker_ = std::move(
        connect_kafka_cluster(contract_cluster_options(server_->addresses()[0].to_string()))
            .value());
  }
  Broker& broker() override { return *broker_; }
  Result<> grow_topic(const TopicName& name, int32_t partitions) override {
    return grow(*log_, name, partitions);
  }

 private:
  system::MemoryFileSystem files_;
  std::unique_ptr<CommitLog> log_;
  std::unique_ptr<GroupCoordinator> groups_;
  observe::Metrics metrics_;
  net::Loops loops_;
  net::Pool pool_{net::PoolOptions{}};
  std::unique_ptr<kafka::KafkaServer> server_;
  std::unique_ptr<Broker> broker_;
};

// The Apache Kafka cluster at $EFD_TEST_KAFKA ("host:port,..."; ./dev test --peers starts one).
// Tests share it: each has names of its own.
class ApacheUnderTest : public BrokerUnderTest {
 public:
  explicit ApacheUnderTest(const std::string& bootstrap)
      : prefix_(fmt::format("contract-{}-{}.", ::getpid(), ++count_)),
        broker_(std::move(connect_kafka_cluster(contract_cluster_options(bootstrap)).value())) {}
  ~ApacheUnderTest() override {
    auto topics = broker_->topics();
    if (!topics) return;
    for (const TopicDescription& topic : *topics)
      if (topic.name.value().starts_with(prefix_)) (void)broker_->delete_topic(topic.name);
  }
  Broker& broker() override { return *broker_; }
  std::string prefix() const override { return prefix_; }
  std::string why_not(Needs need) const override {
    return need == Needs::growing_topics ? "only our own log grows topics for tests" : "";
  }

 private:
  static inline std::atomic<int> count_ = 0;
  const std::string prefix_;
  const std::unique_ptr<Broker> broker_;
};

// librdkafka's mock cluster, which fails: the contract has to hold all the same. With each topic
// that a test makes all connections break, and what is asked next is refused once or twice.
// Tests share it: each has names of its own.
class MockUnderTest : public BrokerUnderTest {
 public:
  MockUnderTest()
      : prefix_(fmt::format("contract-{}.", ++count_)),
        broker_(std::move(connect_kafka_cluster(options()).value())) {}
  ~MockUnderTest() override { cluster_.fail_no_more(); }
  Broker& broker() override { return *broker_; }
  std::string prefix() const override { return prefix_; }
  // Each change of a group takes nearly as long. The first one takes 3 s, and puts those out whose
  // session is shorter.
  std::chrono::milliseconds session_timeout() const override {
    return std::chrono::milliseconds(3500);
  }
  std::string why_not(Needs need) const override {
    switch (need) {
      case Needs::topic_admin:
        return "librdkafka's mock has no CreateTopics, DeleteTopics and DescribeConfigs";
      case Needs::unknown_topics:
        return "librdkafka's mock makes each topic that it is asked for";
      case Needs::offsets_by_time:
        return "librdkafka's mock does not find offsets by time";
      case Needs::static_members:
        return "librdkafka's mock does not know static members";
      case Needs::commits_while_a_group_moves:
        return "librdkafka's mock refuses commits while its group rebalances";
      case Needs::growing_topics:
        return "librdkafka's mock has no CreatePartitions";
    }
    return "";
  }
  Result<> create_topic(const NewTopic& topic) override {
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
  const std::unique_ptr<Broker> broker_;
};

template <class UnderTest>
std::unique_ptr<BrokerUnderTest> make_under_test() {
  return std::make_unique<UnderTest>();
}

inline std::unique_ptr<BrokerUnderTest> make_apache_under_test() {
  const char* bootstrap = std::getenv("EFD_TEST_KAFKA");
  if (!bootstrap || !*bootstrap) return nullptr;
  return std::make_unique<ApacheUnderTest>(bootstrap);
}

inline constexpr MakeBroker kEmbedded = &make_under_test<EmbeddedUnderTest>;
inline constexpr MakeBroker kServer = &make_under_test<ServerUnderTest>;
inline constexpr MakeBroker kApache = &make_apache_under_test;
inline constexpr MakeBroker kMock = &make_under_test<MockUnderTest>;

inline std::string broker_name(const ::testing::TestParamInfo<MakeBroker>& info) {
  if (info.param == kEmbedded) return "Embedded";
  if (info.param == kServer) return "LibrdkafkaToOurServer";
  if (info.param == kMock) return "LibrdkafkaToAFailingMock";
  return "LibrdkafkaToApacheKafka";
}

}  // namespace efd::broker
