// SPDX-License-Identifier: MIT
#include "pipeline/pipeline.h"

#include <algorithm>

#include "observe/log.h"
#include "pipeline/aside.h"

namespace efd::pipeline {

Pipeline::Pipeline(Surroundings surroundings, std::unique_ptr<Gaps> gaps)
    : surroundings_(std::move(surroundings)),
      gaps_(std::move(gaps)),
      topic_(surroundings_.broker) {}

Pipeline::~Pipeline() {
  stop();
  if (surroundings_.store) surroundings_.store->before_commit({});
}

Result<std::unique_ptr<Pipeline>> Pipeline::open(Surroundings surroundings) {
  EFD_ASSIGN(auto gaps, Gaps::open(surroundings.files, surroundings.clock, surroundings.gaps_path,
                                   surroundings.log_id, surroundings.metrics));
  std::unique_ptr<Pipeline> pipeline(new Pipeline(std::move(surroundings), std::move(gaps)));
  EFD_ASSIGN(pipeline->kept_, pipeline->topic_.read());
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
    EFD_ASSIGN(Offset end, surroundings_.broker.offset(partition, broker::At::end));
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
  return add({.options = options, .origin = ConnectorOrigin::file});
}

Result<> Pipeline::add_connector(const ConnectorOptions& options, InfluxConnectorOptions influx) {
  return add({.options = options, .influx = std::move(influx), .origin = ConnectorOrigin::file});
}

void Pipeline::turn(std::stop_token stop) {
  for (const std::shared_ptr<Lane>& lane : lanes()) lane->turn(stop);
}

void Pipeline::stop() {
  for (const std::shared_ptr<Lane>& lane : lanes()) lane->stop();
}

std::vector<std::shared_ptr<Lane>> Pipeline::lanes() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Lane>> lanes;
  for (const auto& [name, connector] : connectors_)
    if (connector.lane) lanes.push_back(connector.lane);
  return lanes;
}

// The log is one for all of them, dead letters are each one's own. Connectors that were ready share
// the time that a commit may wait for; one that was not gets little, so that many of them hold up
// nobody.
Result<store::LeftOut> Pipeline::prepare_commit(std::span<const StoredPosition> positions) {
  EFD_TRY(gaps_->settle());
  const int64_t end_ns = surroundings_.clock.monotonic_ns_in(kDeliveryWait);
  store::LeftOut left_out;
  for (const std::shared_ptr<Lane>& lane : store_lanes()) {
    std::vector<Position> own;
    for (const StoredPosition& kept : positions)
      if (kept.connector == lane->connector()) own.push_back(kept.position);
    const int64_t left_ms = (end_ns - surroundings_.clock.monotonic_ns()) / kNsPerMs;
    const std::chrono::milliseconds wait(std::max<int64_t>(left_ms, 0));
    Result<> delivered =
        lane->deliver_dead_letters(lane->left_out().empty() ? wait : kLeftOutDeliveryWait);
    if (delivered) {
      EFD_TRY(lane->await_durable(own, stop_.get_token()));
    } else {
      left_out.push_back({lane->connector(), delivered.error().message});
    }
  }
  return left_out;
}

// Those that put into the store, whether they run or have stopped.
std::vector<std::shared_ptr<Lane>> Pipeline::store_lanes() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Lane>> lanes;
  for (const auto& [name, connector] : connectors_)
    if (connector.lane && !connector.influx) lanes.push_back(connector.lane);
  return lanes;
}

Result<Verdict> Pipeline::await_applied(const ConnectorName& connector, const Position& position,
                                        std::stop_token stop) {
  for (const std::shared_ptr<Lane>& lane : lanes())
    if (lane->connector() == connector && lane->takes(position.topic))
      return lane->await_applied(position, std::move(stop));
  return fail(ErrorCode::not_found, "connector {} does not run, or does not take topic '{}'",
              connector.value(), position.topic.value());
}

bool Pipeline::has_caught_up() const {
  for (const std::shared_ptr<Lane>& lane : lanes())
    if (!lane->has_caught_up()) return false;
  return true;
}

std::string Pipeline::trouble() const {
  for (const ConnectorStatus& status : list())
    if (!status.trouble.empty())
      return fmt::format("connector {}: {}", status.name.value(), status.trouble);
  return "";
}

}  // namespace efd::pipeline
