// SPDX-License-Identifier: MIT
// The store's rates: intake of one-row batches, the way to disk, a raw scan.
#include <cmath>
#include <random>

#include <benchmark/benchmark.h>

#include "scratch_store.h"

namespace efd::store {
namespace {

using rows::ColumnType;

// Rows like SAL telemetry: a few constant strings and stamps, then measured values.
std::shared_ptr<const rows::Layout> layout_of(size_t doubles, size_t floats_in_array) {
  auto layout = std::make_shared<rows::Layout>();
  layout->columns = {{"private_revCode", ColumnType::string, false},
                     {"private_sndStamp", ColumnType::float64, false},
                     {"private_seqNum", ColumnType::integer, false},
                     {"private_origin", ColumnType::integer, false}};
  for (size_t i = 0; i < doubles; ++i)
    layout->columns.push_back({"value" + std::to_string(i), ColumnType::float64, false});
  if (floats_in_array) layout->columns.push_back({"forces", ColumnType::float32, true});
  return layout;
}

class Telemetry {
 public:
  Telemetry(size_t doubles, size_t floats)
      : doubles_(doubles), floats_(floats), rows_(layout_of(doubles, floats)) {
    for (float& value : noise_) value = std::ldexp(static_cast<float>(random_() % 16384), -4);
  }
  size_t values() const { return 4 + doubles_ + floats_; }

  const rows::Rows& row(int64_t n) {
    rows_.clear();
    rows_.column(0).append_string("d1a2b3c4");
    rows_.column(1).append(1.7e9 + static_cast<double>(n) * 0.01);
    rows_.column(2).append<int64_t>(n);
    rows_.column(3).append<int64_t>(4711);
    for (size_t i = 0; i < doubles_; ++i)
      rows_.column(4 + i).append(static_cast<double>(noise_[(n * 7 + i) % noise_.size()]) * 0.001);
    if (floats_) {
      rows_.column(4 + doubles_).append_elements(&noise_[random_() % 1024], floats_);
      rows_.column(4 + doubles_).end_array();
    }
    rows_.end_row(UtcTime::from_ns(1'700'000'000'000'000'000 + n * 10'000'000));
    return rows_;
  }

 private:
  size_t doubles_;
  size_t floats_;
  std::mt19937 random_{1};
  std::vector<float> noise_ = std::vector<float>(4096);
  rows::Rows rows_;
};

// Rows of one row each, into so many measurements in turn; encoding, files and commits included.
void BM_PutAndFlush(benchmark::State& state) {
  constexpr int64_t kRowsPerFlush = 60'000;
  size_t measurements = static_cast<size_t>(state.range(0));
  Telemetry telemetry(static_cast<size_t>(state.range(1)), static_cast<size_t>(state.range(2)));
  ScratchStore store;
  std::vector<MeasurementHandle> into;
  for (size_t i = 0; i < measurements; ++i)
    into.push_back(*store->measurement("efd", "", "m" + std::to_string(i)));
  std::vector<rows::Rows> prepared;
  for (int64_t n = 0; n < 64; ++n) prepared.push_back(telemetry.row(n));
  int64_t n = 0;
  for (auto _ : state) {
    PutRows one{into[static_cast<size_t>(n) % into.size()].get(),
                &prepared[static_cast<size_t>(n) % prepared.size()]};
    (void)store->put({&one, 1}, {});
    if (++n % kRowsPerFlush == 0) (void)store->flush();
  }
  (void)store->flush();
  state.counters["rows/s"] =
      benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsRate);
  state.counters["values/s"] =
      benchmark::Counter(static_cast<double>(n) * telemetry.values(), benchmark::Counter::kIsRate);
  Store::Figures figures = store->figures();
  state.counters["B/value"] =
      static_cast<double>(figures.bytes_on_disk) / static_cast<double>(figures.values_on_disk);
}
BENCHMARK(BM_PutAndFlush)
    ->ArgNames({"measurements", "doubles", "floats"})
    ->Args({1, 9, 0})
    ->Args({1000, 40, 0})
    ->Args({100, 10, 900});

// What a flush does with rows that are in memory: sort, encode, write, commit.
void BM_Flush(benchmark::State& state) {
  constexpr int64_t kRows = 20'000;
  Telemetry telemetry(static_cast<size_t>(state.range(0)), static_cast<size_t>(state.range(1)));
  uint64_t raw = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ScratchStore store;
    MeasurementHandle into = *store->measurement("efd", "", "m");
    for (int64_t n = 0; n < kRows; ++n) {
      PutRows one{into.get(), &telemetry.row(n)};
      (void)store->put({&one, 1}, {});
    }
    raw += store->figures().bytes_in_memory;
    state.ResumeTiming();
    (void)store->flush();
  }
  double values = static_cast<double>(kRows) * static_cast<double>(telemetry.values());
  state.counters["values/s"] = benchmark::Counter(values * static_cast<double>(state.iterations()),
                                                  benchmark::Counter::kIsRate);
  state.SetBytesProcessed(static_cast<int64_t>(raw));
}
BENCHMARK(BM_Flush)->ArgNames({"doubles", "floats"})->Args({40, 0})->Args({10, 900});

// One float field of a million rows, summed by ten seconds.
void BM_ScanOneField(benchmark::State& state) {
  constexpr int64_t kRows = 1'000'000;
  constexpr int64_t kBucketNs = 10 * kNsPerSecond;
  ScratchStore store;
  MeasurementHandle into = *store->measurement("efd", "", "m");
  Telemetry telemetry(9, 0);
  for (int64_t n = 0; n < kRows; ++n) {
    PutRows one{into.get(), &telemetry.row(n)};
    (void)store->put({&one, 1}, {});
  }
  if (state.range(0)) (void)store->flush();
  std::string name = "m";
  auto view = (*store->views("efd", "", {&name, 1}))[0];
  uint32_t field = 0;
  while (view->fields()[field].name != "value5") ++field;
  for (auto _ : state) {
    auto scan = view->scan({.fields = {field}});
    Chunk chunk;
    double sum = 0;
    int64_t bucket = INT64_MIN;
    while (*scan->next(chunk)) {
      for (size_t i = 0; i < chunk.size(); ++i) {
        int64_t here = chunk.times_ns[i] / kBucketNs;
        if (here != bucket) benchmark::DoNotOptimize(sum = 0), bucket = here;
        sum += chunk.columns[0].floats[i];
      }
    }
  }
  state.counters["values/s"] =
      benchmark::Counter(static_cast<double>(kRows) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(BM_ScanOneField)->ArgNames({"on_disk"})->Arg(0)->Arg(1);

}  // namespace
}  // namespace efd::store
