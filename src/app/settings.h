// SPDX-License-Identifier: MIT
// Settings: everything that `efd serve` can be told, with the values in force. The options of a
// module lie in its own struct, which is the only place with their defaults.
#pragma once

#include <map>
#include <string>

#include "app/transform_role.h"
#include "broker/commit_log.h"
#include "groups/group_coordinator.h"
#include "http/server.h"
#include "kafka/server_options.h"
#include "net/loop.h"
#include "observe/log.h"
#include "pipeline/pipeline.h"
#include "query/engine.h"
#include "store/store.h"

namespace efd::app {

struct LogOutput {
  observe::Level level = observe::Level::info;
  observe::LogFormat format = observe::LogFormat::automatic;
};

enum class Protocol { kafka, registry, influx, metrics };

// [listener.NAME]: a socket, and what is spoken there.
struct ListenerSettings {
  Protocol protocol = Protocol::kafka;
  std::string bind;        // "HOST:PORT"; empty: it is not opened
  std::string advertised;  // of Kafka's, see kafka::ListenerAddress
};
using Listeners = std::map<std::string, ListenerSettings>;
Listeners default_listeners();

// [connector.NAME]; [connector] is the one named kDefaultConnector.
struct ConnectorSettings {
  pipeline::ConnectorOptions options;
  pipeline::InfluxConnectorOptions influx;  // of one whose target is an InfluxDB
};
inline constexpr const char* kDefaultConnector = "efd";

struct Settings {
  std::string data;
  LogOutput log_output;
  Listeners listeners = default_listeners();

  std::string broker;
  std::map<std::string, std::string> broker_librdkafka;  // by librdkafka's names
  std::string registry_url;
  std::string influx_url;
  std::string influx_user;
  std::string influx_password;
  sink::InfluxWriterOptions influx_writer;  // its target is made of the three above

  net::LoopsOptions net;
  net::ConnectionBounds connections;  // of every listener
  http::ServerOptions http;
  broker::CommitLogOptions log;
  kafka::ServerOptions kafka;
  groups::GroupOptions groups;
  store::StoreOptions store;
  std::map<std::string, ConnectorSettings> connectors = {{kDefaultConnector, {}}};
  bool transforms = false;  // whether this process has the transformer's role
  TransformRole saltransform;
  query::EngineOptions query;
  query::QueryThreads query_threads;
};

}  // namespace efd::app
