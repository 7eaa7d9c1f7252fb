// SPDX-License-Identifier: MIT
// The whole program on one machine in memory: log, groups, registry, store, a connector into the
// store, the transformer of SAL texts, the Kafka server's sessions and the query engine. It starts
// no threads: what they do in the program, its functions do here, one after another.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "embedded_broker/embedded_broker.h"
#include "kafka/service.h"
#include "pipeline/pipeline.h"
#include "pipeline/transformer.h"
#include "query/engine.h"
#include "registry/embedded_registry.h"
#include "simulation/kafka_client.h"
#include "system/memory_file_system.h"

namespace efd::simulation {

// What a query gives, row by row.
struct AnsweredRow {
  int64_t time_ms = 0;
  int64_t number = 0;
  bool operator==(const AnsweredRow&) const = default;
};

// A wait moves it on to its end, and is told to whoever has to see that a turn ends.
class WatchedClock final : public system::Clock {
 public:
  UtcTime now() const override { return clock_.now(); }
  int64_t monotonic_ns() const override { return clock_.monotonic_ns(); }
  using Clock::wait_until;
  bool wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                  std::stop_token stop, const IsDue& is_due) override {
    bool was_due = clock_.wait_until(lock, condition, until_ns, std::move(stop), is_due);
    if (on_wait) on_wait();
    return was_due;
  }
  void advance_ns(int64_t ns) { clock_.advance_ns(ns); }

  std::function<void()> on_wait;

 private:
  system::SteppedClock clock_{UtcTime::from_ms(1'700'000'000'000)};
};

class World {
 public:
  World();
  ~World();

  // As the program starts. Fails when the power does, or a sync.
  Result<> start();
  bool is_running() const { return is_running_; }
  // SIGTERM.
  Result<> stop();
  // SIGKILL: nothing is written any more.
  void kill();

  // One round of the lanes and of what else has a thread of its own in the program. False: a lane
  // would wait for ever, and was told to stop; it goes on only when all is started again.
  bool turn();

  // Why log or store take nothing in until they are opened again, if so.
  std::optional<Error> stopped_for_good() const;

  // SELECT number of a measurement, in order of time. not_found: there is no such measurement.
  Result<std::vector<AnsweredRow>> rows(const std::string& measurement);
  // One number: SELECT function(number) of the rows from one time to another.
  Result<int64_t> aggregate(const std::string& function, const std::string& measurement,
                            int64_t from_ms, int64_t to_ms);

  // `efd store adopt`, of all files that lie aside, while nothing runs. Returns how many.
  Result<size_t> adopt_all();
  static constexpr char kManifest[] = "/data/store/manifest";

  system::MemoryFileSystem files;
  WatchedClock clock;
  std::unique_ptr<broker::CommitLog> log;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker;
  std::unique_ptr<registry::EmbeddedRegistry> registry;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::unique_ptr<KafkaClient> client;

 private:
  Result<> start_all();
  Result<> run(const std::string& statement, query::ResultSink& sink);

  bool is_running_ = false;
  std::stop_source stop_;  // of a turn
  std::unique_ptr<observe::Metrics> metrics_;
  std::unique_ptr<groups::GroupCoordinator> groups_;
  std::unique_ptr<pipeline::Transformer> transformer_;
  std::unique_ptr<query::QueryEngine> engine_;
  std::unique_ptr<kafka::Service> service_;
};

}  // namespace efd::simulation
