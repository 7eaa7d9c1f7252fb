// SPDX-License-Identifier: MIT
// InfluxDB's HTTP interface where a real InfluxDB stands behind it: requests go on to it.
#pragma once

#include "http/router.h"
#include "query/influx_proxy.h"

namespace efd::api {

// Adds /ping, /status, /query, /write, /api/v2/query and /api/v2/write, and InfluxDB's form of
// errors. An InfluxDB that does not answer is 503 with the reason. `proxy` outlives the router.
// Requests wait for it on `queries`, which outlives the server, or, when it is null, on the
// server's pool.
void add_influx_proxy_routes(http::Router& router, query::InfluxProxy& proxy,
                             net::Pool* queries = nullptr);

}  // namespace efd::api
