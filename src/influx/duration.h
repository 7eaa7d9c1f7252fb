// SPDX-License-Identifier: MIT
// Durations as InfluxQL writes them: whole numbers with ns u µ ms s m h d w, joined ("1h30m").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace efd::influx {

// Nanoseconds. A leading '-' makes all of it negative. bad_input "invalid duration", or "overflowed
// duration 15251w: choose a smaller duration or INF".
Result<int64_t> parse_duration(std::string_view text);

// With the largest unit that divides it: 90 min -> "90m", 7 d -> "1w", 0 -> "0s".
std::string format_duration(int64_t ns);

// As Go prints durations, and InfluxDB in SHOW RETENTION POLICIES: 7 d -> "168h0m0s", "1.5s", "0s".
std::string format_go_duration(int64_t ns);

}  // namespace efd::influx
