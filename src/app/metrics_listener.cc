// SPDX-License-Identifier: MIT
#include "app/metrics_listener.h"

#include "api/health_route.h"
#include "api/metrics_route.h"
#include "http/server.h"

namespace efd::app {

Result<std::unique_ptr<MetricsListener>> MetricsListener::start(const std::string& address,
                                                                const observe::Metrics& metrics,
                                                                const observe::Health* health) {
  std::unique_ptr<MetricsListener> metrics_listener(new MetricsListener());
  if (address.empty()) return metrics_listener;
  api::add_metrics_route(metrics_listener->router_, metrics);
  if (health) api::add_health_routes(metrics_listener->router_, *health);
  metrics_listener->pool_ =
      std::make_unique<net::Pool>(net::PoolOptions{.name = "metrics", .threads = 1});
  metrics_listener->loops_ = std::make_unique<net::Loops>(net::LoopsOptions{.threads = 1});
  http::ServerOptions options;
  options.name = "metrics";
  EFD_ASSIGN(metrics_listener->listener_,
             http::serve(*metrics_listener->loops_, *metrics_listener->pool_,
                         metrics_listener->router_, address, options));
  return metrics_listener;
}

}  // namespace efd::app
