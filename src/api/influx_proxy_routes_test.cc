// SPDX-License-Identifier: MIT
#include "api/influx_proxy_routes.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"

namespace efd::api {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// An InfluxDB that a test scripts, and the proxy in front of it.
class InfluxProxyTest : public ::testing::Test {
 protected:
  void serve(http::Handler handler) {
    http::Router upstream;
    upstream.add_header("X-Influxdb-Version", "1.8.10");
    for (const char* method : {"GET", "POST"})
      for (const char* path : {"/query", "/ping", "/write"}) upstream.add(method, path, handler);
    upstream_ = std::make_unique<http::TestServer>(std::move(upstream));
    open(upstream_->url());
  }
  void open(const std::string& url) {
    proxy_ = *query::InfluxProxy::open(url);
    http::Router router;
    add_influx_proxy_routes(router, *proxy_);
    server_ = std::make_unique<http::TestServer>(std::move(router));
  }

  std::unique_ptr<http::TestServer> upstream_;
  std::unique_ptr<query::InfluxProxy> proxy_;
  std::unique_ptr<http::TestServer> server_;
};

TEST_F(InfluxProxyTest, RequestsAndAnswersPassUntouched) {
  Request seen;
  serve([&](const Request& request, Response& response) {
    seen = request;
    response.send(400, {{"Content-Type", "application/json"}, {"Request-Id", "7"}},
                  "{\"error\":\"nope\"}\n");
  });
  auto answer = server_->client().post("/query?db=efd&q=SELECT%20%2A", "u=1",
                                       {{"Authorization", "Basic YTpi"},
                                        {"Accept-Encoding", "gzip;q=0"},
                                        {"Content-Type", "application/x-www-form-urlencoded"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->body, "{\"error\":\"nope\"}\n");
  EXPECT_EQ(answer->headers.find("Request-Id"), "7");
  EXPECT_EQ(answer->headers.find("X-Influxdb-Version"), "1.8.10");
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/query?db=efd&q=SELECT%20%2A");
  EXPECT_EQ(seen.body, "u=1");
  EXPECT_EQ(seen.headers.find("Authorization"), "Basic YTpi");
  EXPECT_FALSE(seen.headers.has("Accept-Encoding"));
}

TEST_F(InfluxProxyTest, AnswersWithoutABodyPass) {
  serve([](const Request&, Response& response) { response.send(204, {{"X-A", "b"}}, ""); });
  auto client = server_->client();
  for (const char* method : {"GET", "HEAD"}) {
    auto answer = client.request(method, "/ping", "");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(answer->headers.find("X-A"), "b");
  }
  EXPECT_EQ(client.post("/write?db=efd", "m f=1")->status, 204);
}

TEST_F(InfluxProxyTest, AnswersOfAnySizeAreStreamed) {
  constexpr size_t kPieces = 200;
  const std::string piece(50'000, 'x');
  serve([&](const Request&, Response& response) {
    Result<> sent = response.begin(200, {});
    for (size_t i = 0; i < kPieces && sent; ++i) sent = response.write(piece);
    if (sent) sent = response.end();
  });
  auto answer = server_->client().get("/query");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), kPieces * piece.size());
}

TEST_F(InfluxProxyTest, AClientThatGoesEndsTheQueryBehind) {
  std::atomic<bool> began = false, ended = false;
  serve([&](const Request& request, Response& response) {
    Result<> sent = response.begin(200, {});
    while (sent && !request.stop.stop_requested()) {
      sent = response.write("some rows\n");
      if (sent) sent = response.flush();
      began = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ended = true;
  });
  {
    net::TestClient client(server_->address());
    client.send("GET /query HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!began) std::this_thread::yield();
  }
  while (!ended) std::this_thread::yield();
}

TEST_F(InfluxProxyTest, AnAnswerThatBreaksOffIsBrokenOff) {
  serve([](const Request&, Response& response) {
    if (response.begin(200, {}) && response.write("half") && response.flush()) response.abort();
  });
  EXPECT_FALSE(server_->client().get("/query"));
  net::TestClient old(server_->address());
  old.send("GET /query HTTP/1.0\r\n\r\n");
  old.receive_all();
  EXPECT_TRUE(old.was_reset());
}

TEST_F(InfluxProxyTest, AnInfluxDbThatIsAwayIs503) {
  serve([](const Request&, Response& response) { response.send(204, {}, ""); });
  EXPECT_EQ(server_->client().get("/ping")->status, 204);
  EXPECT_TRUE(proxy_->ping());
  upstream_.reset();
  EXPECT_THAT(proxy_->ping().error().message, StartsWith("cannot reach http://127.0.0.1:"));
  auto answer = server_->client().get("/query?q=SHOW%20DATABASES");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_THAT(answer->body, StartsWith("{\"error\":\"cannot reach http://127.0.0.1:"));
  EXPECT_THAT(std::string(answer->headers.find("X-Influxdb-Error")), HasSubstr("cannot reach"));
}

}  // namespace
}  // namespace efd::api
