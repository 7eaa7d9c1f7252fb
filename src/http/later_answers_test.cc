// SPDX-License-Identifier: MIT
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"

namespace efd::http {
namespace {

constexpr std::string_view kWait = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";

// Keeps the answers of /wait until the test takes them.
class LaterAnswers : public ::testing::Test {
 protected:
  struct Kept {
    std::shared_ptr<Response> response;
    std::stop_token stop;
  };

  void serve(ServerOptions options = {}) {
    Router router;
    router.add("GET", "/wait", [this](const Request& request, Response& response) {
      auto later = response.defer();
      if (!later) return response.send(503, {}, later.error().message);
      std::lock_guard lock(mutex_);
      kept_.push_back({std::move(*later), request.stop});
      changed_.notify_all();
    });
    router.add("GET", "/now",
               [](const Request&, Response& response) { response.send(200, {}, "now"); });
    router.add("GET", "/inline",
               [](const Request&, Response& response) {
                 response.send(response.defer() ? 200 : 500, {}, "");
               },
               {.inline_on_loop = true});
    // With one thread: what waits must not hold it.
    server_ =
        std::make_unique<TestServer>(std::move(router), options, net::PoolOptions{.threads = 1});
  }
  void TearDown() override {
    kept_.clear();
    server_.reset();
  }
  Kept take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !kept_.empty(); });
    Kept kept = std::move(kept_.front());
    kept_.erase(kept_.begin());
    return kept;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Kept> kept_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(LaterAnswers, AnotherThreadEndsThem) {
  serve();
  net::TestClient first(server_->address()), second(server_->address());
  first.send(kWait);
  Kept one = take();
  second.send(kWait);
  Kept two = take();
  EXPECT_EQ(server_->client().get("/now")->body, "now");
  std::thread([&] { std::exchange(two.response, {})->send(200, {}, "two"); }).join();
  EXPECT_TRUE(second.receive(std::string("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo").size())
                  .ends_with("two"));
  one.response->send(200, {}, "one");
  EXPECT_TRUE(first.receive(41).ends_with("one"));
  // The connection goes on.
  one.response.reset();
  first.send(kWait);
  take().response->send(200, {}, "six");
  EXPECT_TRUE(first.receive(41).ends_with("six"));
}

TEST_F(LaterAnswers, EventsLeaveOneByOne) {
  serve();
  net::TestClient client(server_->address());
  client.send(kWait);
  Kept kept = take();
  ASSERT_TRUE(kept.response->begin(200, {{"Content-Type", "text/event-stream"}}));
  for (const std::string event : {"data: 1\n\n", "data: 2\n\n"}) {
    ASSERT_TRUE(kept.response->write(event));
    ASSERT_TRUE(kept.response->flush());
    std::string received;
    while (!received.ends_with(event + "\r\n")) {
      const std::string byte = client.receive(1);
      ASSERT_FALSE(byte.empty());
      received += byte;
    }
  }
  ASSERT_TRUE(kept.response->end());
  EXPECT_EQ(client.receive(5), "0\r\n\r\n");
}

TEST_F(LaterAnswers, OneThatNobodyKeepsIsAnError) {
  serve();
  net::TestClient client(server_->address());
  client.send(kWait);
  take();
  EXPECT_TRUE(client.receive(12).ends_with("500"));
}

TEST_F(LaterAnswers, AStreamThatNobodyKeepsIsBrokenOff) {
  serve();
  net::TestClient client(server_->address());
  client.send(kWait);
  {
    Kept kept = take();
    ASSERT_TRUE(kept.response->begin(200, {}));
    ASSERT_TRUE(kept.response->write("a part"));
    ASSERT_TRUE(kept.response->flush());
  }
  EXPECT_FALSE(client.receive_all().ends_with("0\r\n\r\n"));
}

TEST_F(LaterAnswers, ThereIsABound) {
  serve({.kept_answers_max = 2});
  net::TestClient first(server_->address()), second(server_->address());
  first.send(kWait);
  second.send(kWait);
  Kept one = take(), two = take();
  const auto third = server_->client().get("/wait");
  EXPECT_EQ(third->status, 503);
  EXPECT_EQ(third->body, "2 answers are waited for already");
  one.response->send(200, {}, "one");
  one.response.reset();
  net::TestClient fourth(server_->address());
  fourth.send(kWait);
  take().response->send(200, {}, "4th");
  EXPECT_TRUE(fourth.receive(12).ends_with("200"));
}

TEST_F(LaterAnswers, AClientThatGoesIsTold) {
  serve();
  net::TestClient client(server_->address());
  client.send(kWait);
  Kept kept = take();
  client.reset();
  while (!kept.stop.stop_requested()) std::this_thread::yield();
  kept.response->send(200, {}, "for nobody");
}

TEST_F(LaterAnswers, AnInlineRouteAnswersAtOnce) {
  serve();
  EXPECT_EQ(server_->client().get("/inline")->status, 500);
}

}  // namespace
}  // namespace efd::http
