// SPDX-License-Identifier: MIT
#include "http/request.h"

#include <algorithm>

#include "base/check.h"
#include "http/uri.h"

namespace efd::http {

namespace {

const std::string* find_value(const NameValues& values, std::string_view name) {
  for (const auto& [key, value] : values) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace

const std::string& Request::capture(std::string_view name) const {
  const std::string* value = find_value(captures, name);
  EFD_CHECK(value != nullptr);
  return *value;
}

const std::string* Request::query_value(std::string_view name) const {
  return find_value(query, name);
}

std::string Request::media_type() const {
  std::string_view field = headers.find("Content-Type");
  std::string type(field.substr(0, field.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

Result<NameValues> Request::form() const {
  if (media_type() != "application/x-www-form-urlencoded") return NameValues();
  return parse_form(body);
}

}  // namespace efd::http
