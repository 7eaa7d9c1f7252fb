// SPDX-License-Identifier: MIT
// How long small calls take while the store writes 128 MiB to the disk of the machine: to make a
// database, a policy, a measurement, and to list them.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "scratch_store.h"

namespace efd::store {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr uint64_t kFlushBytes = 128ull << 20;
constexpr size_t kMeasurements = 1000;
constexpr size_t kDoubles = 40;

// Noise of all bits, so that what is written is as large as what was put.
void put_noise(Store& store, uint64_t bytes) {
  auto layout = std::make_shared<rows::Layout>();
  for (size_t i = 0; i < kDoubles; ++i)
    layout->columns.push_back({"value" + std::to_string(i), rows::ColumnType::float64, false});
  rows::Rows rows(layout);
  std::mt19937_64 random(1);
  std::vector<MeasurementHandle> into;
  for (size_t i = 0; i < kMeasurements; ++i)
    into.push_back(*store.measurement("efd", "", "m" + std::to_string(i)));
  for (size_t n = 0; store.figures().bytes_in_memory < bytes; ++n) {
    rows.clear();
    for (size_t i = 0; i < kDoubles; ++i)
      rows.column(i).append(static_cast<double>(static_cast<int64_t>(random())));
    rows.end_row(UtcTime::from_ns(1'700'000'000'000'000'000 + static_cast<int64_t>(n) * 1'000'000));
    PutRows one{into[n % into.size()].get(), &rows};
    (void)store.put({&one, 1}, {});
  }
}

// The calls, each with a new name where it makes something.
std::map<std::string, std::function<void(Store&, const std::string& name)>> small_calls() {
  return {
      {"create_database", [](Store& store, auto& name) { (void)store.create_database(name); }},
      {"create_policy",
       [](Store& store, auto& name) {
         (void)store.create_policy("efd", {name, 0, 7 * kNsPerDay, false});
       }},
      {"measurement", [](Store& store, auto& name) { (void)store.measurement("efd", "", name); }},
      {"drop_nothing", [](Store& store, auto& name) { (void)store.drop_database(name + "?"); }},
      {"show",
       [](Store& store, auto&) {
         (void)store.databases();
         (void)store.policies("efd");
         const auto names = store.measurement_names("efd");
         (void)store.views("efd", "", *names);
       }},
  };
}

void BM_SmallCallsDuringAFlush(benchmark::State& state) {
  std::map<std::string, std::vector<double>> waits;  // ms
  double flush_ms = 0;
  for (auto _ : state) {
    ScratchStore store;
    put_noise(*store, kFlushBytes);
    std::atomic<bool> is_done = false;
    const auto begin = std::chrono::steady_clock::now();
    std::thread flush([&] {
      (void)store->flush();
      is_done = true;
    });
    for (int n = 0; !is_done; ++n) {
      for (const auto& [what, call] : small_calls()) {
        const auto asked = std::chrono::steady_clock::now();
        call(*store, "n" + std::to_string(n));
        const double waited = Milliseconds(std::chrono::steady_clock::now() - asked).count();
        waits[what].push_back(waited);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    flush.join();
    const Milliseconds took = std::chrono::steady_clock::now() - begin;
    flush_ms = std::max(flush_ms, took.count());
    state.SetIterationTime(took.count() / 1000);
  }
  state.counters["flush_ms"] = flush_ms;
  for (auto& [what, all] : waits) {
    std::sort(all.begin(), all.end());
    state.counters[what + "_p50_ms"] = all[all.size() / 2];
    state.counters[what + "_max_ms"] = all.back();
  }
}
BENCHMARK(BM_SmallCallsDuringAFlush)
    ->UseManualTime()
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace efd::store
