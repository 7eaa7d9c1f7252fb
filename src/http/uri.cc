// SPDX-License-Identifier: MIT
#include "http/uri.h"

#include <algorithm>

namespace efd::http {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

// Takes the text up to `mark` off the front, and the mark too.
std::string_view take_until(std::string_view& rest, char mark) {
  std::string_view part = rest.substr(0, rest.find(mark));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return fail(ErrorCode::bad_input, "invalid URL escape \"{}\"", text.substr(i, 3));
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

Result<NameValues> parse_form(std::string_view text) {
  NameValues values;
  while (!text.empty()) {
    std::string_view pair = take_until(text, '&');
    if (pair.empty()) continue;
    std::string_view name = take_until(pair, '=');
    EFD_ASSIGN(std::string decoded_name, percent_decode(name, true));
    EFD_ASSIGN(std::string value, percent_decode(pair, true));
    values.emplace_back(std::move(decoded_name), std::move(value));
  }
  return values;
}

std::string format_form(const NameValues& values) {
  std::string out;
  for (const auto& [name, value] : values) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}

Result<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const bool ends_in_slash = path.ends_with('/');
  while (!path.empty()) {
    EFD_ASSIGN(std::string segment, percent_decode(take_until(path, '/')));
    segments.push_back(std::move(segment));
  }
  if (ends_in_slash) segments.emplace_back();
  return segments;
}

}  // namespace efd::http
