// SPDX-License-Identifier: MIT
// Server: `efd serve` put together. Members stand in the order in which they start; they stop in
// reverse.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/caller.h"
#include "broker/commit_log.h"
#include "groups/group_coordinator.h"
#include "http/router.h"
#include "kafka/server.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/pool.h"
#include "observe/health.h"
#include "observe/metrics.h"
#include "pipeline/pipeline.h"
#include "pipeline/transformer.h"
#include "query/engine.h"
#include "query/influx_proxy.h"
#include "registry/embedded_registry.h"
#include "store/store.h"

namespace efd::app {

struct ListeningOn {
  std::string name;     // "kafka", "registry", "influx", "metrics"
  std::string address;  // "127.0.0.1:9092"
};

class Server {
 public:
  // Recovers the data, starts the connector and opens the listeners; returns before the store has
  // caught up with the log (see has_caught_up). `authorizer` is every listener's, and outlives it.
  static Result<std::unique_ptr<Server>> start(const Settings& settings,
                                               Authorizer& authorizer = authorizer_of_everything());
  ~Server();

  const std::vector<ListeningOn>& listening() const { return listening_; }
  bool has_caught_up() const { return pipeline_->has_caught_up(); }
  // Closes the listeners, drains the lanes, flushes the store, closes the log.
  Result<> stop();

 private:
  Server(const Settings& settings, Authorizer& authorizer);
  Result<> open_broker();
  Result<> open_registry();
  void set_health_checks();
  Result<> open_pipeline();
  Result<> open_connectors();
  Result<> open_transformer();
  Result<> open_listeners();
  Result<> listen_kafka();
  Result<> listen_http(Protocol protocol, http::Router& router);
  void add_influx_routes();
  void export_figures();

  const Settings settings_;
  Authorizer& authorizer_;
  observe::Metrics metrics_;
  observe::Health health_;
  std::unique_ptr<broker::CommitLog> log_;            // none when the log is a cluster's
  std::unique_ptr<groups::GroupCoordinator> groups_;  // with the log
  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<store::Store> store_;  // none when an InfluxDB stands there
  std::unique_ptr<registry::SchemaRegistry> registry_;
  registry::EmbeddedRegistry* embedded_registry_ = nullptr;  // registry_, if that is ours
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<pipeline::Transformer> transformer_;
  std::unique_ptr<query::QueryEngine> engine_;  // over store_; or else
  std::unique_ptr<query::InfluxProxy> proxy_;
  http::Router registry_router_;
  http::Router influx_router_;
  http::Router metrics_router_;
  std::unique_ptr<net::Pool> pool_;
  std::unique_ptr<net::Pool> write_pool_;
  std::unique_ptr<net::Pool> kafka_pool_;
  std::unique_ptr<net::Pool> query_pool_;
  std::unique_ptr<net::Loops> loops_;
  std::vector<std::unique_ptr<net::Listener>> http_listeners_;
  std::unique_ptr<kafka::KafkaServer> kafka_;
  std::vector<ListeningOn> listening_;
};

}  // namespace efd::app
