// SPDX-License-Identifier: MIT
// WideTime: a UTC time that need not fit into 64 bits of nanoseconds. Times that people write in
// a query ('2500-01-01') may lie outside of what can be stored; they are compared and added first,
// and only their use as a bound checks the range.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace efd::influx {

struct WideTime {
  int64_t seconds = 0;  // Since 1970-01-01T00:00:00Z, rounded down.
  int32_t ns = 0;       // 0 .. 999'999'999

  constexpr auto operator<=>(const WideTime&) const = default;
};

WideTime to_wide(UtcTime time);
// Nothing when the time is outside of kUtcTimeMin .. kUtcTimeMax.
std::optional<UtcTime> to_utc(WideTime time);

// `time` + `ns`.
WideTime add_ns(WideTime time, int64_t ns);
// a - b in ns, held at the ends of int64 (as Go's Time.Sub).
int64_t difference_ns(WideTime a, WideTime b);

// RFC 3339 with trailing zeros of the fraction cut: "2000-01-01T00:00:00.000004Z".
std::string to_string(WideTime time);

// Begins with YYYY-MM-DD: a string that InfluxQL takes for a time where a time may stand.
bool looks_like_time(std::string_view text);

// Reads 'YYYY-MM-DD', 'YYYY-MM-DD HH:MM:SS[.fraction]' and RFC 3339 with Z or an offset.
// `zoned` tells whether the text named its zone; if not, the time is the wall clock read as UTC.
struct ParsedTime {
  WideTime time;
  bool zoned = false;
};
std::optional<ParsedTime> parse_time(std::string_view text);

}  // namespace efd::influx
