// SPDX-License-Identifier: MIT
#include "influx/wide_time.h"

#include <limits>

#include <fmt/format.h>

namespace efd::influx {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int kMaxFractionDigits = 9;

int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes pieces from the front of a text; the first that does not fit makes all later ones fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // A number of at least `min_digits` and at most `max_digits`.
  int64_t number(size_t min_digits, size_t max_digits) {
    size_t digits = 0;
    int64_t value = 0;
    while (digits < max_digits && digits < text_.size() && is_digit(text_[digits])) {
      value = value * 10 + (text_[digits++] - '0');
    }
    if (digits < min_digits) ok_ = false;
    text_.remove_prefix(digits);
    return value;
  }
  bool accept(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = accept(c) && ok_; }
  char peek() const { return text_.empty() ? '\0' : text_[0]; }
  size_t left() const { return text_.size(); }
  bool ok() const { return ok_; }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::optional<int64_t> read_date(Reader& in) {
  CivilDate date{};
  date.year = in.number(4, 4);
  in.expect('-');
  date.month = static_cast<unsigned>(in.number(2, 2));
  in.expect('-');
  date.day = static_cast<unsigned>(in.number(2, 2));
  if (!in.ok() || date.month < 1 || date.month > 12 || date.day < 1) return std::nullopt;
  const int64_t days = days_from_civil(date);
  // A day that the month does not have comes out as another date.
  const CivilDate again = civil_from_days(days);
  if (again.month != date.month || again.day != date.day) return std::nullopt;
  return days;
}

int32_t read_fraction(Reader& in) {
  const size_t before = in.left();
  int64_t ns = in.number(1, kMaxFractionDigits);
  for (size_t digits = before - in.left(); digits < kMaxFractionDigits; ++digits) ns *= 10;
  return static_cast<int32_t>(ns);
}

// HH:MM:SS[.fraction]; the hour may have one digit.
std::optional<WideTime> read_clock(Reader& in) {
  const int64_t hour = in.number(1, 2);
  in.expect(':');
  const int64_t minute = in.number(2, 2);
  in.expect(':');
  const int64_t second = in.number(2, 2);
  if (!in.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  WideTime time{hour * 3600 + minute * 60 + second, 0};
  if (in.accept('.')) time.ns = read_fraction(in);
  if (!in.ok()) return std::nullopt;
  return time;
}

// Z or +HH:MM: how many seconds the zone is ahead of UTC.
std::optional<int64_t> read_zone(Reader& in) {
  if (in.accept('Z')) return 0;
  const bool is_behind = in.accept('-');
  if (!is_behind) in.expect('+');
  const int64_t hours = in.number(2, 2);
  in.expect(':');
  const int64_t minutes = in.number(2, 2);
  if (!in.ok() || hours > 24 || minutes > 60) return std::nullopt;
  const int64_t seconds = hours * 3600 + minutes * 60;
  return is_behind ? -seconds : seconds;
}

}  // namespace

WideTime to_wide(UtcTime time) {
  const int64_t seconds = floor_divide(time.ns(), kNsPerSecond);
  const auto ns = static_cast<int32_t>(time.ns() % kNsPerSecond);
  return {seconds, ns < 0 ? static_cast<int32_t>(ns + kNsPerSecond) : ns};
}

std::optional<UtcTime> to_utc(WideTime time) {
  if (time < to_wide(kUtcTimeMin) || time > to_wide(kUtcTimeMax)) return std::nullopt;
  // In 128 bits, as the seconds of the lowest times alone pass int64.
  return UtcTime::from_ns(static_cast<int64_t>(__int128{time.seconds} * kNsPerSecond + time.ns));
}

WideTime add_ns(WideTime time, int64_t ns) {
  const WideTime span = to_wide(UtcTime::from_ns(ns));
  const int64_t sum = int64_t{time.ns} + span.ns;
  return {time.seconds + span.seconds + sum / kNsPerSecond,
          static_cast<int32_t>(sum % kNsPerSecond)};
}

int64_t difference_ns(WideTime a, WideTime b) {
  const __int128 ns = __int128{a.seconds - b.seconds} * kNsPerSecond + (a.ns - b.ns);
  constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
  constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();
  if (ns < kLowest) return kLowest;
  return ns > kHighest ? kHighest : static_cast<int64_t>(ns);
}

std::string to_string(WideTime time) {
  const int64_t days = floor_divide(time.seconds, kSecondsPerDay);
  const int64_t second = time.seconds - days * kSecondsPerDay;
  const CivilDate date = civil_from_days(days);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month,
                                date.day, second / 3600, second / 60 % 60, second % 60);
  if (time.ns != 0) {
    out += fmt::format(".{:09}", time.ns);
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + "Z";
}

bool looks_like_time(std::string_view text) {
  constexpr std::string_view kPattern = "dddd-dd-dd";
  if (text.size() < kPattern.size()) return false;
  for (size_t i = 0; i < kPattern.size(); ++i) {
    if (kPattern[i] == 'd' ? !is_digit(text[i]) : text[i] != '-') return false;
  }
  return true;
}

std::optional<ParsedTime> parse_time(std::string_view text) {
  Reader in(text);
  const std::optional<int64_t> days = read_date(in);
  if (!days) return std::nullopt;
  ParsedTime parsed{{*days * kSecondsPerDay, 0}, false};
  if (in.left() == 0) return parsed;
  parsed.zoned = in.peek() == 'T';
  if (!in.accept('T') && !in.accept(' ')) return std::nullopt;
  const std::optional<WideTime> clock = read_clock(in);
  if (!clock) return std::nullopt;
  parsed.time = {parsed.time.seconds + clock->seconds, clock->ns};
  if (parsed.zoned) {
    const std::optional<int64_t> ahead = read_zone(in);
    if (!ahead) return std::nullopt;
    parsed.time.seconds -= *ahead;
  }
  if (in.left() != 0) return std::nullopt;
  return parsed;
}

}  // namespace efd::influx
