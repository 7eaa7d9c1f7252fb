// SPDX-License-Identifier: MIT
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/core.h>
#include <re2/re2.h>

#include "app/commands.h"
#include "app/metrics_listener.h"
#include "app/print_error.h"
#include "registry/confluent_registry.h"
#include "salmock/message_line.h"
#include "salmock/mock_topic.h"
#include "system/stop_signals.h"

namespace efd::app {
namespace {

constexpr std::chrono::milliseconds kPollWait{100};
constexpr std::chrono::milliseconds kRetryPause{1000};
constexpr std::chrono::milliseconds kNoPause{0};

// As it stands if the broker has it, otherwise "lsst.sal." + name.
Result<TopicName> resolve(const std::string& name, broker::Broker& broker) {
  EFD_ASSIGN(auto topics, broker.topics());
  TopicName full_name(salmock::full_topic_name(name));
  bool is_there = false;
  for (const broker::TopicDescription& topic : topics) {
    if (topic.name.value() == name) return topic.name;
    is_there = is_there || topic.name == full_name;
  }
  if (!is_there)
    print_error(fmt::format("topic '{}' does not exist yet: waiting for it", full_name.value()));
  return full_name;
}

class Consumption {
 public:
  Consumption(broker::Broker& broker, registry::SchemaRegistry& registry, observe::Metrics& metrics)
      : broker_(broker),
        registry_(registry),
        consumed_(metrics.counter("salmock_consumed_total", "Messages printed")),
        failed_(metrics.counter("salmock_undecodable_total", "Messages that cannot be decoded")) {}

  Result<> run(const TopicName& topic, const system::StopSignals& signals);

 private:
  broker::ReaderOptions reader_options(const TopicName& topic);
  Result<bool> print(const broker::Batch& batch);

  broker::Broker& broker_;
  registry::SchemaRegistry& registry_;
  observe::Counter& consumed_;
  observe::Counter& failed_;
  bool has_polled_ = false;
  std::string lines_;
};

// From the end on; a topic that comes later is read from its start.
broker::ReaderOptions Consumption::reader_options(const TopicName& topic) {
  broker::ReaderOptions options;
  options.pattern.regex = RE2::QuoteMeta(topic.value());
  options.start = [this](const broker::Source&, const broker::LogRange& range) {
    return has_polled_ ? range.start : range.end;
  };
  return options;
}

Result<> Consumption::run(const TopicName& topic, const system::StopSignals& signals) {
  EFD_ASSIGN(auto reader, broker_.reader(reader_options(topic)));
  broker::Batch batch;
  std::chrono::milliseconds pause = kNoPause;
  while (!signals.wait_for(pause)) {
    auto polled = reader->poll(kPollWait, batch);
    if (!polled && polled.error().code != ErrorCode::retry) return polled;
    if (!polled) print_error(polled.error().message);
    pause = polled ? kNoPause : kRetryPause;
    has_polled_ = has_polled_ || polled;
    EFD_ASSIGN(bool goes_on, print(batch));
    if (!goes_on) break;
  }
  return {};
}

// False when nobody reads the output any more.
Result<bool> Consumption::print(const broker::Batch& batch) {
  lines_.clear();
  for (const broker::Slice& slice : batch.slices())
    for (const broker::RecordView& record : slice.records) {
      auto appended = salmock::append_message_line(*slice.source, record, registry_, lines_);
      if (!appended) print_error(appended.error().message);
      (appended ? consumed_ : failed_).add();
    }
  bool written = std::fwrite(lines_.data(), 1, lines_.size(), stdout) == lines_.size() &&
                 std::fflush(stdout) == 0;
  if (written) return true;
  if (errno == EPIPE) return false;
  return fail(ErrorCode::give_up, "cannot write to standard output: {}", std::strerror(errno));
}

Result<> consume(const SalmockConsumeOptions& options) {
  system::StopSignals signals;
  observe::Metrics metrics;
  EFD_ASSIGN(auto registry, registry::ConfluentRegistry::open(options.targets.registry_url));
  EFD_ASSIGN(auto broker, connect_broker(options.targets));
  EFD_ASSIGN(TopicName topic, resolve(options.topic, *broker));
  EFD_ASSIGN(auto listener, MetricsListener::start(options.metrics, metrics));
  return Consumption(*broker, *registry, metrics).run(topic, signals);
}

}  // namespace

int run_salmock_consume(const SalmockConsumeOptions& options) {
  auto consumed = consume(options);
  return consumed ? kOk : print_error(consumed.error().message);
}

}  // namespace efd::app
