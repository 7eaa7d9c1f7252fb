// SPDX-License-Identifier: MIT
#include <algorithm>
#include <mutex>

#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

// Lets nobody do anything to the topic "secret"; remembers what it was asked.
class SecretKeeper final : public Authorizer {
 public:
  Result<> authorize(const Caller& caller, Action, std::string_view resource) override {
    std::lock_guard lock(mutex_);
    asked_.push_back(caller.principal + "@" + caller.listener + " " + std::string(resource));
    if (resource != "topic/secret") return {};
    return fail(ErrorCode::bad_input, "it is secret");
  }
  bool was_asked(const std::string& what) {
    std::lock_guard lock(mutex_);
    return std::ranges::find(asked_, what) != asked_.end();
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> asked_;
};

class AuthorizerTest : public TestServer {
 protected:
  void start_with_secret() {
    ServerOptions options;
    options.authorizer = &keeper_;
    options.listeners[0].name = "inside";
    start(Commits::by_themselves, {}, options);
    make_topic("secret");
    make_topic("open");
  }
  SecretKeeper keeper_;
};

TEST_F(AuthorizerTest, TheServersAuthorizerIsAsked) {
  start_with_secret();
  TestClient client(port());
  OneBatch open("open", batch_of(1), -1), secret("secret", batch_of(1), -1);
  EXPECT_EQ(only(client.ask<ProduceApi>(open.request, 9)).error_code, KafkaError::none);
  EXPECT_EQ(only(client.ask<ProduceApi>(secret.request, 9)).error_code,
            KafkaError::topic_authorization_failed);
  EXPECT_TRUE(keeper_.was_asked("anonymous@inside topic/open"));
  EXPECT_EQ(log_end("secret"), Offset(0));
}

TEST_F(AuthorizerTest, ReadingAsksToo) {
  start_with_secret();
  TestClient client(port());
  OneFetch secret("secret", 0, 0);
  const FetchResponse answer = client.ask<FetchApi>(secret.request, 11);
  EXPECT_EQ(answer.responses[0].partitions[0].error_code, KafkaError::topic_authorization_failed);
}

}  // namespace
}  // namespace efd::kafka
