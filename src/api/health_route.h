// SPDX-License-Identifier: MIT
// GET /health, as InfluxDB 1.8 answers it, and GET /ready, as its version 2 does.
#pragma once

#include "http/router.h"
#include "observe/health.h"

namespace efd::api {

// The version of InfluxDB that answers name.
constexpr const char* kInfluxVersion = "1.8.10";

// /health is 200 as long as queries are answered, else 503, with
//   {"checks":[...],"message":...,"name":"influxdb","status":"pass","version":...}
// where each sick part is "fail" in `checks`, and the first of them is the message: clients ask it
// before they read, so what stops intake alone is told here and takes nothing away.
// /ready is 200 while data comes in, with {"started":...,"status":"ready","up":...}, and else 503
// with the reason as "message" and the status "unavailable". `health` outlives the router.
void add_health_routes(http::Router& router, const observe::Health& health);

}  // namespace efd::api
