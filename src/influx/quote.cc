// SPDX-License-Identifier: MIT
#include "influx/quote.h"

#include <algorithm>

#include "influx/token.h"

namespace efd::influx {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == quote) out += '\\';
    out += c;
  }
  return out += quote;
}

bool is_ident_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool needs_quotes(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return true;
  return !std::all_of(name.begin(), name.end(), is_ident_char) || keyword(name) != Token::ident;
}

}  // namespace

std::string quote_string(std::string_view text) {
  return quoted(text, '\'');
}

std::string quote_ident(std::string_view name) {
  return needs_quotes(name) ? quoted(name, '"') : std::string(name);
}

std::string quote_ident(const std::vector<std::string>& segments) {
  std::string out;
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string& segment = segments[i];
    const bool is_first = i == 0;
    const bool is_last = i + 1 == segments.size();
    if (is_last) {
      out += quote_ident(segment);
    } else if (is_first || !segment.empty()) {
      out += quoted(segment, '"');
    }
    if (!is_last) out += '.';
  }
  return out;
}

}  // namespace efd::influx
