// SPDX-License-Identifier: MIT
#include <cstdio>
#include <set>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/metrics_listener.h"
#include "app/print_error.h"
#include "app/transform_role.h"
#include "observe/progress.h"
#include "pipeline/transformer.h"
#include "registry/confluent_registry.h"
#include "sal/conversion.h"
#include "system/stop_signals.h"

namespace efd::app {
namespace {

constexpr std::chrono::milliseconds kSignalPoll{60'000};
// The original transformer's word for events, and SAL's.
constexpr const char* kKinds[] = {"command", "event", "logevent", "telemetry"};

Result<std::unique_ptr<registry::ConfluentRegistry>> open_registry(const Targets& targets) {
  return registry::ConfluentRegistry::open(targets.registry_url);
}

Result<sal::Conversion> convert(const std::string& source,
                                const std::vector<std::string>& subsystems) {
  observe::Progress progress("converting");
  sal::ConversionOptions options{.subsystems = subsystems};
  options.progress = [&](size_t done, size_t total) { progress.show(done, total); };
  return sal::convert(source, options);
}

// -------------------------------------------------------------------------------------------- init

Result<> register_schemas(const sal::Conversion& conversion, registry::SchemaRegistry& registry) {
  observe::Progress progress("registering schemas");
  size_t done = 0;
  for (const sal::ConvertedTopic& topic : conversion.topics) {
    const std::string subject = transform::output_topic(topic.efdb_topic());
    auto added = registry.add(Subject(subject), topic.schema_text);
    if (!added) return fail_in("schema of " + subject, added.error());
    progress.show(++done, conversion.topics.size());
  }
  return {};
}

std::set<std::string> topics_to_make(const sal::Conversion& conversion) {
  std::set<std::string> topics;
  for (const sal::ConvertedTopic& topic : conversion.topics) {
    topics.insert(transform::output_topic(topic.efdb_topic()));
    for (const char* kind : kKinds) topics.insert(fmt::format("{}_{}", topic.subsystem(), kind));
  }
  return topics;
}

Result<size_t> make_topics(const SaltransformInitOptions& options,
                           const std::set<std::string>& names, broker::Broker& broker) {
  std::set<std::string> there;
  EFD_ASSIGN(const auto topics, broker.topics());
  for (const broker::TopicDescription& topic : topics) there.insert(topic.name.value());
  std::vector<broker::NewTopic> missing;
  for (const std::string& name : names)
    if (!there.contains(name))
      missing.push_back({.name = TopicName(name),
                         .partitions = static_cast<int32_t>(options.partitions),
                         .replication_factor = static_cast<int16_t>(options.replicas),
                         .config = {}});
  return broker.create_missing_topics(missing);
}

// False: some of the XML could not be converted.
Result<bool> init(const SaltransformInitOptions& options) {
  EFD_ASSIGN(const auto broker, connect_broker(options.targets));
  EFD_ASSIGN(const auto registry, open_registry(options.targets));
  EFD_ASSIGN(const sal::Conversion conversion, convert(options.source, options.subsystems));
  EFD_TRY(register_schemas(conversion, *registry));
  const std::set<std::string> names = topics_to_make(conversion);
  EFD_ASSIGN(const size_t made, make_topics(options, names, *broker));
  fmt::print("{} schemas registered, {} topics made, {} there already\n", conversion.topics.size(),
             made, names.size() - made);
  for (const sal::Problem& problem : conversion.problems)
    fmt::print(stderr, "{}\n", sal::to_string(problem));
  return conversion.ok();
}

// --------------------------------------------------------------------------------------------- run

observe::CheckResult intake_check(const std::string& trouble) {
  return {trouble, observe::Stops::intake};
}

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

Result<> run(const SaltransformRunOptions& options, const system::StopSignals& signals) {
  EFD_ASSIGN(auto transformer_options, transformer_options_of(options.role));
  EFD_ASSIGN(const auto broker, connect_broker(options.targets));
  EFD_ASSIGN(const auto registry, open_registry(options.targets));
  observe::Metrics metrics;
  std::unique_ptr<pipeline::Transformer> transformer;
  observe::Health health;
  health.set_check("saltransform", [] { return intake_check("the transformer is starting"); });
  EFD_ASSIGN(const auto listener, MetricsListener::start(options.metrics, metrics, &health));
  EFD_ASSIGN(transformer, pipeline::Transformer::open(std::move(transformer_options), *broker,
                                                      *registry, metrics, system::real_clock()));
  health.set_check("saltransform", [&transformer] { return intake_check(transformer->trouble()); });
  if (!listener->address().empty()) say("listening metrics " + listener->address());
  say(fmt::format("ready: {} topics of SAL texts", transformer->lane_count()));
  while (!signals.wait_for(kSignalPoll)) {
  }
  transformer->stop();
  return {};
}

}  // namespace

int run_saltransform_init(const SaltransformInitOptions& options) {
  auto done = init(options);
  if (!done) return print_error(done.error().message);
  return *done ? kOk : kFailed;
}

int run_saltransform_run(const SaltransformRunOptions& options) {
  system::StopSignals signals;
  auto done = run(options, signals);
  return done ? kOk : print_error(done.error().message);
}

}  // namespace efd::app
