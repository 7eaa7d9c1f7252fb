// SPDX-License-Identifier: MIT
// GET /metrics, as Prometheus scrapes it.
#pragma once

#include "http/router.h"
#include "observe/metrics.h"

namespace efd::api {

// `metrics` outlives the router.
void add_metrics_route(http::Router& router, const observe::Metrics& metrics);

}  // namespace efd::api
