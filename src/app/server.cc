// SPDX-License-Identifier: MIT
#include "app/server.h"

#include "api/health_route.h"
#include "api/influx_proxy_routes.h"
#include "api/influx_routes.h"
#include "api/metrics_route.h"
#include "api/registry_routes.h"
#include "app/influx_target.h"
#include "app/log_options.h"
#include "app/transform_role.h"
#include "embedded_broker/embedded_broker.h"
#include "http/server.h"
#include "kafka_cluster/kafka_cluster.h"
#include "observe/log.h"
#include "registry/confluent_registry.h"

namespace efd::app {
namespace {

// The check of a part without which nothing comes in.
observe::CheckResult intake_check(const std::string& trouble) {
  return {trouble, observe::Stops::intake};
}

// What of the store's files is not answered, and what to do.
std::string trouble_of(const store::Store::Figures& store) {
  std::string trouble;
  if (!store.aside.empty())
    trouble = fmt::format(
        "{} files that the store's manifest does not name lie aside: stop the server and take "
        "them back, the lowest number first: efd store adopt {}",
        store.aside.size(), store.aside.front());
  if (store.damage.empty()) return trouble;
  if (!trouble.empty()) trouble += "; ";
  return trouble + fmt::format("{} damaged files: {}", store.damage.size(), store.damage.front());
}

}  // namespace

Server::Server(const Settings& settings, Authorizer& authorizer)
    : settings_(settings), authorizer_(authorizer) {}

Server::~Server() {
  if (Result<> stopped = stop(); !stopped) observe::error("serve", "{}", stopped.error().message);
}

Result<std::unique_ptr<Server>> Server::start(const Settings& settings, Authorizer& authorizer) {
  std::unique_ptr<Server> server(new Server(settings, authorizer));
  EFD_TRY(server->open_broker());
  EFD_TRY(server->open_registry());
  EFD_TRY(server->open_pipeline());
  EFD_TRY(server->open_transformer());
  EFD_TRY(server->open_listeners());
  server->export_figures();
  return server;
}

Result<> Server::open_broker() {
  auto& clock = system::real_clock();
  if (settings_.broker.empty()) {
    EFD_ASSIGN(log_,
               broker::CommitLog::open(system::posix_file_system(), clock, log_options(settings_)));
    EFD_ASSIGN(groups_, groups::GroupCoordinator::open(*log_, clock, settings_.groups));
    broker_ = std::make_unique<embedded_broker::EmbeddedBroker>(*log_, *groups_);
    return {};
  }
  kafka_cluster::KafkaClusterOptions cluster;
  cluster.bootstrap = settings_.broker;
  cluster.settings = settings_.broker_librdkafka;
  EFD_ASSIGN(broker_, kafka_cluster::connect_kafka_cluster(std::move(cluster)));
  return {};
}

Result<> Server::open_registry() {
  if (settings_.registry_url.empty()) {
    EFD_ASSIGN(auto embedded, registry::EmbeddedRegistry::open(*broker_, system::real_clock()));
    embedded_registry_ = embedded.get();
    registry_ = std::move(embedded);
    return {};
  }
  EFD_ASSIGN(registry_, registry::ConfluentRegistry::open(settings_.registry_url));
  return {};
}

Result<> Server::open_pipeline() {
  auto& files = system::posix_file_system();
  auto& clock = system::real_clock();
  if (settings_.influx_url.empty()) {
    store::StoreOptions options = settings_.store;
    options.path = settings_.data + "/store";
    EFD_ASSIGN(store_, store::Store::open(files, clock, std::move(options)));
  }
  pipeline::Surroundings surroundings{.broker = *broker_,
                                      .registry = *registry_,
                                      .store = store_.get(),
                                      .metrics = metrics_,
                                      .files = files,
                                      .clock = clock,
                                      .gaps_path = settings_.data + "/gaps.jsonl",
                                      .log_id = log_ ? log_->cluster_id() : ""};
  if (log_)
    surroundings.drop_hold = [this](const std::string& connector) { log_->drop_hold(connector); };
  EFD_ASSIGN(pipeline_, pipeline::Pipeline::open(std::move(surroundings)));
  EFD_TRY(open_connectors());
  EFD_TRY(pipeline_->add_kept_connectors());
  if (log_) log_->start_housekeeping();
  set_health_checks();
  return {};
}

Result<> Server::open_connectors() {
  if (store_) {
    engine_ = query::make_engine(*store_, system::real_clock(), settings_.query);
    for (const auto& [name, connector] : settings_.connectors)
      EFD_TRY(pipeline_->add_connector(connector.options));
    return {};
  }
  EFD_ASSIGN(auto target, influx_target_of(settings_));
  EFD_ASSIGN(proxy_, query::InfluxProxy::open(target.url));
  for (const auto& [name, connector] : settings_.connectors) {
    pipeline::InfluxConnectorOptions influx = connector.influx;
    influx.influx = settings_.influx_writer;
    influx.influx.target = target;
    EFD_TRY(pipeline_->add_connector(connector.options, std::move(influx)));
  }
  return {};
}

// Once it has caught up, the program answers queries whatever else is sick.
void Server::set_health_checks() {
  if (log_)
    health_.set_check("log", [this]() -> observe::CheckResult {
      if (auto error = log_->intake_error()) return intake_check(error->message);
      auto damage = log_->damage();
      return {damage ? damage->message : ""};
    });
  if (groups_)
    health_.set_check("groups", [this]() -> observe::CheckResult {
      const auto& unreadable = groups_->unreadable();
      return {unreadable ? unreadable->message : ""};
    });
  if (store_) {
    health_.set_check("store", [this] {
      auto error = store_->figures().intake_error;
      return intake_check(error ? error->message : "");
    });
    health_.set_check("store_files",
                      [this]() -> observe::CheckResult { return {trouble_of(store_->figures())}; });
  }
  if (embedded_registry_)
    health_.set_check("registry",
                      [this]() -> observe::CheckResult { return {embedded_registry_->trouble()}; });
  if (proxy_)
    health_.set_check("influxdb", [this]() -> observe::CheckResult {
      Result<> there = proxy_->ping();
      return {there ? "" : there.error().message, observe::Stops::queries};
    });
  health_.set_check("pipeline", [this] { return intake_check(pipeline_->trouble()); });
  health_.set_check("ready", [this]() -> observe::CheckResult {
    if (pipeline_->has_caught_up()) return {};
    return {"the store is catching up with the log", observe::Stops::queries};
  });
}

Result<> Server::open_transformer() {
  if (!settings_.transforms) return {};
  EFD_ASSIGN(auto options, transformer_options_of(settings_.saltransform));
  EFD_ASSIGN(transformer_, pipeline::Transformer::open(std::move(options), *broker_, *registry_,
                                                       metrics_, system::real_clock()));
  health_.set_check("saltransform", [this] { return intake_check(transformer_->trouble()); });
  return {};
}

Result<> Server::listen_http(Protocol protocol, http::Router& router) {
  bool has_routes = false;
  for (const auto& [name, listener] : settings_.listeners) {
    if (listener.protocol != protocol || listener.bind.empty()) continue;
    if (!std::exchange(has_routes, true)) {
      api::add_metrics_route(router, metrics_);
      api::add_health_routes(router, health_);
    }
    http::ServerOptions options = settings_.http;
    options.name = name;
    options.connections = settings_.connections;
    options.small_answer_bytes_max = settings_.query.small_answer_bytes_max;
    options.authorizer = &authorizer_;
    options.metrics = &metrics_;
    EFD_ASSIGN(auto opened, http::serve(*loops_, *pool_, router, listener.bind, options));
    listening_.push_back({name, opened->address().to_string()});
    http_listeners_.push_back(std::move(opened));
  }
  return {};
}

Result<> Server::listen_kafka() {
  kafka::ServerOptions options = settings_.kafka;
  options.connections = settings_.connections;
  options.listeners.clear();
  for (const auto& [name, listener] : settings_.listeners)
    if (listener.protocol == Protocol::kafka && !listener.bind.empty())
      options.listeners.push_back({name, listener.bind, listener.advertised});
  options.authorizer = &authorizer_;
  kafka_pool_ =
      std::make_unique<net::Pool>(net::PoolOptions{.name = "kafka", .threads = options.threads});
  auto executor = [this](std::function<void()> task) {
    return kafka_pool_->submit(std::move(task));
  };
  EFD_ASSIGN(kafka_,
             kafka::KafkaServer::start(*loops_, *log_, *groups_, metrics_, executor, options));
  for (size_t i = 0; i < options.listeners.size(); ++i)
    listening_.push_back({options.listeners[i].name, kafka_->addresses()[i].to_string()});
  return {};
}

void Server::add_influx_routes() {
  query_pool_ = std::make_unique<net::Pool>(
      net::PoolOptions{.name = "query",
                       .threads = settings_.query_threads.threads,
                       .small_threads = settings_.query_threads.small_threads});
  if (engine_) api::add_influx_routes(influx_router_, *engine_, query_pool_.get());
  if (proxy_) api::add_influx_proxy_routes(influx_router_, *proxy_, query_pool_.get());
}

Result<> Server::open_listeners() {
  loops_ = std::make_unique<net::Loops>(settings_.net);
  pool_ = std::make_unique<net::Pool>(
      net::PoolOptions{.name = "worker", .threads = settings_.http.threads});
  write_pool_ = std::make_unique<net::Pool>(
      net::PoolOptions{.name = "write", .threads = settings_.http.write_threads});
  if (log_) EFD_TRY(listen_kafka());
  if (embedded_registry_) {
    api::add_registry_routes(registry_router_, *embedded_registry_, write_pool_.get());
    EFD_TRY(listen_http(Protocol::registry, registry_router_));
  }
  add_influx_routes();
  EFD_TRY(listen_http(Protocol::influx, influx_router_));
  return listen_http(Protocol::metrics, metrics_router_);
}

void Server::export_figures() {
  if (embedded_registry_)
    metrics_.gauge("efd_registry_id_conflicts",
                   "Versions that are ignored because another schema has their id.", {},
                   [this] { return static_cast<double>(embedded_registry_->id_conflicts()); });
  if (!store_) return;
  auto gauge = [this](const char* name, const char* help,
                      uint64_t store::Store::Figures::* figure) {
    metrics_.gauge(name, help, {},
                   [this, figure] { return static_cast<double>(store_->figures().*figure); });
  };
  using Figures = store::Store::Figures;
  gauge("efd_store_memory_rows", "Rows not yet in a committed file.", &Figures::rows_in_memory);
  gauge("efd_store_memory_bytes", "Bytes of rows not yet in a committed file.",
        &Figures::bytes_in_memory);
  gauge("efd_store_series_bytes", "Bytes of the tag sets of all series, in memory.",
        &Figures::series_bytes);
  gauge("efd_store_files", "Committed segment files.", &Figures::files);
  gauge("efd_store_disk_bytes", "Bytes of committed segment files.", &Figures::bytes_on_disk);
  gauge("efd_store_disk_values", "Values in committed segment files.", &Figures::values_on_disk);
  gauge("efd_store_commits", "Commits since start.", &Figures::commits);
}

Result<> Server::stop() {
  if (!loops_ && !broker_) return {};
  kafka_.reset();
  http_listeners_.clear();
  for (const auto* pool : {&pool_, &write_pool_, &kafka_pool_, &query_pool_})
    if (*pool) (*pool)->stop();
  if (transformer_) transformer_->stop();
  if (pipeline_) pipeline_->stop();
  Result<> flushed = store_ ? store_->close() : Result<>();
  transformer_.reset();
  pipeline_.reset();
  registry_.reset();
  groups_.reset();
  Result<> closed = log_ ? log_->close() : Result<>();
  store_.reset();
  broker_.reset();
  log_.reset();
  loops_.reset();
  // Without room nothing is lost: the log has all that the store could not commit.
  if (!flushed && flushed.error().code != ErrorCode::overload) return flushed;
  return closed;
}

}  // namespace efd::app
