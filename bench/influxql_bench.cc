// SPDX-License-Identifier: MIT
// Parsing and printing of a query as the EFD client sends it: hundreds of fields by name.
#include <benchmark/benchmark.h>

#include "influx/parser.h"

namespace {

std::string wide_query(int64_t fields) {
  std::string text = "SELECT ";
  for (int64_t i = 0; i < fields; ++i) text += (i == 0 ? "forces" : ", forces") + std::to_string(i);
  return text +
         " FROM \"efd\".\"autogen\".\"lsst.sal.MTM1M3.forceActuatorData\""
         " WHERE time >= '2024-05-01T00:00:00Z' AND time <= '2024-05-02T00:00:00Z'";
}

void BM_ParseWideSelect(benchmark::State& state) {
  const std::string text = wide_query(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(efd::influx::parse_query(text));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(BM_ParseWideSelect)->Arg(1)->Arg(300);

void BM_PrintWideSelect(benchmark::State& state) {
  const auto statements = efd::influx::parse_query(wide_query(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(to_string(statements->front()));
}
BENCHMARK(BM_PrintWideSelect)->Arg(300);

}  // namespace
