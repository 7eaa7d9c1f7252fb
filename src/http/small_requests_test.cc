// SPDX-License-Identifier: MIT
// Requests that are done soon have threads of their own, which wait for no client.
#include <thread>

#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"

namespace efd::http {
namespace {

// Routes of so many bytes that are small, and one of a handler that is large.
Router sized_router() {
  Router router;
  router.add("GET", "/bytes/{n}",
             [](const Request& request, Response& response) {
               const std::string piece(10'000, 'x');
               (void)response.begin(200, {{"Content-Type", "text/plain"}});
               for (int left = std::stoi(std::string(request.capture("n"))); left > 0; --left)
                 if (!response.write(piece)) return;
               (void)response.end();
             },
             {.is_small = [](const Request&) { return true; }});
  return router;
}

// Each answer is more than lies between a server and a client that does not read.
TEST(SmallRequests, WaitForNoSlowClient) {
  TestServer server(sized_router(), {.send_queue_bytes_max = 100'000},
                    {.threads = 1, .small_threads = 1});
  std::vector<std::unique_ptr<net::TestClient>> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(std::make_unique<net::TestClient>(server.address()));
    slow.back()->send("GET /bytes/1200 HTTP/1.1\r\n\r\n");
    EXPECT_EQ(slow.back()->receive(12), "HTTP/1.1 200");
  }
  Client client = server.client();
  for (int i = 0; i < 10; ++i) {
    const auto answer = client.get("/bytes/5");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body.size(), 50'000u);
  }
  for (auto& one : slow) EXPECT_GT(one->receive(12'000'000).size(), 11'999'000u);
}

// One that is flushed is a stream to its client, wherever it gathers.
TEST(SmallRequests, ASmallAnswerMayBeAStream) {
  Router router;
  router.add("GET", "/lines",
             [](const Request&, Response& response) {
               (void)response.begin(200, {{"Content-Type", "text/plain"}});
               for (const char* line : {"one\n", "two\n"})
                 if (!response.write(line) || !response.flush()) return;
               (void)response.end();
             },
             {.is_small = [](const Request&) { return true; }});
  TestServer server(std::move(router), {}, {.threads = 1, .small_threads = 1});
  const std::string close = "Connection: close\r\n";
  for (int i = 0; i < 20; ++i) {
    const std::string answer = server.exchange("GET /lines HTTP/1.1\r\n" + close + "\r\n");
    EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), answer.npos);
    const auto body = server.client().get("/lines");
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->body, "one\ntwo\n");
    const std::string packed =
        server.exchange("GET /lines HTTP/1.1\r\nAccept-Encoding: gzip\r\n" + close + "\r\n");
    EXPECT_NE(packed.find("Content-Encoding: gzip\r\n"), packed.npos);
    EXPECT_TRUE(packed.ends_with("\r\n0\r\n\r\n"));
  }
}

TEST(SmallRequests, ASmallAnswerThatOutgrowsItsRoomIsMadeAnew) {
  observe::Metrics metrics;
  TestServer server(sized_router(),
                    {.name = "test",
                     .send_queue_bytes_max = 100'000,
                     .small_answer_bytes_max = 2'000'000,
                     .small_answers_total_bytes_max = 4'000'000,
                     .metrics = &metrics},
                    {.threads = 1, .small_threads = 1});
  net::TestClient slow(server.address());  // holds the thread of large ones
  slow.send("GET /bytes/1200 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(slow.receive(12), "HTTP/1.1 200");
  Client client = server.client();
  for (int pieces : {1, 10, 11, 199, 200}) {
    const auto answer = client.get("/bytes/" + std::to_string(pieces));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, std::string(10'000u * static_cast<size_t>(pieces), 'x'));
    EXPECT_FALSE(answer->headers.find("Content-Length").empty());
  }
  std::thread outgrown([&] {
    const auto answer = server.client().get("/bytes/201");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, std::string(2'010'000, 'x'));
    EXPECT_TRUE(answer->headers.find("Content-Length").empty());
  });
  while (server.pool().waiting() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(client.get("/bytes/5")->body.size(), 50'000u);
  EXPECT_GT(slow.receive(12'000'000).size(), 11'999'000u);
  outgrown.join();
  const std::string text = metrics.text();
  EXPECT_NE(text.find("efd_http_requests_total{listener=\"test\",status=\"2xx\"} 8"), text.npos);
}

}  // namespace
}  // namespace efd::http
