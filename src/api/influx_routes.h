// SPDX-License-Identifier: MIT
// InfluxDB 1.8's HTTP interface: what Grafana, Chronograf, the influx command and the client
// libraries speak on port 8086.
#pragma once

#include <string_view>

#include "http/router.h"
#include "query/engine.h"

namespace efd::api {

// Adds /ping, /status, /query, /write, InfluxDB's fixed headers and its form of errors to the
// router of one listener. `engine` outlives the router. Queries run on `queries`, which outlives
// the server, or, when it is null, on the server's pool.
void add_influx_routes(http::Router& router, query::QueryEngine& engine,
                       net::Pool* queries = nullptr);

// How InfluxDB's HTTP server writes errors of its own: a line of text.
http::ErrorBody influx_error_body(int status, std::string_view message);

}  // namespace efd::api
