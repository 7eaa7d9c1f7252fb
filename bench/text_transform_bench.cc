// SPDX-License-Identifier: MIT
// A SAL text to its framed Avro record, as the transformer has it done: topic and schema looked up,
// clock, parsing, framing, measuring. The narrowest topics, several of them in turn, and MTM1M3's
// forces.
#include <benchmark/benchmark.h>

#include "json/writer.h"
#include "observe/metrics.h"
#include "registry/testing/fake_registry.h"
#include "sal/message_generator.h"
#include "sal/profile.h"
#include "system/clock.h"
#include "transform/text_transform.h"

namespace efd::transform {
namespace {

constexpr size_t kTexts = 256;
constexpr size_t kNarrowValuesMax = 3;  // behind the preamble

std::vector<std::string> narrow_topics(std::string_view component) {
  std::vector<std::string> names;
  for (const sal::ProfileTopic& topic : sal::sqr029().topics)
    if (topic.shape.subsystem == component &&
        topic.shape.values() <= sal::header_fields().size() + kNarrowValuesMax)
      names.push_back(topic.shape.name);
  return names;
}

// Texts of topics in turn.
std::vector<std::string> texts_of(const std::vector<std::string>& topics) {
  std::vector<std::string> texts;
  std::vector<sal::MessageGenerator> generators;
  std::vector<std::shared_ptr<const sal::TextPlan>> plans;
  for (const std::string& name : topics) {
    const sal::TopicShape& shape = sal::sqr029().find(name)->shape;
    generators.emplace_back(shape, 1);
    plans.push_back(*sal::TextPlan::compile(shape));
  }
  for (size_t i = 0; i < kTexts; ++i) {
    std::string datum, text;
    generators[i % topics.size()].append_datum(system::real_clock().now(), datum);
    if (!plans[i % topics.size()]->print(datum, text)) std::abort();
    texts.push_back(std::move(text));
  }
  return texts;
}

void transform(benchmark::State& state, const std::vector<std::string>& topics) {
  registry::FakeRegistry registry;
  for (const std::string& name : topics)
    if (!registry.add(Subject(output_topic(name)),
                      json::dump(sal::schema_of(sal::sqr029().find(name)->shape))))
      std::abort();
  const std::vector<std::string> texts = texts_of(topics);
  observe::Metrics metrics;
  const std::string component = topics[0].substr(0, topics[0].find('_'));
  TextTransform transform({component, {}, nullptr}, registry, metrics, system::real_clock());
  std::string record;
  size_t i = 0, bytes = 0;
  for (auto _ : state) {
    const std::string& text = texts[i++ % kTexts];
    if (!transform.run(text, system::real_clock().now(), record)) std::abort();
    benchmark::DoNotOptimize(record.data());
    bytes += text.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.counters["topics"] = static_cast<double>(topics.size());
}

void text_to_record(benchmark::State& state, const char* topic) {
  transform(state, {topic});
}
BENCHMARK_CAPTURE(text_to_record, narrow, "MTMount_Azimuth");
BENCHMARK_CAPTURE(text_to_record, one_value, "ATWhiteLight_timestamp");
BENCHMARK_CAPTURE(text_to_record, forceActuatorData, "MTM1M3_forceActuatorData");

void texts_of_many_topics(benchmark::State& state, const char* component) {
  transform(state, narrow_topics(component));
}
BENCHMARK_CAPTURE(texts_of_many_topics, narrow, "MTM1M3");

}  // namespace
}  // namespace efd::transform
