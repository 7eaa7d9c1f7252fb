// SPDX-License-Identifier: MIT
// Points in time. SAL stamps are TAI, the store is UTC; the two are types, so that the 37 s between
// them cannot be forgotten. Both count nanoseconds since 1970-01-01T00:00:00 of their own scale.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.h"

namespace efd {

constexpr int64_t kNsPerUs = 1'000;
constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kNsPerDay = 86'400 * kNsPerSecond;

// Held at the ends of int64 where the result lies beyond them: whatever is added or multiplied, no
// time wraps into another century.
constexpr int64_t held_sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}
constexpr int64_t held_difference(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}
constexpr int64_t held_product(int64_t a, int64_t b) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) != (b < 0) ? std::numeric_limits<int64_t>::min()
                            : std::numeric_limits<int64_t>::max();
}

// UTC as POSIX counts it: every day has 86,400 s.
class UtcTime {
 public:
  constexpr UtcTime() = default;
  static constexpr UtcTime from_ns(int64_t ns) { return UtcTime(ns); }
  static constexpr UtcTime from_us(int64_t us) { return UtcTime(held_product(us, kNsPerUs)); }
  static constexpr UtcTime from_ms(int64_t ms) { return UtcTime(held_product(ms, kNsPerMs)); }

  constexpr int64_t ns() const { return ns_; }
  constexpr int64_t ms() const { return floor_divide(ns_, kNsPerMs); }
  constexpr auto operator<=>(const UtcTime&) const = default;

 private:
  constexpr explicit UtcTime(int64_t ns) : ns_(ns) {}
  static constexpr int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }
  int64_t ns_ = 0;
};

constexpr UtcTime operator+(UtcTime time, int64_t ns) {
  return UtcTime::from_ns(held_sum(time.ns(), ns));
}
constexpr int64_t operator-(UtcTime a, UtcTime b) {
  return held_difference(a.ns(), b.ns());
}

// The range of InfluxDB's times: int64 without its first two and its last value.
constexpr UtcTime kUtcTimeMin = UtcTime::from_ns(std::numeric_limits<int64_t>::min() + 2);
constexpr UtcTime kUtcTimeMax = UtcTime::from_ns(std::numeric_limits<int64_t>::max() - 1);

// International Atomic Time, ahead of UTC by the leap seconds.
class TaiTime {
 public:
  constexpr TaiTime() = default;
  static constexpr TaiTime from_ns(int64_t ns) { return TaiTime(ns); }
  constexpr int64_t ns() const { return ns_; }
  constexpr auto operator<=>(const TaiTime&) const = default;

 private:
  constexpr explicit TaiTime(int64_t ns) : ns_(ns) {}
  int64_t ns_ = 0;
};

// By the table of leap seconds since 1972 (IERS Bulletin C; 37 s since 2017-01-01).
TaiTime to_tai(UtcTime time);
UtcTime to_utc(TaiTime time);

// Epoch seconds as a double, the way SAL stamps come. By the shortest decimal that reads back as
// `seconds`, rounded half up to whole microseconds (what Telegraf does with precision 1us), or,
// with `truncate`, by trunc(seconds * 1e6) (what the Kafka Connect sink did). Fails (bad_input) for
// NaN, infinities and times outside of kUtcTimeMin .. kUtcTimeMax.
enum class Rounding { half_up, truncate };
Result<UtcTime> from_epoch_seconds(double seconds, Rounding rounding = Rounding::half_up);

// RFC 3339 as Go's RFC3339Nano prints it: "2019-01-17T20:59:00.846Z", trailing zeros cut.
std::string format_rfc3339(UtcTime time);
// Appends the same text to `out`; the fast path of answers.
void append_rfc3339(UtcTime time, std::string& out);

// The broken-down date of a UTC day number (days since 1970-01-01), proleptic Gregorian.
struct CivilDate {
  int64_t year;
  unsigned month;  // 1 .. 12
  unsigned day;    // 1 .. 31
};
CivilDate civil_from_days(int64_t days);
int64_t days_from_civil(CivilDate date);

}  // namespace efd
