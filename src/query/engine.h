// SPDX-License-Identifier: MIT
// QueryEngine: runs InfluxQL over the store and hands the answer to a sink as it is computed.
//
//   auto engine = query::make_engine(store, system::real_clock());
//   query::Query query{.database = "efd", .text = "SELECT mean(a0) FROM m GROUP BY time(1s)"};
//   Result<> ran = engine->run(query, sink, stop);
//
// Nothing is kept whole: memory is a few chunks of the scan and one batch of rows, whatever the
// size of the answer. Rows that overlap in time are merged, and wide or long values add up: what a
// statement holds is accounted, and it fails beyond memory_bytes_max.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/caller.h"
#include "base/result.h"
#include "influx/parser.h"
#include "query/result_sink.h"
#include "store/store.h"
#include "system/clock.h"

namespace efd::query {

struct Query {
  Caller caller;
  std::string database;  // for statements that name none; empty: none
  std::string policy;    // empty: the database's default policy
  std::string text;      // one or several statements
  influx::Params params;
  // The request promised to change nothing (HTTP GET): statements that do get a warning.
  bool read_only = false;
  // How long the answer has waited for the client so far, which does not count as the query's time.
  // Called by the thread that runs the query; empty: it never waits.
  std::function<int64_t()> waited_ns = {};
};

// Threads of the pool that the program makes for queries alone.
struct QueryThreads {
  size_t threads = 8;
  size_t small_threads = 2;  // see net::PoolOptions
};

struct EngineOptions {
  // The most buckets of GROUP BY time() in one statement and source; 0: no limit.
  int64_t buckets_max = 1'000'000;
  // A statement ends with an error after this time, without its waits for the client; 0: never.
  int64_t timeout_ms = 60'000;
  int concurrent_max = 16;
  // What one statement may hold in memory. Beyond it fails: "query memory limit exceeded ...".
  size_t memory_bytes_max = 256u << 20;
  // A query is small when the row groups that its ranges touch have at most so many rows, and its
  // answer at most so many bytes.
  uint64_t small_rows_max = 100'000;
  uint64_t small_answer_bytes_max = 16u << 20;
};

// Thread-safe.
class QueryEngine {
 public:
  virtual ~QueryEngine() = default;
  // Runs the statements one after another on the calling thread. A statement's failure goes to
  // the sink, in InfluxDB's words, and ends the query. Returns
  //   bad_input  "error parsing query: ...": nothing was run, the sink was not called;
  //   cancelled  `stop` was requested: the sink got no end;
  //   the error of a call to the sink.
  virtual Result<> run(const Query& query, ResultSink& sink, std::stop_token stop) = 0;
  // Estimates whether the query will be done soon, without decoding anything. True for a query that
  // would fail.
  virtual bool is_small(const Query& query) = 0;
};

// Whether the query's caller may do what the statements do. Its error's message begins with "error
// authorizing query".
Result<> authorize_statements(const Query& query, std::span<const influx::Statement> statements);

// Over the store in this process; `store` and `clock` must outlive it.
std::unique_ptr<QueryEngine> make_engine(store::Store& store, system::Clock& clock,
                                         EngineOptions options = {});

}  // namespace efd::query
