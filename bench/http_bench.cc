// SPDX-License-Identifier: MIT
// Requests over loopback: one client, one connection, one request at a time.
#include <algorithm>
#include <chrono>
#include <vector>

#include <benchmark/benchmark.h>

#include "http/client.h"
#include "http/server.h"

namespace {

using namespace efd;

void round_trips(benchmark::State& state, const char* target) {
  http::Router router;
  auto handler = [](const http::Request&, http::Response& response) {
    response.send(200, {{"Content-Type", "application/json"}}, "{}");
  };
  router.add("GET", "/inline", handler, {.inline_on_loop = true});
  router.add("GET", "/pool", handler);
  net::Loops loops;
  net::Pool pool({});
  auto listener = http::serve(loops, pool, router, "127.0.0.1:0");
  auto client = http::Client::open("http://" + (*listener)->address().to_string());
  std::vector<double> times_us;
  for (auto _ : state) {
    auto start = std::chrono::steady_clock::now();
    auto answer = client->get(target);
    if (!answer || answer->status != 200) return state.SkipWithError("no answer");
    times_us.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::sort(times_us.begin(), times_us.end());
  state.counters["p50_us"] = times_us[times_us.size() / 2];
  state.counters["p99_us"] = times_us[times_us.size() * 99 / 100];
  listener->reset();
  pool.stop();
}

}  // namespace

BENCHMARK_CAPTURE(round_trips, inline_on_loop, "/inline")->UseRealTime();
BENCHMARK_CAPTURE(round_trips, on_pool, "/pool")->UseRealTime();
