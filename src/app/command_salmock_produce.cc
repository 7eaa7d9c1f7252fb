// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/metrics_listener.h"
#include "app/print_error.h"
#include "json/value.h"
#include "observe/log.h"
#include "observe/progress.h"
#include "registry/confluent_registry.h"
#include "sal/conversion.h"
#include "sal/profile.h"
#include "salmock/mock_topic.h"
#include "salmock/produce_run.h"
#include "system/process_figures.h"
#include "system/stop_signals.h"

namespace efd::app {
namespace {

using salmock::MockTopic;
using salmock::ProduceFigures;
using salmock::ProduceRun;

constexpr const char* kExperiment = "sqr-029";
constexpr double kBehindSecondsMin = 1;
constexpr double kNsToSeconds = 1e-9;
constexpr double kLongestRunS = 1e9;  // 31 years: they fit as nanoseconds

// ------------------------------------------------------------------------------- what is sent

Result<sal::Conversion> convert(const std::string& source) {
  observe::Progress progress("converting");
  sal::ConversionOptions options;
  options.progress = [&](size_t done, size_t total) { progress.show(done, total); };
  EFD_ASSIGN(sal::Conversion conversion, sal::convert(source, options));
  if (!conversion.ok())
    observe::warn("salmock", "{}: {} problems; `efd salschema convert` lists them", source,
                  conversion.problem_count);
  return conversion;
}

// --topic with --xml: these topics of the XML, at 1 Hz.
Result<sal::Profile> choose_topics(const sal::Conversion& conversion,
                                   const std::vector<std::string>& names) {
  sal::Profile profile{.name = "topics", .topics = {}};
  for (const std::string& name : names) {
    std::string full_name = salmock::full_topic_name(name);
    const auto* topic = conversion.find(full_name.substr(full_name.rfind('.') + 1));
    if (!topic) return fail(ErrorCode::not_found, "the XML has no topic {}", name);
    profile.topics.push_back({topic->shape, {1}, topic->sal_types, topic->is_keyed});
  }
  return profile;
}

Result<sal::Profile> profile_of(const SalmockProduceOptions& options) {
  if (options.xml.empty()) return sal::sqr029();
  EFD_ASSIGN(sal::Conversion conversion, convert(options.xml));
  if (!options.topics.empty()) return choose_topics(conversion, options.topics);
  return sal::sqr029_from(conversion);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Of a profile, not of topics that were named, texts are only those that SAL would send.
Result<> select_topics(const SalmockProduceOptions& options, sal::Profile& profile) {
  const bool only_sent = options.as == "text" && options.topics.empty();
  std::erase_if(profile.topics, [&](const sal::ProfileTopic& topic) {
    const std::string& subsystem = topic.shape.subsystem;
    return (only_sent && !sal::is_sent_as_text(topic.shape.name)) ||
           contains(options.without_subsystems, subsystem) ||
           (!options.subsystems.empty() && !contains(options.subsystems, subsystem));
  });
  if (profile.topics.empty()) return fail(ErrorCode::not_found, "no topic of these subsystems");
  return {};
}

Result<std::vector<MockTopic>> topics_of(const SalmockProduceOptions& options) {
  EFD_ASSIGN(auto registry, registry::ConfluentRegistry::open(options.targets.registry_url));
  if (options.xml.empty() && !options.topics.empty())
    return salmock::find_topics(options.topics, *registry);
  EFD_ASSIGN(sal::Profile profile, profile_of(options));
  EFD_TRY(select_topics(options, profile));
  observe::Progress progress("registering schemas");
  return salmock::register_topics(profile, *registry,
                                  [&](size_t done, size_t total) { progress.show(done, total); });
}

Result<broker::ProducerOptions> producer_options(const SalmockProduceOptions& options) {
  broker::ProducerOptions producer;
  producer.linger = std::chrono::milliseconds(options.linger_ms);
  if (options.acks == "0") {
    producer.acks = broker::Acks::none;
  } else if (options.acks == "1") {
    producer.acks = broker::Acks::leader;
  } else if (options.acks == "all" || options.acks == "-1") {
    producer.acks = broker::Acks::all;
  } else {
    return fail(ErrorCode::bad_input, "--acks is 0, 1 or all, not '{}'", options.acks);
  }
  return producer;
}

// ----------------------------------------------------------------------------- how it is told

std::string line_of(const ProduceFigures& now, const ProduceFigures& before) {
  double seconds = static_cast<double>(now.elapsed_ns - before.elapsed_ns) * kNsToSeconds;
  double achieved =
      seconds > 0 ? static_cast<double>(now.delivered - before.delivered) / seconds : 0;
  std::string line = fmt::format("{:.0f} s   {:.0f}/s of {:.0f}/s wanted   {} produced",
                                 static_cast<double>(now.elapsed_ns) * kNsToSeconds, achieved,
                                 now.wanted_per_second, now.delivered);
  if (now.failed > 0) line += fmt::format("   {} failed", now.failed);
  if (now.late > 0) line += fmt::format("   {} late", now.late);
  double behind = static_cast<double>(now.behind_ns) * kNsToSeconds;
  if (behind >= kBehindSecondsMin) line += fmt::format("   {:.1f} s behind", behind);
  return line;
}

// Live on a terminal, otherwise a line of the log each second.
class Display {
 public:
  void show(const ProduceFigures& figures) {
    std::string line = line_of(figures, before_);
    double behind = static_cast<double>(figures.behind_ns) * kNsToSeconds;
    if (behind >= kBehindSecondsMin && !is_terminal_)
      observe::warn("salmock", "falling behind: {}", line);
    else if (!is_terminal_)
      observe::info("salmock", "{}", line);
    progress_.show(line);
    before_ = figures;
  }

 private:
  const bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
  observe::Progress progress_{"producing"};
  ProduceFigures before_;
};

void print_figures(const ProduceFigures& figures, bool as_json) {
  if (as_json) {
    system::ProcessFigures own = system::own_figures();
    json::Value::Object line{{"produced", static_cast<int64_t>(figures.delivered)},
                             {"failed", static_cast<int64_t>(figures.failed)},
                             {"late", static_cast<int64_t>(figures.late)},
                             {"wanted_per_second", figures.wanted_per_second},
                             {"achieved_per_second", figures.achieved_per_second()},
                             {"cpu_seconds", own.cpu_seconds},
                             {"memory_high_kb", own.memory_high_kb}};
    fmt::print("{}\n", json::dump(std::move(line)));
  } else {
    fmt::print(
        "{} messages produced in {:.1f} s: {:.1f}/s of {:.1f}/s wanted; {} late, {} failed\n",
        figures.delivered, static_cast<double>(figures.elapsed_ns) * kNsToSeconds,
        figures.achieved_per_second(), figures.wanted_per_second, figures.late, figures.failed);
  }
  std::fflush(stdout);
}

// ------------------------------------------------------------------------------------ the run

Result<std::unique_ptr<ProduceRun>> prepare(const SalmockProduceOptions& options) {
  EFD_ASSIGN(broker::ProducerOptions producing, producer_options(options));
  EFD_ASSIGN(auto broker, connect_broker(options.targets));
  EFD_ASSIGN(std::vector<MockTopic> topics, topics_of(options));
  if (options.as == "text") EFD_TRY(salmock::send_as_text(topics));
  EFD_TRY(salmock::create_missing_topics(topics, *broker));
  EFD_ASSIGN(auto producer, broker->producer(producing));
  double duration_s = std::min(options.duration_s, kLongestRunS);
  std::chrono::nanoseconds duration(std::llround(duration_s * static_cast<double>(kNsPerSecond)));
  return std::make_unique<ProduceRun>(
      std::move(producer), system::real_clock(), topics,
      salmock::ProduceOptions{.rate_scale = options.rate_scale, .duration = duration});
}

Result<> produce(ProduceRun& run, const system::StopSignals& signals) {
  Display display;
  return run.run([&](std::chrono::milliseconds pause) { return signals.wait_for(pause); },
                 [&](const ProduceFigures& figures) { display.show(figures); });
}

}  // namespace

int run_salmock_produce(const SalmockProduceOptions& options) {
  if (!options.profile.empty() && options.profile != kExperiment) {
    print_error(
        fmt::format("there is no profile '{}': did you mean '{}'?", options.profile, kExperiment));
    return kUsage;
  }
  system::StopSignals signals;
  auto run = prepare(options);
  if (!run) return print_error(run.error().message);
  observe::Metrics metrics;
  metrics.gauge(
      "salmock_produced_total", "Messages that the broker has acknowledged", {},
      [&run] { return static_cast<double>((*run)->figures().delivered); }, true);
  auto listener = MetricsListener::start(options.metrics, metrics);
  if (!listener) return print_error(listener.error().message);
  auto flushed = produce(**run, signals);
  ProduceFigures figures = (*run)->figures();
  print_figures(figures, options.json);
  if (!flushed) return print_error(flushed.error().message);
  if (figures.failed == 0) return kOk;
  return print_error(fmt::format("{} messages failed, the last one: {}", figures.failed,
                                 (*run)->last_failure()->message));
}

}  // namespace efd::app
