// SPDX-License-Identifier: MIT
// Rows into line protocol, as a lane does it. items = values.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "influx/line_writer.h"

namespace {

using efd::UtcTime;
using efd::influx::LineWriter;
using efd::rows::Column;
using efd::rows::ColumnType;
using efd::rows::Layout;
using efd::rows::Rows;

constexpr size_t kRows = 64;

// Telemetry: digits that are not round.
template <class T>
T value_at(size_t row, size_t column) {
  return static_cast<T>(static_cast<double>(row * 7919 + column * 104729) * 1.2345e-3);
}

template <class T>
void run(benchmark::State& state, ColumnType type) {
  auto columns = static_cast<size_t>(state.range(0));
  Layout layout;
  for (size_t c = 0; c < columns; ++c)
    layout.columns.push_back({"forces" + std::to_string(c), type, false});
  auto shared = std::make_shared<const Layout>(std::move(layout));
  Rows rows(shared);
  for (size_t row = 0; row < kRows; ++row) {
    for (size_t c = 0; c < columns; ++c) rows.column(c).append<T>(value_at<T>(row, c));
    rows.end_row(UtcTime::from_ms(1'700'000'000'000 + static_cast<int64_t>(row)));
  }
  auto writer = LineWriter::make("lsst.sal.MTM1M3_forceActuatorData", shared);
  efd::rows::ByteBuffer out;
  for (auto _ : state) {
    out.clear();
    for (size_t row = 0; row < kRows; ++row) EFD_CHECK(writer->append(rows, row, out));
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows * columns));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out.size()));
}

void BM_LineDoubles(benchmark::State& state) {
  run<double>(state, ColumnType::float64);
}
void BM_LineFloats(benchmark::State& state) {
  run<float>(state, ColumnType::float32);
}
void BM_LineIntegers(benchmark::State& state) {
  run<int64_t>(state, ColumnType::integer);
}
BENCHMARK(BM_LineDoubles)->Arg(10)->Arg(1000);
BENCHMARK(BM_LineFloats)->Arg(1000);
BENCHMARK(BM_LineIntegers)->Arg(1000);

}  // namespace
