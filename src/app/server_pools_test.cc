// SPDX-License-Identifier: MIT
// A server's pools are apart: where one is stuck, the others answer.
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/server.h"
#include "http/client.h"
#include "kafka/testing/test_client.h"
#include "net/testing/test_client.h"

namespace efd::app {
namespace {

// It is asked on the thread that handles the request. Whoever names a resource "stuck" waits there
// until all are let go.
class StuckAuthorizer final : public Authorizer {
 public:
  Result<> authorize(const Caller&, Action, std::string_view resource) override {
    if (!resource.ends_with("/stuck")) return {};
    std::unique_lock lock(mutex_);
    ++stuck_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_free_; });
    return {};
  }
  void await_stuck() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stuck_ > 0; });
  }
  void free_all() {
    std::lock_guard lock(mutex_);
    is_free_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int stuck_ = 0;
  bool is_free_ = false;
};

// Each pool has one thread.
class ServerPools : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = std::filesystem::temp_directory_path() / "efd-server-pools-XXXXXX";
    ASSERT_TRUE(::mkdtemp(folder.data()));
    settings_.data = folder;
    settings_.log.path = folder + "/log";
    for (auto& [name, listener] : settings_.listeners)
      if (!listener.bind.empty()) listener.bind = "127.0.0.1:0";
    settings_.http.threads = settings_.http.write_threads = settings_.kafka.threads = 1;
    settings_.query_threads = {.threads = 1, .small_threads = 0};
    auto server = Server::start(settings_, authorizer_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  void TearDown() override {
    authorizer_.free_all();
    server_.reset();
    std::filesystem::remove_all(settings_.data);
  }

  net::Address address_of(const std::string& listener) {
    for (const ListeningOn& one : server_->listening())
      if (one.name == listener) return *net::parse_address(one.address);
    ADD_FAILURE() << listener << " does not listen";
    return {};
  }
  http::Client client_of(const std::string& listener) {
    return *http::Client::open("http://" + address_of(listener).to_string());
  }
  static kafka::CreatableTopic topic_of(const std::string& name) {
    kafka::CreatableTopic topic;
    topic.name = name;
    topic.num_partitions = 1;
    topic.replication_factor = 1;
    return topic;
  }

  // A request that writes, a query, and a Kafka request that may block, about that resource.
  int register_schema(const std::string& subject) {
    const auto answer = client_of("registry")
                            .post("/subjects/" + subject + "/versions", R"({"schema":"\"int\""})",
                                  {{"Content-Type", "application/vnd.schemaregistry.v1+json"}});
    return answer ? answer->status : 0;
  }
  int query(const std::string& database) {
    const auto answer =
        client_of("influx").get("/query?db=" + database + "&q=SELECT%20v%20FROM%20m");
    return answer ? answer->status : 0;
  }
  kafka::KafkaError create_topic(const std::string& name) {
    kafka::TestClient client(address_of("kafka").port);
    kafka::CreatableTopic topic = topic_of(name);
    kafka::CreateTopicsRequest request;
    request.topics = {&topic, 1};
    return client.ask<kafka::CreateTopicsApi>(request, 5).topics[0].error_code;
  }
  int health() {
    const auto answer = client_of("influx").get("/ping");
    return answer ? answer->status : 0;
  }

  StuckAuthorizer authorizer_;
  Settings settings_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerPools, AStuckWriteHoldsUpNobodyElse) {
  std::jthread stuck([this] { EXPECT_EQ(register_schema("stuck"), 200); });
  authorizer_.await_stuck();
  EXPECT_EQ(query("efd"), 200);
  EXPECT_EQ(create_topic("free"), kafka::KafkaError::none);
  EXPECT_EQ(client_of("registry").get("/subjects")->status, 200);
  EXPECT_EQ(health(), 204);
  authorizer_.free_all();
}

TEST_F(ServerPools, AStuckQueryHoldsUpNobodyElse) {
  std::jthread stuck([this] { EXPECT_EQ(query("stuck"), 200); });
  authorizer_.await_stuck();
  EXPECT_EQ(register_schema("free"), 200);
  EXPECT_EQ(create_topic("free"), kafka::KafkaError::none);
  EXPECT_EQ(health(), 204);
  authorizer_.free_all();
}

TEST_F(ServerPools, AStuckKafkaCallHoldsUpNobodyElse) {
  std::jthread stuck([this] { EXPECT_EQ(create_topic("stuck"), kafka::KafkaError::none); });
  authorizer_.await_stuck();
  EXPECT_EQ(register_schema("free"), 200);
  EXPECT_EQ(query("efd"), 200);
  EXPECT_EQ(health(), 204);
  authorizer_.free_all();
}

}  // namespace
}  // namespace efd::app
