// SPDX-License-Identifier: MIT
// What all connections of a server share, and what one request brings to its handler.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "base/caller.h"
#include "broker/commit_log.h"
#include "groups/group_coordinator.h"
#include "kafka/apis.h"
#include "kafka/fetch_sessions.h"
#include "kafka/protocol/arena.h"
#include "kafka/server_options.h"
#include "net/address.h"
#include "observe/metrics.h"

namespace efd::kafka {

// Counts per API, in the order of `Apis`.
struct RequestMetrics {
  explicit RequestMetrics(observe::Metrics& metrics);
  std::array<observe::Counter*, kApiCount> requests{};
  observe::Counter& refused;  // frames that are no request of ours: the connection was closed
};

struct Route;
// Null for an API that is not spoken.
const Route* find_route(int16_t api_key);

// Thread-safe.
class Service {
 public:
  Service(broker::CommitLog& log, groups::GroupCoordinator& groups, observe::Metrics& metrics,
          Executor executor, ServerOptions options);

  // Runs `task`, which may block, on the executor.
  Result<> run_blocking(std::function<void()> task);
  // Returns when none of those tasks runs or waits.
  void await_tasks();

  broker::CommitLog& log;
  groups::GroupCoordinator& groups;
  const ServerOptions options;
  FetchSessions fetch_sessions;
  // Of answers, on all connections. What is on its way to a client counts itself off when it has
  // left, which may be after the service's own end.
  const std::shared_ptr<std::atomic<size_t>> unsent_bytes =
      std::make_shared<std::atomic<size_t>>(0);
  RequestMetrics metrics;
  // Of all sessions, set before the first of them.
  const Route* (*route_of)(int16_t api_key) = find_route;

 private:
  void task_done();

  Executor executor_;
  std::mutex mutex_;
  std::condition_variable idle_;
  size_t tasks_ = 0;
};

// One request: its caller, its version, and the arena of its answer. Valid until the answer is
// encoded.
struct Call {
  Service& service;
  // A handler that learns who the client is sets the principal. It holds for the requests of this
  // session that are begun after it; those that wait for their answers keep the one they came with.
  Caller& caller;
  const net::Address& advertised;
  Arena& arena;
  int16_t version = 0;
  int32_t correlation_id = 0;

  broker::CommitLog& log() const { return service.log; }
};

// authorize() for "topic/NAME", and for "group/NAME".
bool may(const Caller& caller, Action action, std::string_view topic);
bool may_use_group(const Caller& caller, Action action, std::string_view group);

}  // namespace efd::kafka
