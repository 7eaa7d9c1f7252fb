// SPDX-License-Identifier: MIT
// Connector: a name, the topics that it takes and where their records go; a lane while it runs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "pipeline/dead_letters.h"
#include "pipeline/lane.h"
#include "sink/influx_writer.h"
#include "sink/mapping.h"
#include "store/owner.h"

namespace efd::pipeline {

struct ConnectorOptions {
  ConnectorName name{"efd"};
  std::string topics = "lsst\\..*";  // RE2, matched in full
  std::string database = "efd";
  std::string policy = "autogen";
  sink::Mapping mapping;
  Rounding time_rounding = Rounding::half_up;
  std::chrono::microseconds gather{1000};  // see LaneOptions
  // What it may hold in memory while the store's commits leave it out; then its puts wait.
  uint64_t memory_bytes_max = store::kOwnerBytesMax;
};

struct InfluxConnectorOptions {
  sink::InfluxWriterOptions influx;
  std::string group = "efd";
  std::string instance;  // see broker::ConsumerOptions
};

// Where a connector is written down. What the configuration file has, no call can change.
enum class ConnectorOrigin { file, call };

enum class ConnectorState {
  running,
  paused,  // somebody wanted it so; the log keeps its records
  failed,  // it could not be begun: ConnectorStatus::trouble says why
};
const char* to_string(ConnectorState state);  // "running" ...

struct ConnectorStatus {
  ConnectorName name;
  ConnectorOrigin origin = ConnectorOrigin::call;
  ConnectorState state = ConnectorState::running;
  std::string trouble;  // why partitions wait, or it failed; "": all is well
  bool has_caught_up = false;
  uint64_t dead_letters = 0;  // since the program's start
};

struct Connector {
  ConnectorOptions options;
  std::optional<InfluxConnectorOptions> influx;  // none: into the store
  ConnectorOrigin origin = ConnectorOrigin::call;
  std::shared_ptr<DeadLetters> dead_letters;
  std::shared_ptr<Lane> lane;  // null: it does not run
  std::string failure;         // why not; "": it is paused

  bool is_paused() const { return !lane && failure.empty(); }
  ConnectorStatus status() const;
};

// bad_input: a name that is no key of a topic and no name of a hold, or a pattern that is none.
Result<> check_connector(const ConnectorOptions& options);

}  // namespace efd::pipeline
