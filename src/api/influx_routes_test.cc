// SPDX-License-Identifier: MIT
#include "api/influx_routes.h"

#include <future>
#include <sstream>

#include <gtest/gtest.h>

#include "api/health_route.h"
#include "api/influx_request.h"
#include "http/testing/http_test_server.h"
#include "http/uri.h"
#include "json/value.h"
#include "query/testing/fake_store.h"
#include "query/testing/shared_data.h"

namespace efd::api {
namespace {

// What InfluxDB's recorded answers about formats were asked of.
void load_recorded_points(query::FakeStore& store) {
  store.add("cpu", kNsPerSecond,
            {{"b", true},
             {"host", std::string("A")},
             {"i", int64_t{2}},
             {"s", std::string("x,\"y")},
             {"v", 1.5}});
  store.add("cpu", 2 * kNsPerSecond, {{"b", false}, {"host", std::string("B")}, {"v", 2.0}});
  store.add("mem", kNsPerSecond, {{"u", int64_t{1}}});
}

class InfluxRoutes : public testing::Test {
 protected:
  InfluxRoutes() {
    EXPECT_TRUE(store_.create_database("d"));
    load_recorded_points(store_);
    for (int i = 0; i < 20'000; ++i) store_.add("long", i * kNsPerMs, {{"v", i * 0.5}});
    http::Router router;
    add_influx_routes(router, *engine_);
    add_health_routes(router, health_);
    server_ = std::make_unique<http::TestServer>(std::move(router));
  }

  http::Answer get(const std::string& target, const http::Headers& headers = {}) {
    auto client = server_->client();
    auto answer = client.request("GET", target, "", headers);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }
  http::Answer post_form(const std::string& target, const std::string& form) {
    auto client = server_->client();
    auto answer = client.request("POST", target, form,
                                 {{"Content-Type", "application/x-www-form-urlencoded"}});
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }

  query::FakeStore store_;
  system::FakeClock clock_{UtcTime::from_ms(100'000)};
  std::unique_ptr<query::QueryEngine> engine_ = query::make_engine(store_, clock_);
  observe::Health health_;
  std::unique_ptr<http::TestServer> server_;
};

TEST_F(InfluxRoutes, AnswersPing) {
  const auto ping = get("/ping");
  EXPECT_EQ(ping.status, 204);
  EXPECT_EQ(ping.headers.find("X-Influxdb-Version"), "1.8.10");
  EXPECT_EQ(ping.headers.find("X-Influxdb-Build"), "OSS");
  EXPECT_EQ(ping.headers.find("Request-Id").size(), 36u);
  EXPECT_EQ(get("/ping?verbose=true").body, "{\"version\":\"1.8.10\"}");
  EXPECT_EQ(get("/ping?verbose=false").status, 204);
  EXPECT_EQ(get("/status").status, 204);
}

TEST_F(InfluxRoutes, TellsHealth) {
  EXPECT_EQ(get("/health").body,
            "{\"checks\":[],\"message\":\"ready for queries and writes\",\"name\":\"influxdb\","
            "\"status\":\"pass\",\"version\":\"1.8.10\"}");
}

TEST_F(InfluxRoutes, HealthIsGoodWhileQueriesAreAnsweredAndTellsWhatIsSick) {
  health_.set_check("store",
                    [] { return observe::CheckResult{"disk full", observe::Stops::intake}; });
  const auto sick = get("/health");
  EXPECT_EQ(sick.status, 200);
  EXPECT_EQ(sick.body,
            "{\"checks\":[{\"message\":\"disk full\",\"name\":\"store\",\"status\":\"fail\"}],"
            "\"message\":\"store: disk full\",\"name\":\"influxdb\",\"status\":\"pass\","
            "\"version\":\"1.8.10\"}");
  health_.set_check("ready",
                    [] { return observe::CheckResult{"catching up", observe::Stops::queries}; });
  const auto away = get("/health");
  EXPECT_EQ(away.status, 503);
  EXPECT_NE(away.body.find("\"message\":\"ready: catching up\",\"name\":\"influxdb\","
                           "\"status\":\"fail\""),
            std::string::npos)
      << away.body;
}

TEST_F(InfluxRoutes, ReadyTellsWhatStopsIntake) {
  const auto ready = get("/ready");
  EXPECT_EQ(ready.status, 200);
  const auto body = *json::parse(ready.body);
  EXPECT_EQ(*body.find_string("status"), "ready");
  EXPECT_TRUE(body.find_string("started")->ends_with("Z"));
  EXPECT_TRUE(body.find_string("up")->ends_with("s"));
  health_.set_check("pipeline", [] { return observe::CheckResult{"a rotten batch"}; });
  EXPECT_EQ(get("/ready").status, 200);
  health_.set_check("store",
                    [] { return observe::CheckResult{"disk full", observe::Stops::intake}; });
  const auto closed = get("/ready");
  EXPECT_EQ(closed.status, 503);
  EXPECT_EQ(*(*json::parse(closed.body)).find_string("message"), "store: disk full");
}

TEST_F(InfluxRoutes, RunsQueriesFromUrlAndForm) {
  const std::string want =
      "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\",\"v\"]"
      ","
      "\"values\":[[1000,1.5],[2000,2]]}]}]}\n";
  EXPECT_EQ(get("/query?db=d&epoch=ms&q=SELECT+v+FROM+cpu").body, want);
  EXPECT_EQ(post_form("/query", "db=d&epoch=ms&q=SELECT+v+FROM+cpu").body, want);
  EXPECT_EQ(post_form("/query?db=x&q=SELECT+w+FROM+cpu", "db=d&epoch=ms&q=SELECT+v+FROM+cpu").body,
            want);
  EXPECT_EQ(get("/query?db=d&epoch=ms&q=SELECT+v+FROM+cpu", {{"X-Request-Id", "abc"}})
                .headers.find("Request-Id"),
            "abc");
}

// As InfluxDB 1.8.10 reads them: curl -F q=@file, curl -F q=text; the URL goes before both.
TEST_F(InfluxRoutes, RunsQueriesFromMultipartForms) {
  const auto post = [&](const std::string& target, const std::string& parts) {
    auto client = server_->client();
    auto answer = client.request("POST", target, parts + "--B--\r\n",
                                 {{"Content-Type", "multipart/form-data; boundary=B"}});
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  };
  const auto part = [](const std::string& disposition, const std::string& value) {
    return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
  };
  const std::string v = get("/query?db=d&q=SELECT+v+FROM+cpu").body;
  const std::string i = get("/query?db=d&q=SELECT+i+FROM+cpu").body;
  const std::string db = part("name=\"db\"", "d");
  const std::string file = part("name=\"q\"; filename=\"q.iql\"", "SELECT i\nFROM cpu\n");
  const std::string field = part("name=\"q\"", "SELECT v FROM cpu");
  EXPECT_EQ(post("/query", db + field).body, v);
  EXPECT_EQ(post("/query", db + file).body, i);
  EXPECT_EQ(post("/query?db=d", file).body, i);
  EXPECT_EQ(post("/query", file + field + db).body, v);
  EXPECT_EQ(post("/query", db + part("name=\"q\"", "") + file).body, i);
  EXPECT_EQ(post("/query?q=SELECT+v+FROM+cpu", db + file).body, v);
  EXPECT_EQ(post("/query", db).body, get("/query?db=d").body);
  EXPECT_EQ(post("/query", "nothing").status, 400);
}

TEST_F(InfluxRoutes, PathsAreExact) {
  for (const char* path : {"/query/", "/ping/", "/write/", "/status/", "//query", "/query//"}) {
    EXPECT_EQ(get(std::string(path) + "?db=d&q=SELECT+v+FROM+cpu").status, 404) << path;
  }
}

TEST_F(InfluxRoutes, AQueryInTheUrlMayBeAMebibyteLong) {
  const std::string begin = "/query?db=d&q=SELECT+v+FROM+cpu+--+";
  const std::string longest = begin + std::string((1u << 20) - begin.size(), 'x');
  EXPECT_EQ(get(longest).body, get("/query?db=d&q=SELECT+v+FROM+cpu").body);
  EXPECT_EQ(get(longest + "x").status, 414);
  EXPECT_EQ(get("/ping", {{"X-Long", std::string(2u << 20, 'x')}}).status, 431);
}

TEST_F(InfluxRoutes, BindsValues) {
  const std::string params =
      http::percent_encode(R"({"x":1.6,"r":{"regex":"^B$"},"n":{"identifier":"v"}})");
  const std::string q = http::percent_encode("SELECT $n FROM cpu WHERE v > $x AND host =~ $r");
  EXPECT_NE(get("/query?db=d&q=" + q + "&params=" + params).body.find(":02Z\",2]]"),
            std::string::npos);
  const auto wrong = get("/query?db=d&q=" + q + "&params=%7B");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_TRUE(wrong.body.starts_with("{\"error\":\"error parsing query parameters: "));
}

TEST_F(InfluxRoutes, SendsErrorsWithTheirStatus) {
  const auto missing = get("/query?db=d");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.body, "{\"error\":\"missing required parameter \\\"q\\\"\"}\n");
  const auto wrong = get("/query?db=d&q=SELECT");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.headers.find("X-InfluxDB-Error"),
            "error parsing query: found EOF, expected identifier, string, number, bool at line 1, "
            "char 8");
  EXPECT_EQ(get("/query?db=d&q=SELECT+foo(v)+FROM+cpu").body,
            "{\"results\":[{\"statement_id\":0,\"error\":\"undefined function foo()\"}]}\n");
  auto client = server_->client();
  EXPECT_EQ(client.post("/write?db=d", "m v=1")->status, 501);
}

TEST_F(InfluxRoutes, CreatesDatabases) {
  EXPECT_EQ(post_form("/query", "q=CREATE+DATABASE+e").body,
            "{\"results\":[{\"statement_id\":0}]}\n");
  EXPECT_NE(get("/query?q=CREATE+DATABASE+e").body.find("deprecated use of 'CREATE DATABASE e'"),
            std::string::npos);
  EXPECT_EQ(get("/query?async=true&q=SHOW+DATABASES").status, 204);
}

TEST_F(InfluxRoutes, StreamsChunks) {
  const auto answer = get("/query?db=d&chunked=true&chunk_size=6000&q=SELECT+v+FROM+long");
  int lines = 0;
  std::istringstream body(answer.body);
  for (std::string line; std::getline(body, line); ++lines) EXPECT_TRUE(json::parse(line));
  EXPECT_EQ(lines, 4);
}

// Gives some rows, and then says that something cut the answer.
class CutEngine : public query::QueryEngine {
 public:
  Result<> run(const query::Query& query, query::ResultSink& sink, std::stop_token) override {
    EFD_TRY(sink.begin_statement(0));
    EFD_TRY(sink.begin_series({"m", {}, {"time", "v"}, true}));
    const int64_t time_ns = 1;
    const double value = 0.5;
    store::ColumnChunk column;
    column.floats = {&value, 1};
    for (int i = 0; i < std::stoi(query.text); ++i)
      EFD_TRY(sink.rows({1, {&time_ns, 1}, {&column, 1}}));
    EFD_TRY(sink.end_series());
    EFD_TRY(sink.error({ErrorCode::overload, "query-timeout limit exceeded"}));
    return sink.end_statement();
  }
  bool is_small(const query::Query&) override { return true; }
};

// Every answer that a limit cuts says so, or does not end as if it were whole.
TEST(CutAnswer, IsSeenInEveryFormat) {
  CutEngine engine;
  http::Router router;
  add_influx_routes(router, engine);
  http::TestServer server(std::move(router));
  auto client = server.client();
  const auto ask = [&](const char* rows, const char* format, const char* more = "") {
    return client.get(fmt::format("/query?q={}{}", rows, more), {{"Accept", format}});
  };
  for (const char* rows : {"10", "1000000"}) {
    for (const char* chunked : {"", "&chunked=true"}) {
      const auto json = ask(rows, "application/json", chunked);
      ASSERT_TRUE(json);
      EXPECT_TRUE(json->body.ends_with("\"error\":\"query-timeout limit exceeded\"}]}\n"));
      const auto msgpack = ask(rows, "application/x-msgpack", chunked);
      ASSERT_TRUE(msgpack);
      EXPECT_TRUE(msgpack->body.ends_with("query-timeout limit exceeded"));
    }
  }
  // CSV: nothing has left, so that an error can be answered instead.
  const auto told = ask("10", "application/csv");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->status, 503);
  EXPECT_EQ(told->body, "error\nquery-timeout limit exceeded\n");
  EXPECT_EQ(told->headers.find("X-InfluxDB-Error"), "query-timeout limit exceeded");
  for (const char* chunked : {"", "&chunked=true"}) {
    const auto broken = ask("1000000", "text/csv", chunked);
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("closed within the answer"), std::string::npos);
  }
  net::TestClient old(server.address());
  old.send("GET /query?q=1000000 HTTP/1.0\r\nAccept: text/csv\r\n\r\n");
  old.receive_all();
  EXPECT_TRUE(old.was_reset());
}

TEST_F(InfluxRoutes, LetsOtherOriginsIn) {
  auto client = server_->client();
  const auto options = client.request("OPTIONS", "/query", "", {{"Origin", "http://grafana"}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->status, 200);
  EXPECT_EQ(options->headers.find("Access-Control-Allow-Origin"), "http://grafana");
}

TEST(AcceptedFormat, FollowsTheClient) {
  using query::Format;
  EXPECT_EQ(accepted_format("").format, Format::json);
  EXPECT_EQ(accepted_format("application/x-msgpack").format, Format::msgpack);
  EXPECT_EQ(accepted_format("text/*").content_type, "text/csv");
  EXPECT_EQ(accepted_format("text/html, application/csv;q=0.5").content_type, "application/csv");
  EXPECT_EQ(accepted_format("application/csv;q=0.1, application/json").format, Format::json);
}

// The steps of InfluxDB's recorded conversations that need no tags, no writing and no users.
bool can_be_asked(const json::Value& step) {
  const std::string& path = *step.find_string("path");
  const std::string& method = *step.find_string("method");
  for (const char* word : {"host", "TAG", "INTO", "/write", "api/v2", "query/", "ping/"}) {
    if (path.find(word) != std::string::npos) return false;
  }
  return method == "GET" || method == "DELETE" || (method == "POST" && path != "/write");
}

void compare(const json::Value& step, const http::Answer& got) {
  const json::Value& want = *step.find("expect");
  const std::string& path = *step.find_string("path");
  EXPECT_EQ(got.status, *want.find("status")->as_int64()) << path;
  if (const std::string* body = want.find_string("body")) {
    EXPECT_EQ(got.body, *body) << path;
  }
  for (const json::Member& header : *want.find("headers")->as_object()) {
    const bool framing = header.name == "transfer-encoding" || header.name == "content-length" ||
                         header.name == "allow";
    if (framing) continue;
    EXPECT_EQ(got.headers.find(header.name), *header.value.as_string()) << path;
  }
}

TEST_F(InfluxRoutes, AnswersAsRecorded) {
  const auto text = query::read_shared("http_cases.jsonl.gz");
  if (!text) GTEST_SKIP() << "no shared data";
  std::istringstream lines(*text);
  int asked = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto group = json::parse(line);
    ASSERT_TRUE(group);
    const std::string& name = *group->find_string("name");
    if (name != "http/ping" && name != "http/accept" && name != "http/routes") continue;
    for (const json::Value& step : *group->find("steps")->as_array()) {
      if (!can_be_asked(step)) continue;
      http::Headers headers;
      if (const json::Value* given = step.find("headers")) {
        for (const json::Member& header : *given->as_object()) {
          headers.add(header.name, *header.value.as_string());
        }
      }
      auto client = server_->client();
      const auto got =
          client.request(*step.find_string("method"), *step.find_string("path"), "", headers);
      ASSERT_TRUE(got) << got.error().message;
      compare(step, *got);
      ++asked;
    }
  }
  std::printf("recorded http steps: %d asked\n", asked);
  EXPECT_GT(asked, 20);
}

}  // namespace
}  // namespace efd::api
