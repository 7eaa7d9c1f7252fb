// SPDX-License-Identifier: MIT
#include "query/engine.h"

#include <thread>

#include <gtest/gtest.h>

#include "query/answer.h"
#include "query/testing/fake_store.h"

namespace efd::query {
namespace {

// Calls `on_rows` for each batch, before it counts it.
class CountingSink : public ResultSink {
 public:
  std::function<Result<>()> on_rows = [] { return Result<>(); };
  size_t rows_seen = 0;
  std::vector<std::string> errors;
  std::vector<std::string> messages;
  int statements_ended = 0;

  Result<> begin_statement(int) override { return {}; }
  Result<> begin_series(const SeriesHeader&) override { return {}; }
  Result<> rows(const RowBatch& batch) override {
    EFD_TRY(on_rows());
    rows_seen += batch.rows;
    return {};
  }
  Result<> end_series() override { return {}; }
  Result<> message(std::string_view, std::string_view text) override {
    messages.emplace_back(text);
    return {};
  }
  Result<> error(const Error& error) override {
    errors.push_back(error.message);
    return {};
  }
  Result<> end_statement() override {
    ++statements_ended;
    return {};
  }
};

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    EXPECT_TRUE(store_.create_database("db"));
    for (int i = 0; i < 1000; ++i) store_.add("m", i * kNsPerMs, {{"v", i * 0.5}});
  }
  Result<> run(const std::string& text, CountingSink& sink, EngineOptions options = {},
               std::stop_token stop = {}) {
    Query query;
    query.database = "db";
    query.text = text;
    return make_engine(store_, clock_, options)->run(query, sink, stop);
  }

