// SPDX-License-Identifier: MIT
// What all connections of one server share, and count. For http's own .cc files.
#pragma once

#include <array>
#include <atomic>
#include <string>

#include "http/request_parser.h"
#include "http/server.h"
#include "system/clock.h"

namespace efd::http {

inline int64_t monotonic_ns() {
  return system::real_clock().monotonic_ns();
}

// What all connections of one server count; nothing without metrics.
class RequestMetrics {
 public:
  RequestMetrics(observe::Metrics* metrics, const std::string& listener) {
    if (!metrics) return;
    for (size_t i = 0; i < classes_.size(); ++i) {
      classes_[i] =
          &metrics->counter("efd_http_requests_total", "Answered requests.",
                            {{"listener", listener}, {"status", fmt::format("{}xx", i + 1)}});
    }
    seconds_ = &metrics->summary("efd_http_request_seconds", "Time that handlers of requests took.",
                                 {{"listener", listener}});
  }
  void count(int status, int64_t begin_ns) const {
    if (!seconds_ || status < 100 || status > 599) return;
    classes_[static_cast<size_t>(status / 100 - 1)]->add();
    seconds_->observe_ns(monotonic_ns() - begin_ns);
  }

 private:
  std::array<observe::Counter*, 5> classes_{};
  observe::Summary* seconds_ = nullptr;
};

// What all connections of one server share.
struct ServerShare {
  ServerShare(net::Pool& pool, const Router& router, const ServerOptions& options)
      : pool(pool),
        router(router),
        options(options),
        limits{options.header_bytes_max, options.target_bytes_max, options.body_bytes_max},
        bodies(options.bodies_total_bytes_max),
        small_answers(options.small_answers_total_bytes_max),
        metrics(options.metrics, options.name) {}

  net::Pool& pool;
  const Router& router;
  const ServerOptions options;
  const RequestLimits limits;
  net::MemoryBudget bodies;
  net::MemoryBudget small_answers;
  std::atomic<size_t> kept_answers{0};
  const RequestMetrics metrics;
};

}  // namespace efd::http
