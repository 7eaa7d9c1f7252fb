// SPDX-License-Identifier: MIT
// What all routes of the registry share: media types, error bodies, flags, bodies of requests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/caller.h"
#include "http/router.h"
#include "registry/embedded_registry.h"
#include "registry/rest_error.h"

namespace efd::api {

// The JSON text of the answer, or why there is none.
using RestAnswer = registry::RestResult<std::string>;
using RestHandler = std::function<RestAnswer(const http::Request&)>;

// A handler that checks media types (406, 415) and the caller's rights on the subject, and sends
// what `answer` gives.
http::Handler rest_handler(Action action, RestHandler answer);

// {"error_code":404,"message":"HTTP 404 Not Found"}
http::ErrorBody rest_error_body(int status, std::string_view message);

// "?deleted=true", by Java's rule: any case of "true"; everything else is no.
bool has_flag(const http::Request& request, std::string_view name);

// Which part of a list is asked for: "?offset=10&limit=5"; below 0 means "not given".
struct Page {
  size_t offset = 0;
  size_t limit = SIZE_MAX;

  template <class List>
  List cut(List list) const {
    auto begin = list.begin() + static_cast<std::ptrdiff_t>(std::min(offset, list.size()));
    auto left = static_cast<size_t>(list.end() - begin);
    return List(begin, begin + static_cast<std::ptrdiff_t>(std::min(limit, left)));
  }
};
registry::RestResult<Page> page_of(const http::Request& request);

// The schema of a register or look-up request. Refused: what this registry does not have (other
// types than AVRO, references, rules, ids and versions given by the client).
registry::RestResult<std::string> schema_of_body(const http::Request& request);
// The level of a PUT /config, in upper case.
registry::RestResult<std::string> level_of_body(const http::Request& request);

registry::RestResult<registry::VersionChoice> parse_version(std::string_view text);

}  // namespace efd::api
