// SPDX-License-Identifier: MIT
// Why a registry refuses, in the numbers and words of Confluent's REST interface: clients look at
// both.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/result.h"

namespace efd::registry {

// Confluent's error_code; the HTTP status is its first three digits.
enum class RestCode : int {
  subject_not_found = 40401,
  version_not_found = 40402,
  schema_not_found = 40403,
  subject_soft_deleted = 40404,
  version_soft_deleted = 40406,
  subject_level_not_found = 40408,
  invalid_schema = 42201,
  invalid_version = 42202,
  invalid_level = 42203,
  not_permitted = 42205,
  invalid_subject = 42208,
  schema_too_large = 42209,
  bad_request = 400,
  forbidden = 403,
  not_found = 404,
  not_acceptable = 406,
  unsupported_media_type = 415,
  store_failed = 50001,
  overloaded = 503,
  unreadable = 50301,  // a part of the schemas topic is spoilt: what it says is not known
};

struct RestError {
  RestCode code = RestCode::store_failed;
  std::string message;

  int number() const { return static_cast<int>(code); }
  int status() const { return number() < 1000 ? number() : number() / 100; }
};

template <class T>
using RestResult = tl::expected<T, RestError>;

template <class... Args>
tl::unexpected<RestError> refuse(RestCode code, fmt::format_string<Args...> format,
                                 Args&&... args) {
  return tl::unexpected<RestError>(
      RestError{code, fmt::format(format, std::forward<Args>(args)...)});
}
inline tl::unexpected<RestError> refuse(RestError error) {
  return tl::unexpected<RestError>(std::move(error));
}

// The same as an Error, for the rest of the program.
Error to_error(const RestError& error);
// A fault of log or disk, for REST.
RestError to_rest_error(const Error& error);

}  // namespace efd::registry
