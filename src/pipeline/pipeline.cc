// SPDX-License-Identifier: MIT
#include "pipeline/pipeline.h"

#include "observe/log.h"
#include "pipeline/aside.h"
#include "pipeline/group_member.h"
#include "pipeline/own_positions.h"
#include "sink/avro_converter.h"
#include "sink/influx_sink.h"
#include "sink/store_sink.h"

namespace efd::pipeline {

Pipeline::Pipeline(Surroundings surroundings, std::unique_ptr<Gaps> gaps)
    : surroundings_(std::move(surroundings)), gaps_(std::move(gaps)) {}

Pipeline::~Pipeline() {
  stop();
  if (surroundings_.store) surroundings_.store->before_commit({});
}

Result<std::unique_ptr<Pipeline>> Pipeline::open(Surroundings surroundings) {
  EFD_ASSIGN(auto gaps, Gaps::open(surroundings.files, surroundings.clock, surroundings.gaps_path,
                                   surroundings.log_id, surroundings.metrics));
  std::unique_ptr<Pipeline> pipeline(new Pipeline(std::move(surroundings), std::move(gaps)));
  if (!pipeline->surroundings_.store) return pipeline;
  EFD_TRY(pipeline->check_kept_positions());
  pipeline->surroundings_.store->before_commit(
      [raw = pipeline.get()](std::span<const StoredPosition> positions) {
        return raw->prepare_commit(positions);
      });
  return pipeline;
}

Result<> Pipeline::check_kept_positions() {
  AsideFiles aside(surroundings_.broker, *surroundings_.store);
  EFD_ASSIGN(bool corrected, aside.settle());
  for (StoredPosition kept : surroundings_.store->positions()) {
    auto topic = surroundings_.broker.topic(kept.position.topic);
    if (!topic && topic.error().code == ErrorCode::not_found) continue;
    if (!topic) return fail(topic.error());
    if (topic->id.value().is_zero()) continue;  // the lane looks at the records themselves
    TopicPartition partition{kept.position.topic, kept.position.partition};
    EFD_ASSIGN(Offset end, surroundings_.broker.offset(partition, broker::At::latest));
    StartPosition start = start_position(kept, topic->id, {Offset(0), end});
    if (start.continuity != Continuity::lost_tail) continue;
    auto told = gaps_->add({kept.connector, partition, start.continuity, kept.position.next, end});
    if (!told && told.error().code != ErrorCode::overload) return told;  // or the commit waits
    kept.position.next = end;
    kept.fingerprints.clear();
    EFD_TRY(surroundings_.store->set_position(kept));
    corrected = true;
  }
  Result<> flushed;
  if (corrected) flushed = gaps_->settle();
  if (corrected && flushed) flushed = surroundings_.store->flush();
  // Without room they wait: what the store has can be read meanwhile.
  if (!flushed && flushed.error().code != ErrorCode::overload) return flushed;
  return {};
}

Result<> Pipeline::add_connector(const ConnectorOptions& options) {
  EFD_TRY(surroundings_.store->create_database(options.database));
  auto sink = std::make_unique<sink::StoreSink>(sink::StoreSinkOptions{options.name},
                                                *surroundings_.store, make_converter(options),
                                                surroundings_.metrics, surroundings_.clock);
  OwnPositionsOptions intake{
      .pattern = {options.topics}, .see = broker::See::appended, .hold = options.name.value()};
  EFD_ASSIGN(auto dead_letters, open_dead_letters(options));
  return add_lane(options, std::move(sink), std::move(dead_letters), [&](IntakeEvents& events) {
    auto keeper = std::make_unique<StorePositions>(options.name, *surroundings_.store);
    return OwnPositions::open(std::move(intake), surroundings_.broker, std::move(keeper), events,
                              surroundings_.clock);
  });
}

Result<> Pipeline::add_connector(const ConnectorOptions& options, InfluxConnectorOptions influx) {
  sink::InfluxSinkOptions sink_options{.connector = options.name,
                                       .influx = std::move(influx.influx)};
  EFD_ASSIGN(auto sink, sink::InfluxSink::open(std::move(sink_options), make_converter(options),
                                               surroundings_.metrics, surroundings_.clock));
  GroupMemberOptions intake{.group = std::move(influx.group),
                            .pattern = {options.topics},
                            .instance = std::move(influx.instance)};
  EFD_ASSIGN(auto dead_letters, open_dead_letters(options));
  sink::GroupSink& member = *sink;
  return add_lane(options, std::move(sink), dead_letters, [&](IntakeEvents& events) {
    return GroupMember::open(std::move(intake), surroundings_.broker, member, dead_letters, events);
  });
}

std::unique_ptr<sink::Converter> Pipeline::make_converter(const ConnectorOptions& options) {
  sink::AvroConverterOptions converter{.connector = options.name,
                                       .database = options.database,
                                       .policy = options.policy,
                                       .mapping = options.mapping,
                                       .time_rounding = options.time_rounding};
  return std::make_unique<sink::AvroConverter>(std::move(converter), surroundings_.registry,
                                               surroundings_.metrics, surroundings_.clock);
}

Result<std::shared_ptr<DeadLetters>> Pipeline::open_dead_letters(const ConnectorOptions& options) {
  return DeadLetters::open(surroundings_.broker, options.name, surroundings_.metrics,
                           surroundings_.clock);
}

Result<> Pipeline::add_lane(const ConnectorOptions& options, std::unique_ptr<sink::Sink> sink,
                            std::shared_ptr<DeadLetters> dead_letters,
                            const OpenIntake& open_intake) {
  auto on_discontinuity = [this, name = options.name](const broker::Source& source, Continuity what,
                                                      Offset expected, Offset next) {
    Gap gap{name, {source.topic, source.partition}, what, expected, next};
    if (auto added = gaps_->add(gap); !added)
      observe::error("pipeline", "{}", added.error().message);
  };
  EFD_ASSIGN(std::shared_ptr<Lane> lane,
             Lane::open({.connector = options.name, .gather = options.gather}, open_intake,
                        std::move(sink), std::move(dead_letters), std::move(on_discontinuity),
                        surroundings_.metrics, surroundings_.clock));
  {
    std::lock_guard lock(mutex_);
    lanes_.push_back(lane);
  }
  if (surroundings_.start_threads) lane->start();
  return {};
}

void Pipeline::turn(std::stop_token stop) {
  for (const std::shared_ptr<Lane>& lane : lanes()) lane->turn(stop);
}

void Pipeline::stop() {
  for (const std::shared_ptr<Lane>& lane : lanes()) lane->stop();
}

std::vector<std::shared_ptr<Lane>> Pipeline::lanes() const {
  std::lock_guard lock(mutex_);
  return lanes_;
}

Result<> Pipeline::prepare_commit(std::span<const StoredPosition> positions) {
  EFD_TRY(gaps_->settle());
  for (const std::shared_ptr<Lane>& lane : lanes()) {
    std::vector<Position> own;
    for (const StoredPosition& kept : positions)
      if (kept.connector == lane->connector()) own.push_back(kept.position);
    EFD_TRY(lane->prepare_commit(own, stop_.get_token()));
  }
  return {};
}

Result<Verdict> Pipeline::await_applied(const Position& position, std::stop_token stop) {
  for (const std::shared_ptr<Lane>& lane : lanes())
    if (lane->takes(position.topic)) return lane->await_applied(position, std::move(stop));
  return fail(ErrorCode::not_found, "no connector takes topic '{}'", position.topic.value());
}

bool Pipeline::has_caught_up() const {
  for (const std::shared_ptr<Lane>& lane : lanes())
    if (!lane->has_caught_up()) return false;
  return true;
}

std::string Pipeline::trouble() const {
  for (const std::shared_ptr<Lane>& lane : lanes())
    if (std::string trouble = lane->trouble(); !trouble.empty())
      return fmt::format("connector {}: {}", lane->connector().value(), trouble);
  return "";
}

}  // namespace efd::pipeline
