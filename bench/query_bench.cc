// SPDX-License-Identifier: MIT
// Values a second: the executor over chunks that are there already, and the writer of JSON.
#include <cmath>
#include <random>

#include <benchmark/benchmark.h>

#include "query/answer.h"
#include "query/engine.h"
#include "query/testing/fake_store.h"

namespace efd::query {
namespace {

constexpr size_t kRows = 4'000'000;
constexpr int64_t kStepNs = 10 * kNsPerMs;  // 100 Hz

// One float field at 100 Hz, handed out in the store's largest chunks without a copy.
class FloatView : public store::MeasurementView {
 public:
  FloatView() : times_(kRows), values_(kRows) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(20, 3);
    for (size_t i = 0; i < kRows; ++i) {
      times_[i] = static_cast<int64_t>(i) * kStepNs;
      values_[i] = noise(random);
    }
  }
  const std::string& name() const override { return name_; }
  std::span<const store::Field> fields() const override { return fields_; }
  uint64_t row_count() const override { return kRows; }
  UtcTime min_time() const override { return UtcTime::from_ns(times_.front()); }
  UtcTime max_time() const override { return UtcTime::from_ns(times_.back()); }
  uint64_t rows_touched(UtcTime, UtcTime, uint64_t) const override { return kRows; }
  std::unique_ptr<store::Scan> scan(store::ScanRequest request) const override {
    return std::make_unique<FloatScan>(*this, request.fields.size());
  }
  Result<std::vector<uint8_t>> find_values(const store::ScanRequest& request) const override {
    return std::vector<uint8_t>(request.fields.size(), 1);
  }

 private:
  class FloatScan : public store::Scan {
   public:
    FloatScan(const FloatView& view, size_t columns) : view_(view), columns_(columns) {}
    Result<bool> next(store::Chunk& chunk) override {
      if (at_ == kRows) return false;
      const size_t n = std::min(store::kChunkRowsMax, kRows - at_);
      chunk.times_ns = std::span(view_.times_).subspan(at_, n);
      chunk.columns.resize(columns_);
      for (auto& column : chunk.columns) {
        column.floats = std::span(view_.values_).subspan(at_, n);
        column.finite = true;  // as decoding finds out
      }
      at_ += n;
      return true;
    }

   private:
    const FloatView& view_;
    size_t columns_;
    size_t at_ = 0;
  };

  std::string name_ = "m";
  std::vector<store::Field> fields_{{"v", rows::FieldType::float_}};
  std::vector<int64_t> times_;
  std::vector<double> values_;
};

// The store of a test, but for its one measurement.
class BenchStore : public FakeStore {
 public:
  BenchStore() { (void)create_database("db"); }
  Result<std::vector<std::shared_ptr<const store::MeasurementView>>> views(
      const std::string&, const std::string&, std::span<const std::string>) override {
    return std::vector<std::shared_ptr<const store::MeasurementView>>{view_};
  }

 private:
  std::shared_ptr<const store::MeasurementView> view_ = std::make_shared<FloatView>();
};

class NoSink : public ResultSink {
 public:
  Result<> begin_statement(int) override { return {}; }
  Result<> begin_series(const SeriesHeader&) override { return {}; }
  Result<> rows(const RowBatch&) override { return {}; }
  Result<> end_series() override { return {}; }
  Result<> message(std::string_view, std::string_view) override { return {}; }
  Result<> error(const Error& error) override { return fail(Error(error)); }
  Result<> end_statement() override { return {}; }
};

BenchStore& bench_store() {
  static BenchStore store;
  return store;
}

void run(benchmark::State& state, const std::string& text, ResultSink& sink) {
  auto engine = make_engine(bench_store(), system::real_clock(), {.buckets_max = 0});
  Query query;
  query.database = "db";
  query.text = text;
  for (auto _ : state) {
    const auto done = engine->run(query, sink, {});
    if (!done) state.SkipWithError(done.error().message.c_str());
  }
  state.SetItemsProcessed(static_cast<int64_t>(kRows) * state.iterations());
}

void BM_Scan(benchmark::State& state, const std::string& what) {
  NoSink sink;
  run(state, "SELECT " + what, sink);
}
const std::string kInterval = " FROM m WHERE time >= 0s AND time < 40000s GROUP BY time";
BENCHMARK_CAPTURE(BM_Scan, mean_1m, "mean(v)" + kInterval + "(1m)");
BENCHMARK_CAPTURE(BM_Scan, mean_1s, "mean(v)" + kInterval + "(1s)");
BENCHMARK_CAPTURE(BM_Scan, mean_10ms, "mean(v)" + kInterval + "(10ms)");
BENCHMARK_CAPTURE(BM_Scan, max_1m, "max(v)" + kInterval + "(1m)");
BENCHMARK_CAPTURE(BM_Scan, last_1m, "last(v)" + kInterval + "(1m)");
BENCHMARK_CAPTURE(BM_Scan, mean_where, std::string("mean(v) FROM m WHERE v > 20"));
BENCHMARK_CAPTURE(BM_Scan, raw, std::string("v FROM m"));
BENCHMARK_CAPTURE(BM_Scan, raw_where, std::string("v FROM m WHERE v > 20"));

void BM_Json(benchmark::State& state, Epoch epoch) {
  size_t bytes = 0;
  auto writer = make_answer_writer({.epoch = epoch}, [&](std::string_view piece) {
    bytes += piece.size();
    return Result<>();
  });
  run(state, "SELECT v FROM m", *writer);
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK_CAPTURE(BM_Json, rfc3339, Epoch::none);
BENCHMARK_CAPTURE(BM_Json, ns, Epoch::ns);

}  // namespace
}  // namespace efd::query
