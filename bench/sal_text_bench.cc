// SPDX-License-Identifier: MIT
// SAL's text to Avro and back: the narrowest topics, and MTM1M3's forces.
#include <benchmark/benchmark.h>

#include "sal/message_generator.h"
#include "sal/profile.h"
#include "sal/text_parser.h"
#include "system/clock.h"

namespace efd::sal {
namespace {

struct Messages {
  explicit Messages(const char* topic) {
    const TopicShape& shape = sqr029().find(topic)->shape;
    plan = *TextPlan::compile(shape);
    MessageGenerator generator(shape, 1);
    for (int i = 0; i < 256; ++i) {
      std::string datum, text;
      generator.append_datum(UtcTime::from_ms(1'547'585'940'846 + i), datum);
      if (!plan->print(datum, text)) std::abort();
      datums.push_back(datum);
      texts.push_back(text);
      bytes += text.size();
    }
  }
  std::shared_ptr<const TextPlan> plan;
  std::vector<std::string> datums;
  std::vector<std::string> texts;
  size_t bytes = 0;
};

void finish(benchmark::State& state, const Messages& messages) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(messages.bytes / 256));
  state.counters["values"] = static_cast<double>(messages.plan->values());
}

void parse(benchmark::State& state, const char* topic) {
  const Messages messages(topic);
  TextParser parser(messages.plan);
  std::string datum;
  size_t i = 0;
  for (auto _ : state) {
    datum.clear();
    auto head = read_text_head(messages.texts[i++ % 256]);
    if (!head || !parser.parse(head->values, system::real_clock().now(), datum)) std::abort();
    benchmark::DoNotOptimize(datum.data());
  }
  finish(state, messages);
}
BENCHMARK_CAPTURE(parse, narrow, "MTMount_Azimuth");
BENCHMARK_CAPTURE(parse, one_value, "ATWhiteLight_timestamp");
BENCHMARK_CAPTURE(parse, command, "MTM1M3_command_abortRaiseM1M3");
BENCHMARK_CAPTURE(parse, forceActuatorData, "MTM1M3_forceActuatorData");
BENCHMARK_CAPTURE(parse, thermalData, "MTM1M3TS_thermalData");

void print(benchmark::State& state, const char* topic) {
  const Messages messages(topic);
  std::string text;
  size_t i = 0;
  for (auto _ : state) {
    text.clear();
    if (!messages.plan->print(messages.datums[i++ % 256], text)) std::abort();
    benchmark::DoNotOptimize(text.data());
  }
  finish(state, messages);
}
BENCHMARK_CAPTURE(print, narrow, "MTMount_Azimuth");
BENCHMARK_CAPTURE(print, forceActuatorData, "MTM1M3_forceActuatorData");

}  // namespace
}  // namespace efd::sal
