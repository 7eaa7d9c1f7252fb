// SPDX-License-Identifier: MIT
// Pipeline: the connectors of this program and what they share: the store's commits wait for the
// log, and leave out connectors whose dead letters cannot be delivered.
//
// A connector takes topics into the embedded store, which keeps its positions, or into an InfluxDB;
// then a consumer group keeps them, and workers that are in one group share the work.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "observe/metrics.h"
#include "pipeline/connector.h"
#include "pipeline/connector_topic.h"
#include "pipeline/gaps.h"
#include "pipeline/lane.h"
#include "registry/registry.h"
#include "sink/converter.h"
#include "store/store.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::pipeline {

// What the pipeline works between; all outlive it.
struct Surroundings {
  broker::Broker& broker;
  registry::SchemaRegistry& registry;
  store::Store* store;  // null: there is none in this program
  observe::Metrics& metrics;
  system::FileSystem& files;
  system::Clock& clock;
  std::string gaps_path;  // the ledger of gaps, see gaps.h
  std::string log_id;     // of the embedded log; empty: the log is a cluster's
  // What the log keeps for a connector of that name, it may drop from now on. Empty: it keeps
  // nothing (a cluster).
  std::function<void(const std::string& connector)> drop_hold;
  // False: the lanes do nothing by themselves; turn is called instead (simulations).
  bool start_threads = true;
};

// Thread-safe after open.
class Pipeline {
 public:
  // Decides on the store's files that no commit names (aside.h), then checks every position that
  // the store has against the log (docs/positions.md, case d), whether its connector
  // runs or not, and makes the corrections durable, unless the disk is full. Call before any
  // listener opens: afterwards the offsets of a lost tail are given out again.
  static Result<std::unique_ptr<Pipeline>> open(Surroundings surroundings);
  ~Pipeline();

  // Connectors of the configuration: into the store, and into an InfluxDB.
  Result<> add_connector(const ConnectorOptions& options);
  Result<> add_connector(const ConnectorOptions& options, InfluxConnectorOptions influx);
  // One round of every lane, one after another, where they have no threads.
  void turn(std::stop_token stop);

  // Those of the topic efd.connectors, behind the configuration's: a name that is there already is
  // the configuration's. One that cannot be begun has failed, which is no error here.
  Result<> add_kept_connectors();

  // Calls while it runs, one at a time, and durable in efd.connectors when they return.
  // `not_found`: there is no such connector; `conflict`: it is the configuration's, which no call
  // can change. A new connector, or another one in its place, which goes on from the same
  // positions; a paused one stays so.
  Result<> put(ConnectorOptions options, std::optional<InfluxConnectorOptions> influx = {});
  // Its positions stay: one of that name goes on from them. What the log has dropped by then is a
  // gap.
  Result<> remove(const ConnectorName& name);
  // A paused connector takes nothing and the log keeps its records. When one of the two fails (a
  // store that cannot commit, or leaves it out) the lane has stopped, and the call can be made
  // again.
  Result<> pause(const ConnectorName& name);
  Result<> resume(const ConnectorName& name);  // also one that failed; no error: it runs
  Result<> restart(const ConnectorName& name);
  Result<ConnectorStatus> status(const ConnectorName& name) const;
  std::vector<ConnectorStatus> list() const;  // by name

  // Stops all lanes. The store is not flushed: close it afterwards.
  void stop();

  // See Lane::await_applied; `not_found` when that connector does not run or take the topic.
  Result<Verdict> await_applied(const ConnectorName& connector, const Position& position,
                                std::stop_token stop);
  bool has_caught_up() const;
  std::string trouble() const;  // "" when all is well
  uint64_t gaps() const { return gaps_->count(); }

 private:
  Pipeline(Surroundings surroundings, std::unique_ptr<Gaps> gaps);
  Result<> check_kept_positions();
  Result<Connector*> insert(Connector connector);
  Result<> add(Connector connector);
  Result<> begin(Connector& connector);
  Result<> retire(Connector& connector);
  Result<Connector*> find(const ConnectorName& name);
  Result<Connector*> find_changeable(const ConnectorName& name);
  Result<std::shared_ptr<Lane>> open_lane(const Connector& connector);
  Result<std::shared_ptr<Lane>> open_store_lane(const Connector& connector);
  Result<std::shared_ptr<Lane>> open_influx_lane(const Connector& connector);
  Result<std::shared_ptr<Lane>> open_lane(const Connector& connector,
                                          std::unique_ptr<sink::Sink> sink,
                                          const OpenIntake& open_intake);
  std::unique_ptr<sink::Converter> make_converter(const ConnectorOptions& options);
  Result<store::LeftOut> prepare_commit(std::span<const StoredPosition> positions);
  std::vector<std::shared_ptr<Lane>> lanes() const;
  std::vector<std::shared_ptr<Lane>> store_lanes() const;

  Surroundings surroundings_;
  std::unique_ptr<Gaps> gaps_;
  std::stop_source stop_;
  std::mutex change_mutex_;  // of one change at a time, for as long as it takes
  mutable std::mutex mutex_;
  // Changed under both. References stay valid.
  std::map<ConnectorName, Connector> connectors_;
  // Under change_mutex_.
  ConnectorTopic topic_;
  KeptConnectors kept_;  // at the start
};

}  // namespace efd::pipeline
