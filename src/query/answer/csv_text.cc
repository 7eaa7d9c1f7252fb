// SPDX-License-Identifier: MIT
#include "query/answer/csv_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace efd::query {

namespace {

// What Go's unicode.IsSpace says of a character, in UTF-8.
constexpr std::array<std::string_view, 25> kSpaces = {
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
    "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
    "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool starts_with_space(std::string_view text) {
  return std::any_of(kSpaces.begin(), kSpaces.end(),
                     [&](std::string_view space) { return text.starts_with(space); });
}

// Doubles above are whole, and not every whole number is one of them.
constexpr double kExactMax = 9007199254740992.0;

// The digits that tell the double from its neighbours, then zeros: "1e+22" is 1 and 22 zeros.
void append_large_float(double value, std::string& out) {
  char text[32];
  const char* end =
      std::to_chars(text, text + sizeof text, std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view scientific(text, static_cast<size_t>(end - text));
  const size_t e = scientific.find('e');
  size_t exponent = 0;
  std::from_chars(text + e + 2, end, exponent);  // behind "e+"
  std::string digits(scientific.substr(0, 1));
  if (e > 2) digits += scientific.substr(2, e - 2);
  if (value < 0) out += '-';
  out += digits;
  out.append(exponent + 1 - digits.size(), '0');
}

}  // namespace

void append_csv_text(std::string_view text, std::string& out) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos || text == "\\." ||
                      starts_with_space(text);
  if (!quoted) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_float(double value, std::string& out) {
  constexpr size_t kLongest = 1100;  // the smallest denormal has 1,074 places
  char text[kLongest];
  if (!std::isfinite(value)) return;
  if (std::abs(value) > kExactMax) return append_large_float(value, out);
  out.append(text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr);
}

}  // namespace efd::query
