// SPDX-License-Identifier: MIT
// A session owns its caller: a request may make the client another principal, as it does who
// authenticates anew within a connection.
#include <gtest/gtest.h>

#include "kafka/dispatch.h"
#include "kafka/session.h"
#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

// Each topic is its owner's: "alice" may do all to the topic "alice".
class OwnersOnly final : public Authorizer {
 public:
  Result<> authorize(const Caller& caller, Action, std::string_view resource) override {
    if (!resource.starts_with("topic/") || resource.substr(6) == caller.principal) return {};
    return fail(ErrorCode::bad_input, "{} may not use {}", caller.principal, resource);
  }
};

bool answer_to(int16_t key, Call& call, std::string_view body, std::string& out) {
  return find_route(key)->answer(call, body, out);
}

// Heartbeat, on the loop, makes the client alice; ListGroups, on the pool, makes him bob.
const Route* route_that_authenticates(int16_t api_key) {
  static const Route kAlice = [] {
    Route route = *find_route(HeartbeatApi::kDescription.key);
    EXPECT_EQ(route.where, Where::loop);
    route.answer = [](Call& call, std::string_view body, std::string& out) {
      call.caller.principal = "alice";
      return answer_to(HeartbeatApi::kDescription.key, call, body, out);
    };
    return route;
  }();
  static const Route kBob = [] {
    Route route = *find_route(ListGroupsApi::kDescription.key);
    EXPECT_EQ(route.where, Where::pool);
    route.answer = [](Call& call, std::string_view body, std::string& out) {
      call.caller.principal = "bob";
      return answer_to(ListGroupsApi::kDescription.key, call, body, out);
    };
    return route;
  }();
  if (api_key == HeartbeatApi::kDescription.key) return &kAlice;
  if (api_key == ListGroupsApi::kDescription.key) return &kBob;
  return find_route(api_key);
}

class SessionCaller : public TestServer {
 protected:
  void SetUp() override {
    start();
    for (const char* topic : {"anonymous", "alice", "bob"}) make_topic(topic);
    service_ = std::make_unique<Service>(
        *log_, *groups_, metrics_,
        [this](std::function<void()> task) { return pool_.submit(std::move(task)); },
        ServerOptions{});
    service_->route_of = route_that_authenticates;
    listener_ = *net::listen(loops_, "127.0.0.1:0",
                             [this](net::Connection& connection) {
                               return std::make_unique<Session>(*service_, connection,
                                                                connection.local_address());
                             },
                             {.name = "inside", .authorizer = &owners_});
  }
  void TearDown() override {
    listener_.reset();
    service_->await_tasks();
  }

  std::unique_ptr<TestClient> client() {
    return std::make_unique<TestClient>(listener_->address().port);
  }
  // Whose topic the client may write to: exactly one.
  std::string principal_of(TestClient& client) {
    std::string found;
    for (const char* topic : {"anonymous", "alice", "bob"}) {
      OneBatch batch(topic, batch_of(1), -1);
      const auto error = only(client.ask<ProduceApi>(batch.request, 9)).error_code;
      if (error == KafkaError::none)
        found += topic;
      else
        EXPECT_EQ(error, KafkaError::topic_authorization_failed);
    }
    return found;
  }

  OwnersOnly owners_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<net::Listener> listener_;
};

TEST_F(SessionCaller, MayChangeWithinTheConnection) {
  const auto one = client(), other = client();
  EXPECT_EQ(principal_of(*one), "anonymous");
  one->ask<HeartbeatApi>({}, 4);
  EXPECT_EQ(principal_of(*one), "alice");
  one->ask<ListGroupsApi>({}, 4);
  EXPECT_EQ(principal_of(*one), "bob");
  one->ask<HeartbeatApi>({}, 4);
  EXPECT_EQ(principal_of(*one), "alice");
  EXPECT_EQ(principal_of(*other), "anonymous");
}

// The requests behind it in the same piece are asked as the new principal.
TEST_F(SessionCaller, HoldsForTheRequestsBehindIt) {
  const auto one = client();
  OneBatch batch("bob", batch_of(1), -1);
  one->send_raw(request_frame<ListGroupsApi>({}, 4, 1) +
                request_frame<ProduceApi>(batch.request, 9, 2));
  one->receive<ListGroupsApi>(4, 1);
  EXPECT_EQ(only(one->receive<ProduceApi>(9, 2)).error_code, KafkaError::none);
}

// One that has begun goes on as whoever began it.
TEST_F(SessionCaller, WaitingRequestsKeepTheirs) {
  const auto one = client();
  OneFetch fetch("anonymous", 0, 20'000);
  one->send_raw(request_frame<FetchApi>(fetch.request, 11, 1) +
                request_frame<HeartbeatApi>({}, 4, 2));
  OneBatch batch("anonymous", batch_of(1), -1);
  EXPECT_EQ(only(client()->ask<ProduceApi>(batch.request, 9)).error_code, KafkaError::none);
  const FetchResponse answer = one->receive<FetchApi>(11, 1);
  EXPECT_EQ(answer.responses[0].partitions[0].error_code, KafkaError::none);
  EXPECT_GT(records_bytes(answer), 0u);
  one->receive<HeartbeatApi>(4, 2);
  EXPECT_EQ(principal_of(*one), "alice");
}

}  // namespace
}  // namespace efd::kafka
