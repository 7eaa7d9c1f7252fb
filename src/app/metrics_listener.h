// SPDX-License-Identifier: MIT
// GET /metrics of a tool that runs for long; /health and /ready of one that has parts.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "http/router.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/pool.h"
#include "observe/health.h"
#include "observe/metrics.h"

namespace efd::app {

// Serves until it is destroyed.
class MetricsListener {
 public:
  // `address` is "HOST:PORT"; empty: nothing is served. `metrics` and `health` outlive the
  // listener. Without `health` there is /metrics alone.
  static Result<std::unique_ptr<MetricsListener>> start(const std::string& address,
                                                        const observe::Metrics& metrics,
                                                        const observe::Health* health = nullptr);
  // "127.0.0.1:9100", with the port that was taken; empty: nothing is served.
  std::string address() const { return listener_ ? listener_->address().to_string() : ""; }

 private:
  MetricsListener() = default;

  http::Router router_;
  std::unique_ptr<net::Pool> pool_;
  std::unique_ptr<net::Loops> loops_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace efd::app
