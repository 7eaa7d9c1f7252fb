// SPDX-License-Identifier: MIT
#include "json/number.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/check.h"

namespace efd::json {
namespace {

constexpr size_t kDigitsMax = 17;
constexpr size_t kScientificMax = 32;  // "-1.2345678901234567e-308" and some room

constexpr size_t kFixedMax = 32;  // "-0.0000012345678901234567" and some room

// 0.d1d2d3... would need a leading zero; here `exponent` is that of the first digit: d1.d2d3 x
// 10^e.
struct ShortestDecimal {
  bool negative = false;
  char digits[kDigitsMax];
  size_t size = 0;
  int exponent = 0;

  std::string_view text() const { return {digits, size}; }
};

// std::to_chars writes the shortest digits in scientific layout only: its fixed layout writes large
// doubles out exactly, digit by digit, and not padded with zeros.
ShortestDecimal shortest_decimal(double value) {
  char text[kScientificMax];
  const auto written =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  ShortestDecimal decimal;
  const char* at = text;
  decimal.negative = *at == '-';
  if (decimal.negative) ++at;
  for (; *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[decimal.size++] = *at;
  }
  const char* exponent = at[1] == '+' ? at + 2 : at + 1;
  std::from_chars(exponent, written.ptr, decimal.exponent);
  return decimal;
}

void append_fixed(const ShortestDecimal& decimal, std::string& out) {
  if (decimal.exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-decimal.exponent - 1), '0').append(decimal.text());
    return;
  }
  const size_t whole = static_cast<size_t>(decimal.exponent) + 1;
  if (decimal.size <= whole) {
    out.append(decimal.text()).append(whole - decimal.size, '0');
  } else {
    out.append(decimal.text().substr(0, whole)).append(1, '.').append(decimal.text().substr(whole));
  }
}

void append_scientific(const ShortestDecimal& decimal, int exponent_digits_min, std::string& out) {
  out.push_back(decimal.digits[0]);
  if (decimal.size > 1) out.append(1, '.').append(decimal.text().substr(1));
  out.append(decimal.exponent < 0 ? "e-" : "e+");
  const int magnitude = std::abs(decimal.exponent);
  if (magnitude < 10 && exponent_digits_min > 1) out.push_back('0');
  char text[8];
  out.append(text, std::to_chars(text, text + sizeof text, magnitude).ptr);
}

}  // namespace

void append_go_double(double value, std::string& out) {
  EFD_CHECK(std::isfinite(value));
  // In this range the fixed layout of std::to_chars has just the shortest digits, and costs half.
  const double magnitude = std::abs(value);
  if (magnitude >= 1e-6 && magnitude < 9e15) {
    char text[kFixedMax];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
    out.append(text, static_cast<size_t>(end - text));
    return;
  }
  const ShortestDecimal decimal = shortest_decimal(value);
  if (decimal.negative) out.push_back('-');
  if (decimal.exponent >= -6 && decimal.exponent < 21) return append_fixed(decimal, out);
  append_scientific(decimal, 1, out);
}

void append_python_double(double value, std::string& out) {
  EFD_CHECK(std::isfinite(value));
  const ShortestDecimal decimal = shortest_decimal(value);
  if (decimal.negative) out.push_back('-');
  if (decimal.exponent < -4 || decimal.exponent >= 16) return append_scientific(decimal, 2, out);
  append_fixed(decimal, out);
  if (decimal.exponent >= 0 && decimal.size <= static_cast<size_t>(decimal.exponent) + 1) {
    out.append(".0");
  }
}

}  // namespace efd::json
