// SPDX-License-Identifier: MIT
// Reads one unquoted value of a SAL text. Every function begins at `at`, which lies in a text whose
// last character is ')', and returns the place behind the value, or null where there is none. No
// value contains ')', so that nothing is read behind the end without looking for it.
#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace efd::sal::text {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline const char* skip_blanks(const char* at) {
  while (is_blank(*at)) ++at;
  return at;
}
// Behind a comma and the blanks around it; null if there is none.
inline const char* skip_comma(const char* at) {
  at = skip_blanks(at);
  return *at == ',' ? skip_blanks(at + 1) : nullptr;
}
inline bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}
// Whether a value may end here.
inline bool is_end(char c) {
  return c == ',' || c == ')' || is_blank(c);
}
// The end of what stands at `at`, value or not.
inline const char* token_end(const char* at) {
  while (*at != ',' && *at != ')' && *at != '\'' && !is_blank(*at)) ++at;
  return at;
}

constexpr double kPowersOf10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
// Decimal digits that always fit a uint64_t, and the largest integer below which every one is a
// double.
constexpr int kExactDigitsMax = 19;
constexpr uint64_t kExactDoubleMax = uint64_t{1} << 53;

// Any number that std::from_chars takes (exponents, nan, inf, 301 digits), with or without '+'.
template <class Float>
const char* read_any_float(const char* at, Float& value) {
  const char* end = token_end(at);
  if (*at == '+' && at + 1 < end && at[1] != '-') ++at;
  auto [stop, error] = std::from_chars(at, end, value);
  return error == std::errc() && stop == end ? end : nullptr;
}

// Whether a double lies halfway between two floats, so that rounding it again may be wrong.
inline bool is_between_floats(double value) {
  constexpr uint64_t kLowBits = (uint64_t{1} << 29) - 1;
  return (std::bit_cast<uint64_t>(value) & kLowBits) == uint64_t{1} << 28;
}

// What SAL prints, digits with a point, is exact as mantissa / 10^n (Clinger's fast path); the rest
// goes through from_chars.
template <class Float>
const char* read_float(const char* start, Float& value) {
  const char* at = start;
  const bool negative = *at == '-';
  if (negative || *at == '+') ++at;
  const char* first = at;
  uint64_t mantissa = 0;
  for (; is_digit(*at); ++at) mantissa = mantissa * 10 + static_cast<uint64_t>(*at - '0');
  int64_t digits = at - first;
  int64_t decimals = 0;
  if (*at == '.') {
    first = ++at;
    for (; is_digit(*at); ++at) mantissa = mantissa * 10 + static_cast<uint64_t>(*at - '0');
    decimals = at - first;
    digits += decimals;
  }
  if (!is_end(*at) || digits == 0 || digits > kExactDigitsMax || mantissa > kExactDoubleMax)
    return read_any_float(start, value);
  const double size = static_cast<double>(mantissa) / kPowersOf10[decimals];
  if (std::is_same_v<Float, float> && is_between_floats(size)) return read_any_float(start, value);
  value = static_cast<Float>(negative ? -size : size);
  return at;
}

inline const char* read_integer(const char* at, int64_t& value) {
  const bool negative = *at == '-';
  if (negative || *at == '+') ++at;
  const char* first = at;
  uint64_t size = 0;
  for (; is_digit(*at); ++at) size = size * 10 + static_cast<uint64_t>(*at - '0');
  if (!is_end(*at)) return nullptr;
  if (at - first < kExactDigitsMax && at != first) {
    value = negative ? -static_cast<int64_t>(size) : static_cast<int64_t>(size);
    return at;
  }
  if (negative) --first;
  auto [stop, error] = std::from_chars(first, at, value);
  return error == std::errc() && stop == at ? at : nullptr;
}

// `word` at `at`, whatever its case, and nothing behind it.
inline const char* read_word(const char* at, std::string_view word) {
  const char* end = token_end(at);
  if (static_cast<size_t>(end - at) != word.size()) return nullptr;
  for (size_t i = 0; i < word.size(); ++i)
    if ((at[i] | 0x20) != word[i]) return nullptr;
  return end;
}

inline const char* read_boolean(const char* at, bool& value) {
  value = *at == '1';
  if ((*at == '0' || *at == '1') && !is_digit(at[1])) return at + 1;
  if (const char* end = read_word(at, "false")) return end;
  value = true;
  return read_word(at, "true");
}

}  // namespace efd::sal::text
