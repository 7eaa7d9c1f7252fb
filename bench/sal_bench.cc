// SPDX-License-Identifier: MIT
// SAL: converting a tree of XML, building the profile, making mock messages.
#include <cstdlib>

#include <benchmark/benchmark.h>

#include "sal/conversion.h"
#include "sal/message_generator.h"
#include "sal/profile.h"

namespace efd::sal {
namespace {

constexpr UtcTime kNow = UtcTime::from_ms(1'547'585'940'846);

// 1,227 topics, from the archive on disk to schema texts in memory.
void convert_tree_of_2019(benchmark::State& state) {
  const char* shared = std::getenv("EFD_SHARED");
  const std::string root = shared == nullptr ? "../shared" : shared;
  for (auto _ : state) {
    const auto conversion = convert(root + "/data/sal/ts_xml-2019-01.tar.xz");
    if (!conversion) return state.SkipWithError(conversion.error().message.c_str());
    state.counters["topics"] = static_cast<double>(conversion->topics.size());
  }
}
BENCHMARK(convert_tree_of_2019)->Unit(benchmark::kMillisecond);

void make_message(benchmark::State& state, const char* topic) {
  const TopicShape& shape = sqr029().find(topic)->shape;
  MessageGenerator generator(shape, 1);
  std::string out;
  for (auto _ : state) {
    out.clear();
    generator.append_datum(kNow, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["values"] = static_cast<double>(shape.values());
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK_CAPTURE(make_message, narrow, "ATDome_loopTime");
BENCHMARK_CAPTURE(make_message, floats_901, "MTVMS_M1M3");
BENCHMARK_CAPTURE(make_message, integers_579, "DomeLouvers_status");
BENCHMARK_CAPTURE(make_message, mixed_544, "MTM1M3_forceActuatorData");

// One second of the whole experiment.
void make_second_of_sqr029(benchmark::State& state) {
  std::vector<MessageGenerator> generators;
  for (const ProfileTopic& topic : sqr029().topics) generators.emplace_back(topic.shape, 1);
  std::string out;
  size_t bytes = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < generators.size(); ++i) {
      for (int n = 0; n < sqr029().topics[i].rate_hz(); ++n) {
        out.clear();
        generators[i].append_datum(kNow, out);
        bytes += out.size();
      }
    }
  }
  state.counters["bytes_per_second"] =
      static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(make_second_of_sqr029)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace efd::sal
