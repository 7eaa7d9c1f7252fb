// SPDX-License-Identifier: MIT
// What a server does with clients that send no request, too much, too slowly, or that go.
#include <future>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"
#include "http/testing/test_router.h"

namespace efd::http {
namespace {

using std::chrono_literals::operator""ms;

TEST(HostileClients, RefusesWhatIsNoRequest) {
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

TEST(HostileClients, RandomBytesDoNoHarm) {
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

TEST(HostileClients, ASlowRequestIsTimedOut) {
  TestServer server(test_router(), {.request_timeout = 1ms});
  EXPECT_EQ(server.exchange("GET / HT").substr(0, 12), "HTTP/1.1 408");
}

TEST(HostileClients, BodiesOfAllRequestsTogetherAreBounded) {
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

TEST(HostileClients, OverloadIs503) {
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
  while (server.pool().waiting() < 1) std::this_thread::yield();
  Client client = server.client();
  auto refused = client.get("/pool/y");
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->headers.find("Retry-After"), "1");
  EXPECT_EQ(client.get("/inline/z")->status, 200);
  go.set_value();
  EXPECT_EQ(working.receive_all().substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(waiting.receive_all().substr(0, 12), "HTTP/1.1 200");
}

TEST(HostileClients, AClientThatGoesStopsItsHandler) {
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

}  // namespace
}  // namespace efd::http
