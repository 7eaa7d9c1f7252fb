// SPDX-License-Identifier: MIT
#include "query/csv_text.h"

#include <charconv>
#include <cmath>

namespace efd::query {

void append_csv_text(std::string_view text, std::string& out) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos || text == "\\." ||
                      text.starts_with(' ') || text.starts_with('\t');
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
  out.append(text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr);
}

}  // namespace efd::query
