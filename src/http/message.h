// SPDX-License-Identifier: MIT
// What requests and answers share: header fields, status codes, names and values of queries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efd::http {

// Header fields in order; names are compared without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  // The first value of that name; empty if there is none.
  std::string_view find(std::string_view name) const;
  bool has(std::string_view name) const;
  void remove(std::string_view name);  // all of that name

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Names and values in order, decoded: of a query ("?db=efd&q=...") or a posted form.
using NameValues = std::vector<std::pair<std::string, std::string>>;

bool equal_ignoring_case(std::string_view a, std::string_view b);
// Does a comma-separated field value ("gzip, br;q=0") name `token` with a quality above 0?
bool names_token(std::string_view field, std::string_view token);

// "OK", "Not Found" ...; "Unknown" for a status that is not registered (RFC 9110).
std::string_view reason_phrase(int status);

}  // namespace efd::http
