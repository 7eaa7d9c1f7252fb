// SPDX-License-Identifier: MIT
#include "simulation/world.h"

#include <chrono>

#include "broker/testing/stepped_log.h"

namespace efd::simulation {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kTurnMax{20};

broker::CommitLogOptions log_options() {
  broker::CommitLogOptions options = broker::stepped_log_options("/data/log");
  options.segment_bytes = 600;
  options.recent_bytes_max = 0;
  options.log_bytes_max = 1u << 30;
  return options;
}

// Whatever may block finds no room: nothing that is asked here does.
Result<> refuse_task(const std::function<void()>&) {
  return fail(ErrorCode::overload, "there is no pool");
}

// Takes the last two columns: the time, and the first one beside it.
class Rows : public query::ResultSink {
 public:
  Result<> begin_statement(int) override { return {}; }
  Result<> begin_series(const query::SeriesHeader&) override { return {}; }
  Result<> rows(const query::RowBatch& batch) override {
    const store::ColumnChunk& column = batch.columns[0];
    for (size_t i = 0; i < batch.rows; ++i)
      found.push_back({UtcTime::from_ns(batch.times_ns[i] + kNsPerMs / 2).ms(),
                       column.integers.empty() ? 0 : column.integers[i]});
    return {};
  }
  Result<> end_series() override { return {}; }
  Result<> message(std::string_view, std::string_view) override { return {}; }
  Result<> error(const Error& error) override { return fail(error); }
  Result<> end_statement() override { return {}; }

  std::vector<AnsweredRow> found;
};

}  // namespace

World::World() = default;
World::~World() {
  kill();
}

Result<> World::start() {
  Result<> started = start_all();
  is_running_ = started.has_value();
  if (!started) kill();
  return started;
}

// In the order of the program (app/server.cc).
Result<> World::start_all() {
  metrics_ = std::make_unique<observe::Metrics>();
  EFD_ASSIGN(log, broker::CommitLog::open(files, clock, log_options()));
  EFD_ASSIGN(groups_, groups::GroupCoordinator::open(*log, clock, {.start_thread = false}));
  broker = std::make_unique<embedded_broker::EmbeddedBroker>(*log, *groups_);
  EFD_ASSIGN(registry, registry::EmbeddedRegistry::open(*broker, clock,
                                                        {.follow_interval = milliseconds(0)}));
  EFD_ASSIGN(store,
             store::Store::open(files, clock, {.path = "/data/store", .start_threads = false}));
  engine_ = query::make_engine(*store, clock);
  EFD_ASSIGN(pipeline, pipeline::Pipeline::open({.broker = *broker,
                                                 .registry = *registry,
                                                 .store = store.get(),
                                                 .metrics = *metrics_,
                                                 .files = files,
                                                 .clock = clock,
                                                 .gaps_path = "/data/gaps.jsonl",
                                                 .log_id = log->cluster_id(),
                                                 .start_threads = false}));
  EFD_TRY(pipeline->add_connector({}));
  EFD_ASSIGN(transformer_,
             pipeline::Transformer::open({.instance = "simulation", .start_threads = false},
                                         *broker, *registry, *metrics_, clock));
  service_ = std::make_unique<kafka::Service>(*log, *groups_, *metrics_, refuse_task,
                                              kafka::ServerOptions{});
  client = std::make_unique<KafkaClient>(*service_);
  return {};
}

Result<> World::stop() {
  client.reset();
  transformer_->stop();
  pipeline->stop();
  Result<> closed = store->close();
  Result<> log_closed;
  if (closed) log_closed = log->close();
  kill();
  EFD_TRY(std::move(closed));
  return log_closed;
}

void World::kill() {
  is_running_ = false;
  client.reset();
  transformer_.reset();
  pipeline.reset();
  engine_.reset();
  store.reset();
  registry.reset();
  service_.reset();
  broker.reset();
  groups_.reset();
  log.reset();
  metrics_.reset();
}

// What is tried again and again, with pauses, is given up here when it has no end.
bool World::turn() {
  const int64_t end_ns = clock.monotonic_ns_in(kTurnMax);
  stop_ = std::stop_source();
  clock.on_wait = [this, end_ns] {
    if (!files.has_power() || clock.monotonic_ns() > end_ns) stop_.request_stop();
  };
  static_cast<void>(registry->follow());
  groups_->run_due();
  transformer_->turn(stop_.get_token());
  pipeline->turn(stop_.get_token());
  clock.on_wait = {};
  return !stop_.stop_requested();
}

std::optional<Error> World::stopped_for_good() const {
  for (const std::optional<Error>& stopped : {log->intake_error(), store->figures().intake_error})
    if (stopped && stopped->code != ErrorCode::overload && stopped->code != ErrorCode::retry)
      return stopped;
  return std::nullopt;
}

Result<> World::run(const std::string& statement, query::ResultSink& sink) {
  query::Query query;
  query.database = "efd";
  query.text = statement;
  return engine_->run(query, sink, {});
}

Result<std::vector<AnsweredRow>> World::rows(const std::string& measurement) {
  Rows rows;
  EFD_TRY(run(fmt::format("SELECT number FROM \"{}\"", measurement), rows));
  return std::move(rows.found);
}

Result<int64_t> World::aggregate(const std::string& function, const std::string& measurement,
                                 int64_t from_ms, int64_t to_ms) {
  Rows rows;
  EFD_TRY(run(fmt::format("SELECT {}(number) FROM \"{}\" WHERE time >= {}ms AND time < {}ms",
                          function, measurement, from_ms, to_ms),
              rows));
  return rows.found.empty() ? 0 : rows.found[0].number;
}

Result<size_t> World::adopt_all() {
  EFD_ASSIGN(auto opened,
             store::Store::open(files, clock, {.path = "/data/store", .start_threads = false}));
  std::vector<std::string> aside = opened->figures().aside;
  for (const std::string& path : aside) EFD_TRY(opened->adopt(path));
  EFD_TRY(opened->close());
  return aside.size();
}

}  // namespace efd::simulation
