// SPDX-License-Identifier: MIT
// What the pipeline does with its connectors: one is made, changed, removed, begun and ended.
#include "observe/log.h"
#include "pipeline/group_member.h"
#include "pipeline/own_positions.h"
#include "pipeline/pipeline.h"
#include "sink/avro_converter.h"
#include "sink/influx_sink.h"
#include "sink/store_sink.h"

namespace efd::pipeline {

// ----------------------------------------------------------------------------------------- calls

Result<Connector*> Pipeline::insert(Connector connector) {
  EFD_TRY(check_connector(connector.options));
  const ConnectorName name = connector.options.name;
  std::lock_guard lock(mutex_);
  auto [known, is_new] = connectors_.try_emplace(name, std::move(connector));
  if (is_new) return &known->second;
  return fail(ErrorCode::conflict, "there are two connectors of the name '{}'", name.value());
}

Result<> Pipeline::add(Connector connector) {
  std::lock_guard change(change_mutex_);
  EFD_ASSIGN(Connector * added, insert(std::move(connector)));
  if (kept_.paused.contains(added->options.name)) return {};
  return begin(*added);
}

Result<> Pipeline::add_kept_connectors() {
  std::lock_guard change(change_mutex_);
  for (auto& [name, kept] : kept_.connectors) {
    auto added = insert({.options = kept.options, .influx = kept.influx});
    if (!added) {
      observe::warn("pipeline", "topic {}: {}: the configuration's holds", kConnectorTopic.value(),
                    added.error().message);
      continue;
    }
    if (kept_.paused.contains(name)) continue;
    if (auto begun = begin(**added); !begun)
      observe::error("pipeline", "connector {}: {}", name.value(), begun.error().message);
  }
  return {};
}

Result<> Pipeline::put(ConnectorOptions options, std::optional<InfluxConnectorOptions> influx) {
  EFD_TRY(check_connector(options));
  std::lock_guard change(change_mutex_);
  auto known = find_changeable(options.name);
  if (!known && known.error().code != ErrorCode::not_found) return fail(known.error());
  EFD_TRY(topic_.write({options, influx}));
  bool is_paused = known && (*known)->is_paused();
  if (known) EFD_TRY(retire(**known));
  Connector* connector = nullptr;
  {
    std::lock_guard lock(mutex_);
    connector = &connectors_[options.name];
    connector->options = std::move(options);
    connector->influx = std::move(influx);
  }
  return is_paused ? Result<>() : begin(*connector);
}

Result<> Pipeline::remove(const ConnectorName& name) {
  std::lock_guard change(change_mutex_);
  EFD_ASSIGN(Connector * connector, find_changeable(name));
  EFD_TRY(topic_.remove(name));
  EFD_TRY(retire(*connector));
  {
    std::lock_guard lock(mutex_);
    connectors_.erase(name);
  }
  if (surroundings_.drop_hold) surroundings_.drop_hold(name.value());
  observe::info("pipeline", "connector {} is removed", name.value());
  return {};
}

Result<> Pipeline::pause(const ConnectorName& name) {
  std::lock_guard change(change_mutex_);
  EFD_ASSIGN(Connector * connector, find(name));
  EFD_TRY(topic_.write_state(name, true));
  return retire(*connector);
}

Result<> Pipeline::resume(const ConnectorName& name) {
  std::lock_guard change(change_mutex_);
  EFD_ASSIGN(Connector * connector, find(name));
  EFD_TRY(topic_.write_state(name, false));
  if (connector->lane && connector->lane->runs()) return {};
  EFD_TRY(retire(*connector));
  return begin(*connector);
}

Result<> Pipeline::restart(const ConnectorName& name) {
  std::lock_guard change(change_mutex_);
  EFD_ASSIGN(Connector * connector, find(name));
  EFD_TRY(retire(*connector));
  return begin(*connector);
}

Result<ConnectorStatus> Pipeline::status(const ConnectorName& name) const {
  std::lock_guard lock(mutex_);
  auto known = connectors_.find(name);
  if (known != connectors_.end()) return known->second.status();
  return fail(ErrorCode::not_found, "there is no connector {}", name.value());
}

std::vector<ConnectorStatus> Pipeline::list() const {
  std::lock_guard lock(mutex_);
  std::vector<ConnectorStatus> all;
  for (const auto& [name, connector] : connectors_) all.push_back(connector.status());
  return all;
}

// ---------------------------------------------------------------------------- change_mutex_ is
// held

Result<Connector*> Pipeline::find(const ConnectorName& name) {
  std::lock_guard lock(mutex_);
  auto known = connectors_.find(name);
  if (known != connectors_.end()) return &known->second;
  return fail(ErrorCode::not_found, "there is no connector {}", name.value());
}

Result<Connector*> Pipeline::find_changeable(const ConnectorName& name) {
  EFD_ASSIGN(Connector * connector, find(name));
  if (connector->origin == ConnectorOrigin::call) return connector;
  return fail(ErrorCode::conflict,
              "connector {} is the configuration's: change [connector.{}] in the file",
              name.value(), name.value());
}

Result<> Pipeline::begin(Connector& connector) {
  auto lane = open_lane(connector);
  std::lock_guard lock(mutex_);
  connector.failure = lane ? "" : lane.error().message;
  if (!lane) return fail(lane.error());
  connector.lane = *lane;
  if (surroundings_.start_threads) connector.lane->start();
  return {};
}

// What it has put is committed while the lane is still there to say up to where the log is durable
// and that its dead letters are delivered.
Result<> Pipeline::retire(Connector& connector) {
  if (connector.lane) {
    connector.lane->stop();
    Result<> flushed = connector.influx ? Result<>() : surroundings_.store->flush();
    const std::string left_out = connector.lane->left_out();
    if (flushed && !left_out.empty()) flushed = fail(ErrorCode::retry, "{}", left_out);
    std::lock_guard lock(mutex_);
    if (!flushed) connector.failure = flushed.error().message;
    if (!flushed) return flushed;
  }
  std::lock_guard lock(mutex_);
  connector.lane = nullptr;
  connector.failure.clear();
  return {};
}

// ----------------------------------------------------------------------------------------- lanes

Result<std::shared_ptr<Lane>> Pipeline::open_lane(const Connector& connector) {
  auto dead_letters = DeadLetters::open(surroundings_.broker, connector.options.name,
                                        surroundings_.metrics, surroundings_.clock);
  if (!dead_letters) return fail(dead_letters.error());
  {
    std::lock_guard lock(mutex_);
    connectors_[connector.options.name].dead_letters = std::move(*dead_letters);
  }
  return connector.influx ? open_influx_lane(connector) : open_store_lane(connector);
}

Result<std::shared_ptr<Lane>> Pipeline::open_store_lane(const Connector& connector) {
  const ConnectorOptions& options = connector.options;
  if (!surroundings_.store)
    return fail(ErrorCode::bad_input, "connector {}: there is no store in this program",
                options.name.value());
  EFD_TRY(surroundings_.store->create_database(options.database));
  surroundings_.store->bound_left_out(options.name, options.memory_bytes_max);
  auto sink = std::make_unique<sink::StoreSink>(sink::StoreSinkOptions{options.name},
                                                *surroundings_.store, make_converter(options),
                                                surroundings_.metrics, surroundings_.clock);
  OwnPositionsOptions intake{
      .pattern = {options.topics}, .see = broker::See::appended, .hold = options.name.value()};
  return open_lane(connector, std::move(sink), [&](IntakeEvents& events) {
    auto keeper = std::make_unique<StorePositions>(options.name, *surroundings_.store);
    return OwnPositions::open(std::move(intake), surroundings_.broker, std::move(keeper), events,
                              surroundings_.clock);
  });
}

Result<std::shared_ptr<Lane>> Pipeline::open_influx_lane(const Connector& connector) {
  const ConnectorOptions& options = connector.options;
  sink::InfluxSinkOptions sink_options{.connector = options.name,
                                       .influx = connector.influx->influx};
  EFD_ASSIGN(auto sink, sink::InfluxSink::open(std::move(sink_options), make_converter(options),
                                               surroundings_.metrics, surroundings_.clock));
  GroupMemberOptions intake{.group = connector.influx->group,
                            .pattern = {options.topics},
                            .instance = connector.influx->instance};
  sink::GroupSink& member = *sink;
  return open_lane(connector, std::move(sink), [&](IntakeEvents& events) {
    return GroupMember::open(std::move(intake), surroundings_.broker, member,
                             connector.dead_letters, events);
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

Result<std::shared_ptr<Lane>> Pipeline::open_lane(const Connector& connector,
                                                  std::unique_ptr<sink::Sink> sink,
                                                  const OpenIntake& open_intake) {
  const ConnectorName& name = connector.options.name;
  auto on_discontinuity = [this, name](const broker::Source& source, Continuity what,
                                       Offset expected, Offset next) {
    Gap gap{name, {source.topic, source.partition}, what, expected, next};
    if (auto added = gaps_->add(gap); !added)
      observe::error("pipeline", "{}", added.error().message);
  };
  EFD_ASSIGN(std::shared_ptr<Lane> lane,
             Lane::open({.connector = name, .gather = connector.options.gather}, open_intake,
                        std::move(sink), connector.dead_letters, std::move(on_discontinuity),
                        surroundings_.metrics, surroundings_.clock));
  return lane;
}

}  // namespace efd::pipeline