  FakeStore store_;
  system::FakeClock clock_{UtcTime::from_ms(1'000)};
};

TEST_F(EngineTest, StreamsChunkByChunk) {
  CountingSink sink;
  int batches = 0;
  sink.on_rows = [&] {
    ++batches;
    return Result<>();
  };
  ASSERT_TRUE(run("SELECT v FROM m", sink));
  EXPECT_EQ(sink.rows_seen, 1000u);
  EXPECT_GT(batches, 100);
}

TEST_F(EngineTest, EndsWhenTheClientGoes) {
  CountingSink sink;
  std::stop_source stop;
  sink.on_rows = [&] {
    stop.request_stop();
    return Result<>();
  };
  const auto done = run("SELECT v FROM m; SELECT v FROM m", sink, {}, stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::cancelled);
  EXPECT_EQ(sink.rows_seen, 7u);
  EXPECT_TRUE(sink.errors.empty());
}

TEST_F(EngineTest, EndsWhenTheSinkFails) {
  CountingSink sink;
  sink.on_rows = [] { return Result<>(fail(ErrorCode::cancelled, "gone")); };
  const auto done = run("SELECT v FROM m", sink);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "gone");
  EXPECT_TRUE(sink.errors.empty());
}

TEST_F(EngineTest, EndsAStatementAfterItsTimeOut) {
  CountingSink sink;
  sink.on_rows = [&] {
    clock_.advance_ns(600 * kNsPerMs);
    return Result<>();
  };
  ASSERT_TRUE(run("SELECT v FROM m", sink, {.timeout_ms = 1000}));
  EXPECT_EQ(sink.errors, std::vector<std::string>{"query-timeout limit exceeded"});
  EXPECT_EQ(sink.rows_seen, 14u);
}

// The client takes the answer slowly: nearly all of the time is its own.
TEST_F(EngineTest, DoesNotCountWhatItWaitsForTheClient) {
  CountingSink sink;
  int64_t waited_ns = 0;
  sink.on_rows = [&] {
    clock_.advance_ns(600 * kNsPerMs);
    waited_ns += 599 * kNsPerMs;
    return Result<>();
  };
  Query query{.database = "db", .text = "SELECT v FROM m"};
  query.waited_ns = [&] { return waited_ns; };
  ASSERT_TRUE(make_engine(store_, clock_, {.timeout_ms = 1000})->run(query, sink, {}));
  EXPECT_TRUE(sink.errors.empty());
  EXPECT_EQ(sink.rows_seen, 1000u);
}

TEST_F(EngineTest, TellsSmallQueriesByTheRowsThatTheyTouch) {
  for (int i = 0; i < 1000; ++i)
    store_.add("wide", i * kNsPerMs, {{"a", 1.0}, {"b", 2.0}, {"c", 3.0}});
  const auto engine =
      make_engine(store_, clock_, {.small_rows_max = 500, .small_answer_bytes_max = 1800});
  const auto is_small = [&](const std::string& text) {
    return engine->is_small({.database = "db", .text = text});
  };
  EXPECT_TRUE(is_small("SHOW MEASUREMENTS"));
  EXPECT_TRUE(is_small("SELECT"));  // an error is quickly said
  EXPECT_TRUE(is_small("SELECT v FROM nothing"));
  EXPECT_FALSE(is_small("SELECT v FROM m"));
  EXPECT_TRUE(is_small("SELECT v FROM m WHERE time < 500ms"));
  EXPECT_FALSE(is_small("SELECT v FROM m WHERE time <= 500ms"));
  EXPECT_FALSE(is_small("SELECT v FROM m WHERE time < 300ms; SELECT v FROM m WHERE time < 300ms"));
  EXPECT_TRUE(is_small("CREATE DATABASE a"));
  EXPECT_FALSE(is_small("CREATE DATABASE a; SELECT v FROM m WHERE time < 1ms"));
  // An answer that cannot be short is not small whatever it touches.
  EXPECT_TRUE(is_small("SELECT * FROM wide WHERE time < 300ms"));
  EXPECT_FALSE(is_small("SELECT * FROM wide WHERE time < 301ms"));
  EXPECT_TRUE(is_small("SELECT * FROM wide WHERE time < 500ms LIMIT 300"));
  EXPECT_TRUE(is_small("SELECT mean(*) FROM wide WHERE time < 500ms"));
  EXPECT_FALSE(is_small("SELECT mean(*) FROM wide"));
  EXPECT_FALSE(is_small("SELECT mean(v) FROM m WHERE time < 500ms GROUP BY time(1u)"));
  EXPECT_TRUE(is_small("SELECT mean(v) FROM m WHERE time < 500ms GROUP BY time(1u) fill(none)"));
}

TEST_F(EngineTest, RowsDecideAloneWhatIsSmall) {
  std::vector<std::pair<std::string, Cell>> values;
  for (int i = 0; i < 60; ++i) values.emplace_back("f" + std::to_string(i), 1.5);
  for (int i = 0; i < 20'000; ++i) store_.add("wide", i, values);
  const auto engine = make_engine(store_, clock_, {});
  EXPECT_TRUE(engine->is_small({.database = "db", .text = "SELECT * FROM wide"}));
}

constexpr const char* kMemoryError =
    "query memory limit exceeded (2000 bytes): narrow the time range or raise query.memory_max";

TEST_F(EngineTest, EndsAStatementThatHoldsTooMuch) {
  for (int i = 0; i < 10; ++i) store_.add("texts", i, {{"s", std::string(500, "xy"[i % 2])}});
  for (const char* text :
       {"SELECT s FROM texts WHERE s =~ /x/", "SELECT mean(v) FROM m GROUP BY time(1u) FILL(0)",
        "SELECT first(s) FROM texts WHERE time < 10 GROUP BY time(1ns) LIMIT 4"}) {
    CountingSink sink;
    ASSERT_TRUE(run(text, sink, {.buckets_max = 10'000'000, .memory_bytes_max = 2000})) << text;
    EXPECT_EQ(sink.errors, std::vector<std::string>{kMemoryError}) << text;
  }
  CountingSink sink;
  ASSERT_TRUE(run("SELECT v FROM m", sink, {.memory_bytes_max = 2000}));
  EXPECT_EQ(sink.rows_seen, 1000u) << "what is passed through is not held";
}

TEST_F(EngineTest, EmptyBucketsEndWithTheQueryToo) {
  CountingSink sink;
  std::stop_source stop;
  sink.on_rows = [&] {
    stop.request_stop();
    return Result<>();
  };
  const auto done =
      run("SELECT count(v) FROM m WHERE time >= 0s AND time < 1s GROUP BY time(100ns)", sink,
          {.buckets_max = 10'000'000}, stop.get_token());
  EXPECT_FALSE(done);
  EXPECT_LT(sink.rows_seen, 200'000u);
}

TEST_F(EngineTest, RefusesMoreQueriesThanMayRun) {
  auto engine = make_engine(store_, clock_, {.concurrent_max = 1});
  Query query;
  query.database = "db";
  query.text = "SELECT v FROM m LIMIT 1";
  CountingSink inner, outer;
  outer.on_rows = [&] { return engine->run(query, inner, {}); };
  ASSERT_TRUE(engine->run(query, outer, {}));
  EXPECT_EQ(inner.errors, std::vector<std::string>{"max-concurrent-queries limit exceeded(2, 1)"});
  outer.on_rows = [] { return Result<>(); };
  outer.errors.clear();
  ASSERT_TRUE(engine->run(query, outer, {}));
  EXPECT_TRUE(outer.errors.empty());
}

TEST_F(EngineTest, StopsBehindAFailedStatement) {
  CountingSink sink;
  ASSERT_TRUE(run("SELECT v FROM m; SELECT foo(v) FROM m; SELECT v FROM m", sink));
  EXPECT_EQ(sink.rows_seen, 1000u);
  EXPECT_EQ(sink.errors, std::vector<std::string>{"undefined function foo()"});
  EXPECT_EQ(sink.statements_ended, 2);
}

TEST_F(EngineTest, WarnsOfChangesInARequestThatPromisedNone) {
  auto engine = make_engine(store_, clock_);
  Query query;
  query.text = "CREATE DATABASE x";
  query.read_only = true;
  CountingSink sink;
  ASSERT_TRUE(engine->run(query, sink, {}));
  ASSERT_EQ(sink.messages.size(), 1u);
  EXPECT_EQ(sink.messages[0],
            "deprecated use of 'CREATE DATABASE x' in a read only context, please use a POST "
            "request instead");
}

TEST_F(EngineTest, SaysWhatItNeeds) {
  auto engine = make_engine(store_, clock_);
  Query query;
  query.text = "SELECT v FROM m";
  CountingSink sink;
  ASSERT_TRUE(engine->run(query, sink, {}));
  query.text = "SELECT v FROM";
  const auto done = engine->run(query, sink, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::bad_input);
  EXPECT_EQ(sink.errors, std::vector<std::string>{"database name required"});
}

TEST_F(EngineTest, RunsQueriesOfManyThreads) {
  auto engine = make_engine(store_, clock_);
  std::vector<std::thread> threads;
  std::atomic<size_t> rows{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      Query query;
      query.database = "db";
      query.text = "SELECT v FROM m WHERE v > 100";
      CountingSink sink;
      EXPECT_TRUE(engine->run(query, sink, {}));
      rows += sink.rows_seen;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(rows, 8u * 799u);
}

}  // namespace
}  // namespace efd::query
