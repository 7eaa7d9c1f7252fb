// SPDX-License-Identifier: MIT
// The brokers that the contract suites of src/broker/testing run against. Our own server needs more
// modules than any of the suites.
#include "broker/testing/brokers_under_test.h"

#include "embedded_broker/testing/embedded_under_test.h"
#include "kafka/server.h"
#include "kafka_cluster/testing/clusters_under_test.h"
#include "net/pool.h"
#include "system/memory_file_system.h"

namespace efd::broker {
namespace {

// Our own server, as a cluster that is reached by the Kafka protocol.
class ServerUnderTest : public BrokerUnderTest {
 public:
  ServerUnderTest() {
    log_ = std::move(
        CommitLog::open(files_, system::real_clock(), embedded_broker::contract_log_options("log"))
            .value());
    log_->start_housekeeping();
    groups_ = std::move(groups::GroupCoordinator::open(*log_, system::real_clock()).value());
    auto executor = [this](std::function<void()> task) { return pool_.submit(std::move(task)); };
    kafka::ServerOptions options;
    options.listeners[0].bind = "127.0.0.1:0";
    options.auto_create_topics = false;
    server_ = std::move(
        kafka::KafkaServer::start(loops_, *log_, *groups_, metrics_, executor, options).value());
    broker_ =
        std::move(kafka_cluster::connect_kafka_cluster(
                      kafka_cluster::contract_cluster_options(server_->addresses()[0].to_string()))
                      .value());
  }
  Broker& broker() override { return *broker_; }
  Result<> grow_topic(const TopicName& name, int32_t partitions) override {
    return embedded_broker::grow(*log_, name, partitions);
  }

 private:
  system::MemoryFileSystem files_;
  std::unique_ptr<CommitLog> log_;
  std::unique_ptr<groups::GroupCoordinator> groups_;
  observe::Metrics metrics_;
  net::Loops loops_;
  net::Pool pool_{net::PoolOptions{}};
  std::unique_ptr<kafka::KafkaServer> server_;
  std::unique_ptr<Broker> broker_;
};

constexpr BrokerMaker kServer{"LibrdkafkaToOurServer", &make_under_test<ServerUnderTest>};

}  // namespace

std::vector<BrokerMaker> brokers_under_test() {
  return {embedded_broker::kEmbedded, kServer, kafka_cluster::kMock, kafka_cluster::kApache};
}

std::vector<BrokerMaker> clusters_under_test() {
  return {kServer, kafka_cluster::kApache};
}

}  // namespace efd::broker
