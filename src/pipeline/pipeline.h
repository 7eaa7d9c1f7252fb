// SPDX-License-Identifier: MIT
// Pipeline: the connectors of this program and what they share: the store's commits wait for the
// log and the dead letters of each.
//
// A connector takes topics into the embedded store, which keeps its positions, or into an InfluxDB;
// then a consumer group keeps them, and workers that are in one group share the work.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "observe/metrics.h"
#include "pipeline/gaps.h"
#include "pipeline/lane.h"
#include "registry/registry.h"
#include "sink/converter.h"
#include "sink/influx_writer.h"
#include "sink/mapping.h"
#include "store/store.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::pipeline {

struct ConnectorOptions {
  ConnectorName name{"efd"};
  std::string topics = "lsst\\..*";  // RE2, matched in full
  std::string database = "efd";
  std::string policy = "autogen";
  sink::Mapping mapping;
  Rounding time_rounding = Rounding::half_up;
  std::chrono::microseconds gather{1000};  // see LaneOptions
};

struct InfluxConnectorOptions {
  sink::InfluxWriterOptions influx;
  std::string group = "efd";
  std::string instance;  // see broker::ConsumerOptions
};

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
  // False: the lanes do nothing by themselves; turn is called instead (simulations).
  bool start_threads = true;
};

// Thread-safe after open.
class Pipeline {
 public:
  // Decides on the store's files that no commit names (aside.h), then checks every position that
  // the store has against the log (ARCHITECTURE.md, "Positions", case d), whether its connector
  // runs or not, and makes the corrections durable, unless the disk is full. Call before any
  // listener opens: afterwards the offsets of a lost tail are given out again.
  static Result<std::unique_ptr<Pipeline>> open(Surroundings surroundings);
  ~Pipeline();

  // Into the store.
  Result<> add_connector(const ConnectorOptions& options);
  // Into an InfluxDB.
  Result<> add_connector(const ConnectorOptions& options, InfluxConnectorOptions influx);
  // One round of every lane, one after another, where they have no threads.
  void turn(std::stop_token stop);
  // Stops all lanes. The store is not flushed: close it afterwards.
  void stop();

  // See Lane::await_applied; `not_found` when no connector takes the topic.
  Result<Verdict> await_applied(const Position& position, std::stop_token stop);
  bool has_caught_up() const;
  std::string trouble() const;  // "" when all is well
  uint64_t gaps() const { return gaps_->count(); }

 private:
  Pipeline(Surroundings surroundings, std::unique_ptr<Gaps> gaps);
  Result<> check_kept_positions();
  std::unique_ptr<sink::Converter> make_converter(const ConnectorOptions& options);
  Result<std::shared_ptr<DeadLetters>> open_dead_letters(const ConnectorOptions& options);
  Result<> add_lane(const ConnectorOptions& options, std::unique_ptr<sink::Sink> sink,
                    std::shared_ptr<DeadLetters> dead_letters, const OpenIntake& open_intake);
  Result<> prepare_commit(std::span<const StoredPosition> positions);
  std::vector<std::shared_ptr<Lane>> lanes() const;

  Surroundings surroundings_;
  std::unique_ptr<Gaps> gaps_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Lane>> lanes_;
};

}  // namespace efd::pipeline
