// SPDX-License-Identifier: MIT
#include "http/server.h"

#include <future>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "codec/compression.h"
#include "http/http_test_server.h"
#include "http/uri.h"

namespace efd::http {
namespace {

using std::chrono_literals::operator""ms;

void send_text(Response& response, std::string text) {
  response.send(200, {{"Content-Type", "text/plain"}}, std::move(text));
}

Router test_router() {
  Router router;
  router.add_header("X-Test", "yes");
  router.add("GET", "/ping", [](const Request&, Response& response) { response.send(204, {}, ""); },
             {.inline_on_loop = true});
  router.add("GET", "/inline/{text}",
             [](const Request& request, Response& response) {
               send_text(response, request.capture("text"));
             },
             {.inline_on_loop = true});
  router.add("GET", "/pool/{text}", [](const Request& request, Response& response) {
    send_text(response, request.capture("text"));
  });
  router.add("POST", "/echo",
             [](const Request& request, Response& response) { send_text(response, request.body); });
  router.add("GET", "/stream/{parts}", [](const Request& request, Response& response) {
    int parts = std::stoi(request.capture("parts"));
    if (!response.begin(200, {{"Content-Type", "text/plain"}})) return;
    for (int i = 0; i < parts; ++i) {
      if (!response.write(std::to_string(i) + "\n")) return;
    }
    (void)response.end();
  });
  router.add("GET", "/broken", [](const Request&, Response& response) {
    (void)response.begin(200, {});
    (void)response.write(std::string(100'000, 'x'));
  });
  router.add("GET", "/silent", [](const Request&, Response&) {});
  return router;
}

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

// --------------------------------------------------------------------------------- hostile clients

TEST(Server, RefusesWhatIsNoRequest) {
  TestServer server(test_router(),
                    {.header_bytes_max = 8192, .target_bytes_max = 1000, .body_bytes_max = 100});
  struct Case {
    std::string request;
    int status;
  };
  const Case cases[] = {
      {"\x16\x03\x01\x02\x00\x01\xfc\x03\x03 not http\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET / HTTP/9.9\r\n\r\n", 505},
      {"GET /%zz HTTP/1.1\r\n\r\n", 400},
      {"GET /?a=%f HTTP/1.1\r\n\r\n", 400},
      {"GET nowhere HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /" + std::string(2000, 'a') + " HTTP/1.1\r\n\r\n", 414},
      {"GET / HTTP/1.1\r\nX: " + std::string(9000, 'a') + "\r\n\r\n", 431},
      {"POST /echo HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413},
      {"POST /echo HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n", 400},
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + std::string(255, 'x'),
       413},
  };
  for (const Case& one : cases) {
    std::string answer = server.exchange(one.request);
    EXPECT_EQ(answer.substr(0, 12), fmt::format("HTTP/1.1 {}", one.status))
        << one.request.substr(0, 80);
  }
  EXPECT_EQ(server.client().get("/pool/x")->body, "x");
}

TEST(Server, RandomBytesDoNoHarm) {
  TestServer server(test_router());
  std::mt19937 random(7);
  const std::string seed = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
  for (int i = 0; i < 300; ++i) {
    std::string bytes = seed + seed;
    for (int changes = 0; changes < 4; ++changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    net::TestClient client(server.address());
    client.send(bytes.substr(0, random() % bytes.size() + 1));
  }
  EXPECT_EQ(server.client().get("/pool/x")->body, "x");
}

TEST(Server, ASlowRequestIsTimedOut) {
  TestServer server(test_router(), {.request_timeout = 1ms});
  EXPECT_EQ(server.exchange("GET / HT").substr(0, 12), "HTTP/1.1 408");
}

TEST(Server, BodiesOfAllRequestsTogetherAreBounded) {
  TestServer server(test_router(), {.bodies_total_bytes_max = 1000});
  std::string request = "POST /echo HTTP/1.1\r\nConnection: close\r\nContent-Length: 600\r\n\r\n";
  // The second is refused once the first one's bytes are in; if the second was there before them,
  // it is the first that is refused, and both are sent again.
  std::string first_answer = "HTTP/1.1 503";
  while (first_answer.starts_with("HTTP/1.1 503")) {
    net::TestClient first(server.address());
    first.send(request + std::string(599, 'a'));
    std::string second;
    while (!second.starts_with("HTTP/1.1 503")) {
      second = server.exchange(request + std::string(600, 'b'));
    }
    first.send("a");
    first_answer = first.receive_all();
  }
  EXPECT_EQ(first_answer.substr(0, 12), "HTTP/1.1 200");
  // Its bytes are given back when the server has done with it, maybe after the client has its
  // answer.
  std::string third = "HTTP/1.1 503";
  while (third.starts_with("HTTP/1.1 503")) {
    third = server.exchange(request + std::string(600, 'c'));
  }
  EXPECT_EQ(third.substr(0, 12), "HTTP/1.1 200");
}

TEST(Server, OverloadIs503) {
  std::promise<void> started, go;
  Router router = test_router();
  router.add("GET", "/wait", [&](const Request&, Response& response) {
    started.set_value();
    go.get_future().wait();
    send_text(response, "done");
  });
  TestServer server(std::move(router), {}, {.threads = 1, .queue_max = 1});
  net::TestClient working(server.address()), waiting(server.address());
  working.send("GET /wait HTTP/1.1\r\nConnection: close\r\n\r\n");
  started.get_future().wait();
  waiting.send("GET /pool/x HTTP/1.1\r\nConnection: close\r\n\r\n");
  Client client = server.client();
  auto refused = client.get("/pool/y");
  while (refused->status != 503) refused = client.get("/pool/y");  // once `waiting` is in the queue
  EXPECT_EQ(refused->headers.find("Retry-After"), "1");
  EXPECT_EQ(client.get("/inline/z")->status, 200);
  go.set_value();
  EXPECT_EQ(working.receive_all().substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(waiting.receive_all().substr(0, 12), "HTTP/1.1 200");
}

TEST(Server, AClientThatGoesStopsItsHandler) {
  std::promise<void> started, stopped;
  std::promise<ErrorCode> code;
  Router router;
  router.add("GET", "/forever", [&](const Request& request, Response& response) {
    std::stop_callback on_stop(request.stop, [&] { stopped.set_value(); });
    (void)response.begin(200, {});
    started.set_value();
    Result<> result;
    while ((result = response.write(std::string(10'000, 'x')))) {
    }
    code.set_value(result.error().code);
  });
  TestServer server(std::move(router));
  {
    net::TestClient client(server.address());
    client.send("GET /forever HTTP/1.1\r\n\r\n");
    started.get_future().wait();
    EXPECT_EQ(client.receive(1'000'000).size(), 1'000'000u);
  }
  stopped.get_future().wait();
  EXPECT_EQ(code.get_future().get(), ErrorCode::cancelled);
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
TEST(Server, SmallRequestsWaitForNoSlowClient) {
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
TEST(Server, ASmallAnswerMayBeAStream) {
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

TEST(Server, ASmallAnswerThatOutgrowsItsRoomIsMadeAnew) {
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
