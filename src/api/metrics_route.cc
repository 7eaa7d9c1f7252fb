// SPDX-License-Identifier: MIT
#include "api/metrics_route.h"

namespace efd::api {

void add_metrics_route(http::Router& router, const observe::Metrics& metrics) {
  router.add("GET", "/metrics", [&metrics](const http::Request&, http::Response& response) {
    response.send(200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                  metrics.text());
  });
}

}  // namespace efd::api
