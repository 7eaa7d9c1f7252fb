// SPDX-License-Identifier: MIT
// GET /health, as InfluxDB 1.8 answers it.
#pragma once

#include "http/router.h"
#include "observe/health.h"

namespace efd::api {

// The version of InfluxDB that clients are told.
constexpr const char* kInfluxVersion = "1.8.10";

// 200 or 503 with {"checks":[...],"message":...,"name":"influxdb","status":"pass","version":...}.
// `health` outlives the router.
void add_health_route(http::Router& router, const observe::Health& health);

}  // namespace efd::api
