// SPDX-License-Identifier: MIT
#include "pipeline/transformer.h"

#include <algorithm>

#include "observe/log.h"
#include "pipeline/group_member.h"

namespace efd::pipeline {
namespace {

const ConnectorName kConnector{"saltransform"};
// A lane's poll waits for records; deliveries are looked at in between.
constexpr std::chrono::milliseconds kPollWait{200};
// There may be hundreds of lanes, all with a backlog.
constexpr size_t kLaneBatchBytes = 512u << 10;
const broker::ProducerOptions kOnce{.idempotent = true};

}  // namespace

Transformer::Transformer(TransformerOptions options, broker::Broker& broker,
                         registry::SchemaRegistry& registry, observe::Metrics& metrics,
                         system::Clock& clock)
    : options_(std::move(options)),
      broker_(broker),
      registry_(registry),
      metrics_(metrics),
      clock_(clock),
      gaps_(metrics),
      rewinds_(options_.rewinds ? std::make_shared<sink::Rewinds>() : nullptr) {}

Result<std::unique_ptr<Transformer>> Transformer::open(TransformerOptions options,
                                                       broker::Broker& broker,
                                                       registry::SchemaRegistry& registry,
                                                       observe::Metrics& metrics,
                                                       system::Clock& clock) {
  std::unique_ptr<Transformer> transformer(
      new Transformer(std::move(options), broker, registry, metrics, clock));
  EFD_ASSIGN(transformer->dead_letters_, DeadLetters::open(broker, kConnector, metrics, clock));
  EFD_ASSIGN(transformer->producer_, broker.producer(kOnce));
  EFD_TRY(transformer->find_topics(transformer->options_.reset));
  if (transformer->options_.start_threads) {
    transformer->thread_ =
        std::jthread([raw = transformer.get()](std::stop_token stop) { raw->run(stop); });
  }
  return transformer;
}

Transformer::~Transformer() {
  stop();
}

void Transformer::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  close_lanes();
}

void Transformer::close_lanes() {
  std::map<TopicName, std::unique_ptr<Lane>> lanes;
  {
    std::lock_guard lock(mutex_);
    lanes.swap(lanes_);
  }
  for (const auto& [topic, lane] : lanes) lane->request_stop();
}

void Transformer::run(std::stop_token stop) {
  while (true) {
    clock_.sleep(options_.find_interval, stop);
    if (stop.stop_requested()) return;
    look_after_topics();
  }
}

void Transformer::look_after_topics() {
  Result<> able = producer_->check();
  if (!able) {
    observe::warn("saltransform", "begins anew: {}", able.error().message);
    able = begin_anew();
  }
  note_trouble(able ? find_topics(broker::At::earliest) : able);
}

void Transformer::turn(std::stop_token stop) {
  look_after_topics();
  for (const auto& [topic, lane] : lanes_) lane->turn(stop);
  // What the lanes have sent waits for no thread of the producer's.
  static_cast<void>(producer_->flush(std::chrono::milliseconds(0)));
}

// With a producer that works, as after a crash: what the other one has sent is looked for.
Result<> Transformer::begin_anew() {
  close_lanes();
  EFD_ASSIGN(producer_, broker_.producer(kOnce));
  return {};
}

bool Transformer::takes(const TopicName& topic) const {
  const auto text = transform::text_topic(topic.value());
  if (!text) return false;
  const auto& wanted = options_.subsystems;
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), text->component) != wanted.end();
}

Result<> Transformer::find_topics(broker::At reset) {
  EFD_ASSIGN(const auto topics, broker_.topics());
  for (const broker::TopicDescription& topic : topics) {
    if (!takes(topic.name)) continue;
    {
      std::lock_guard lock(mutex_);
      if (lanes_.contains(topic.name)) continue;
      if (lanes_.size() >= kTransformLanesMax)
        return fail(ErrorCode::overload, "more than {} topics of SAL texts: {} waits",
                    kTransformLanesMax, topic.name.value());
    }
    EFD_TRY(add_lane(topic.name, reset));
  }
  return {};
}

Result<> Transformer::add_lane(const TopicName& topic, broker::At reset) {
  sink::TopicSinkOptions sink_options{.transform = {transform::text_topic(topic.value())->component,
                                                    options_.text, options_.sal_types},
                                      .reset = reset,
                                      .rewinds = rewinds_};
  auto sink = std::make_unique<sink::TopicSink>(std::move(sink_options), broker_, producer_,
                                                registry_, metrics_, clock_);
  GroupMemberOptions member{.group = topic.value(),
                            .pattern = {topic.value()},
                            .instance = options_.instance,
                            .session_timeout = options_.session_timeout,
                            .batch_bytes_max = kLaneBatchBytes};
  const OpenIntake open_intake = [&, &sink = *sink](IntakeEvents& events) {
    return GroupMember::open(std::move(member), broker_, sink, dead_letters_, events);
  };
  const OnDiscontinuity on_discontinuity = [this](const broker::Source& source, Continuity what,
                                                  Offset expected, Offset next) {
    gaps_.add({kConnector, {source.topic, source.partition}, what, expected, next});
  };
  EFD_ASSIGN(auto lane,
             Lane::open({.connector = kConnector, .poll_wait = kPollWait}, open_intake,
                        std::move(sink), dead_letters_, on_discontinuity, metrics_, clock_));
  if (options_.start_threads) lane->start();
  observe::info("saltransform", "takes topic {}", topic.value());
  std::lock_guard lock(mutex_);
  lanes_.emplace(topic, std::move(lane));
  return {};
}

void Transformer::note_trouble(const Result<>& found) {
  std::lock_guard lock(mutex_);
  std::string trouble = found ? "" : found.error().message;
  if (!trouble.empty() && trouble != trouble_) observe::warn("saltransform", "{}", trouble);
  trouble_ = std::move(trouble);
}

size_t Transformer::lane_count() const {
  std::lock_guard lock(mutex_);
  return lanes_.size();
}

std::string Transformer::trouble() const {
  std::lock_guard lock(mutex_);
  if (!trouble_.empty()) return trouble_;
  for (const auto& [topic, lane] : lanes_)
    if (std::string trouble = lane->trouble(); !trouble.empty())
      return fmt::format("{}: {}", topic.value(), trouble);
  return "";
}

}  // namespace efd::pipeline
