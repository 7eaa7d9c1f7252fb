// SPDX-License-Identifier: MIT
#include "http/server.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "codec/compression.h"
#include "http/testing/http_test_server.h"
#include "http/testing/test_router.h"

namespace efd::http {
namespace {

std::string lines(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += std::to_string(i) + "\n";
  return out;
}

TEST(Server, AnswersOnTheLoopAndOnThePool) {
  TestServer server(test_router());
  Client client = server.client();
  for (const char* target : {"/inline/hello", "/pool/hello"}) {
    auto answer = client.get(target);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello");
    EXPECT_EQ(answer->headers.find("x-test"), "yes");
  }
  EXPECT_EQ(client.get("/ping")->status, 204);
  EXPECT_EQ(client.post("/echo", std::string(1'000'000, 'b'))->body, std::string(1'000'000, 'b'));
  EXPECT_EQ(server.listener().connections(), 1u);  // kept alive
}

TEST(Server, StreamsAnswersOfAnySize) {
  TestServer server(test_router());
  Client client = server.client();
  for (int parts : {0, 1, 100, 500'000}) {
    auto answer = client.get("/stream/" + std::to_string(parts));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(answer->body == lines(parts)) << parts;
    EXPECT_EQ(answer->headers.has("Transfer-Encoding"), parts > 1000);
  }
}

TEST(Server, GzipsForThoseWhoAcceptIt) {
  TestServer server(test_router());
  Client client = server.client();
  Headers accept{{"Accept-Encoding", "deflate, gzip"}};
  for (int parts : {1000, 200'000}) {
    auto answer = client.get("/stream/" + std::to_string(parts), accept);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->headers.find("Content-Encoding"), "gzip");
    auto plain = codec::decompress(codec::Compression::gzip, answer->body, 10'000'000);
    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_TRUE(*plain == lines(parts));
  }
  EXPECT_FALSE(client.get("/stream/10", accept)->headers.has("Content-Encoding"));
  EXPECT_FALSE(client.get("/stream/1000", {{"Accept-Encoding", "gzip;q=0"}})
                   ->headers.has("Content-Encoding"));
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server(test_router());
  std::string requests, expected;
  for (int i = 0; i < 200; ++i) {
    const char* where = i % 3 == 0 ? "inline" : "pool";
    const char* how = i == 199 ? "Connection: close\r\n" : "";
    requests += fmt::format("GET /{}/n{:03} HTTP/1.1\r\nHost: x\r\n{}\r\n", where, i, how);
    expected += fmt::format("n{:03} ", i);
  }
  std::string answers = server.exchange(requests), found;
  for (size_t at = answers.find("\r\n\r\n"); at != std::string::npos;
       at = answers.find("\r\n\r\n", at + 4)) {
    found += answers.substr(at + 4, 4) + " ";
  }
  EXPECT_EQ(found, expected);
}

TEST(Server, HeadHasTheHeaderOfGet) {
  TestServer server(test_router());
  std::string answer = server.exchange("HEAD /pool/hello HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos) << answer;
  EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
  EXPECT_EQ(server.client().request("HEAD", "/stream/100000", "")->status, 200);
}

TEST(Server, SpeaksHttp10) {
  TestServer server(test_router());
  std::string answer = server.exchange("GET /stream/100000 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(answer.find("Transfer-Encoding"), std::string::npos);
  EXPECT_TRUE(answer.substr(answer.find("\r\n\r\n") + 4) == lines(100'000));
}

TEST(Server, ContinuesWhenAsked) {
  TestServer server(test_router());
  net::TestClient client(server.address());
  client.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(client.receive(interim.size()), interim);
  client.send("ab");
  EXPECT_EQ(client.receive(15), "HTTP/1.1 200 OK");
}

TEST(Server, TakesChunkedBodiesInSmallPieces) {
  TestServer server(test_router());
  net::TestClient client(server.address());
  std::string request =
      "\r\nPOST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
  for (char c : request) client.send({&c, 1});
  std::string answer = client.receive_all();
  EXPECT_EQ(answer.substr(answer.size() - 9), "\r\n\r\nabcde") << answer;
}

TEST(Server, TakesAnEmptyChunkedBodyByteByByte) {
  TestServer server(test_router());
  for (bool pieces : {false, true}) {
    net::TestClient client(server.address());
    client.send(
        "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n");
    for (int i = 0; i < 100; ++i) std::this_thread::yield();  // so that the rest comes by itself
    client.send(pieces ? "\r" : "\r\n");
    if (pieces) client.send("\n");
    EXPECT_EQ(client.receive_all().substr(0, 12), "HTTP/1.1 200");
  }
}

TEST(Server, AHandlerThatFailsIsSeen) {
  TestServer server(test_router());
  Client client = server.client();
  EXPECT_EQ(client.get("/silent")->status, 500);
  auto broken = client.get("/broken");
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("closed within the answer"), std::string::npos);
}

// An answer without a length and without chunks is whole when the connection ends in good order.
TEST(Server, AnOldClientSeesThatAnAnswerIsBrokenOff) {
  TestServer server(test_router());
  net::TestClient whole(server.address());
  whole.send("GET /stream/100000 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(whole.receive_all().ends_with(lines(100'000)));
  EXPECT_FALSE(whole.was_reset());
  net::TestClient broken(server.address());
  broken.send("GET /broken HTTP/1.0\r\n\r\n");
  broken.receive_all();
  EXPECT_TRUE(broken.was_reset());
}

TEST(Server, WhatNobodyWaitsForIsNotBegun) {
  std::promise<void> started, go;
  std::atomic<int> begun{0};
  Router router = test_router();
  router.add("GET", "/wait", [&](const Request&, Response& response) {
    started.set_value();
    go.get_future().wait();
    send_text(response, "");
  });
  router.add("GET", "/query",
             [&](const Request&, Response& response) {
               ++begun;
               send_text(response, "rows");
             },
             {.only_if_awaited = true});
  TestServer server(std::move(router), {}, {.threads = 1});
  net::TestClient first(server.address());
  first.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  started.get_future().wait();
  const size_t before = server.listener().connections();
  for (int i = 0; i < 20; ++i) {
    net::TestClient gone(server.address());
    gone.send("GET /query HTTP/1.1\r\nHost: x\r\n\r\n");
    while (server.pool().waiting() <= static_cast<size_t>(i)) std::this_thread::yield();
    i % 2 == 0 ? gone.hang_up() : gone.end_sending();  // both have gone
    if (i % 2 != 0) {
      EXPECT_EQ(gone.receive_all(), "");
    }
  }
  while (server.listener().connections() > before) std::this_thread::yield();
  go.set_value();
  EXPECT_EQ(server.client().get("/query")->body, "rows");
  EXPECT_EQ(begun, 1);
}

TEST(Server, UnknownPathsAndMethods) {
  Router router = test_router();
  router.set_error_format([](int status, std::string_view message) {
    return ErrorBody{"application/json", fmt::format("{{\"{}\":\"{}\"}}", status, message)};
  });
  router.add("DELETE", "/echo",
             [](const Request&, Response& response) { send_text(response, ""); });
  TestServer server(std::move(router));
  Client client = server.client();
  auto missing = client.get("/nowhere");
  EXPECT_EQ(missing->status, 404);
  EXPECT_EQ(missing->body, "{\"404\":\"not found\"}");
  EXPECT_EQ(missing->headers.find("Content-Type"), "application/json");
  auto wrong = client.get("/echo");
  EXPECT_EQ(wrong->status, 405);
  EXPECT_EQ(wrong->headers.find("Allow"), "POST, DELETE");
}

TEST(Server, AnswersWhoeverSendsNoMore) {
  TestServer server(test_router());
  net::TestClient client(server.address());
  client.send("GET /pool/hello HTTP/1.1\r\n\r\n");
  client.end_sending();
  std::string answer = client.receive_all();
  EXPECT_EQ(answer.substr(answer.size() - 5), "hello");
}

TEST(Server, CountsItsRequests) {
  observe::Metrics metrics;
  ServerOptions options;
  options.name = "test";
  options.metrics = &metrics;
  {
    TestServer server(test_router(), options);
    Client client = server.client();
    EXPECT_TRUE(client.get("/ping") && client.get("/pool/x") && client.get("/nowhere"));
    EXPECT_EQ(server.exchange("nonsense\r\n\r\n").substr(0, 12), "HTTP/1.1 400");
  }
  std::string text = metrics.text();
  auto has = [&](const char* line) { return text.find(line) != std::string::npos; };
  EXPECT_TRUE(has("efd_http_requests_total{listener=\"test\",status=\"2xx\"} 2")) << text;
  EXPECT_TRUE(has("efd_http_requests_total{listener=\"test\",status=\"4xx\"} 2")) << text;
  EXPECT_TRUE(has("efd_http_request_seconds_count{listener=\"test\"} 4")) << text;
}

TEST(Server, ManyClientsAtOnce) {
  TestServer server(test_router());
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      Client client = server.client();
      for (int i = 0; i < 100; ++i) {
        std::string text = fmt::format("t{}i{}", t, i);
        auto answer = client.get((i % 2 ? "/pool/" : "/inline/") + text);
        if (answer && answer->body == text) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
}

}  // namespace
}  // namespace efd::http
