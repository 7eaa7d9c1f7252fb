// SPDX-License-Identifier: MIT
#include "base/time.h"

#include <array>
#include <charconv>
#include <cmath>

namespace efd {
namespace {

struct LeapSecond {
  int64_t utc_s;  // from this UTC second on
  int64_t tai_minus_utc_s;
};

constexpr LeapSecond kLeapSeconds[] = {
    {63072000, 10},   {78796800, 11},   {94694400, 12},   {126230400, 13},  {157766400, 14},
    {189302400, 15},  {220924800, 16},  {252460800, 17},  {283996800, 18},  {315532800, 19},
    {362793600, 20},  {394329600, 21},  {425865600, 22},  {489024000, 23},  {567993600, 24},
    {631152000, 25},  {662688000, 26},  {709948800, 27},  {741484800, 28},  {773020800, 29},
    {820454400, 30},  {867715200, 31},  {915148800, 32},  {1136073600, 33}, {1230768000, 34},
    {1341100800, 35}, {1435708800, 36}, {1483228800, 37},
};

int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

int64_t tai_minus_utc_s(int64_t utc_s) {
  int64_t difference = 10;
  for (const LeapSecond& leap : kLeapSeconds) {
    if (utc_s < leap.utc_s) break;
    difference = leap.tai_minus_utc_s;
  }
  return difference;
}

// The microseconds of "DIGITS[.DIGITS]", rounded half up (away from zero).
Result<int64_t> microseconds_of_decimal(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  int64_t seconds = 0;
  auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  if (error != std::errc() || end != whole.data() + whole.size() || seconds > 9'300'000'000)
    return fail(ErrorCode::bad_input, "{} s is outside of the range of times", text);
  int64_t us = 0;
  for (size_t i = 0; i < 6; ++i) us = us * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  if (fraction.size() > 6 && fraction[6] >= '5') ++us;
  us += seconds * 1'000'000;
  return negative ? -us : us;
}

void append_digits(std::string& out, int64_t value, int width) {
  char digits[20];
  for (int i = width; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<size_t>(width));
}

}  // namespace

TaiTime to_tai(UtcTime time) {
  int64_t difference = tai_minus_utc_s(floor_divide(time.ns(), kNsPerSecond));
  return TaiTime::from_ns(held_sum(time.ns(), difference * kNsPerSecond));
}

UtcTime to_utc(TaiTime time) {
  int64_t tai_s = floor_divide(time.ns(), kNsPerSecond);
  int64_t difference = 10;
  for (const LeapSecond& leap : kLeapSeconds) {
    if (tai_s < leap.utc_s + leap.tai_minus_utc_s) break;
    difference = leap.tai_minus_utc_s;
  }
  return UtcTime::from_ns(held_sum(time.ns(), -difference * kNsPerSecond));
}

Result<UtcTime> from_epoch_seconds(double seconds, Rounding rounding) {
  if (!std::isfinite(seconds) || std::abs(seconds) > 9.22e9)
    return fail(ErrorCode::bad_input, "{} s is outside of the range of times", seconds);
  if (rounding == Rounding::truncate) return UtcTime::from_us(static_cast<int64_t>(seconds * 1e6));
  std::array<char, 400> text;
  auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc()) return fail(ErrorCode::bad_input, "{} s cannot be written", seconds);
  EFD_ASSIGN(int64_t us,
             microseconds_of_decimal({text.data(), static_cast<size_t>(end - text.data())}));
  return UtcTime::from_us(us);
}

// After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
CivilDate civil_from_days(int64_t days) {
  days += 719468;
  int64_t era = floor_divide(days, 146097);
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted_month = (5 * day_of_year + 2) / 153;
  auto day = static_cast<unsigned>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  auto month = static_cast<unsigned>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2), month, day};
}

int64_t days_from_civil(CivilDate date) {
  int64_t year = date.year - (date.month <= 2);
  int64_t era = floor_divide(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t shifted_month = date.month > 2 ? date.month - 3 : date.month + 9;
  int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

void append_rfc3339(UtcTime time, std::string& out) {
  int64_t seconds = floor_divide(time.ns(), kNsPerSecond);
  int64_t ns = time.ns() % kNsPerSecond;
  if (ns < 0) ns += kNsPerSecond;
  int64_t days = floor_divide(seconds, 86'400);
  int64_t second_of_day = seconds - days * 86'400;
  CivilDate date = civil_from_days(days);
  append_digits(out, date.year, 4);
  out += '-';
  append_digits(out, date.month, 2);
  out += '-';
  append_digits(out, date.day, 2);
  out += 'T';
  append_digits(out, second_of_day / 3600, 2);
  out += ':';
  append_digits(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_digits(out, second_of_day % 60, 2);
  if (ns != 0) {
    out += '.';
    append_digits(out, ns, 9);
    while (out.back() == '0') out.pop_back();
  }
  out += 'Z';
}

std::string format_rfc3339(UtcTime time) {
  std::string text;
  append_rfc3339(time, text);
  return text;
}

}  // namespace efd
