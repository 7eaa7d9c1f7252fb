// SPDX-License-Identifier: MIT
// What a request to /query asks for: parameters, bind values, the format of the answer.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/request.h"
#include "influx/parser.h"
#include "query/answer.h"
#include "query/engine.h"

namespace efd::api {

// The format that an Accept field prefers among ours, with its media type for the answer. Unknown
// types, and none, mean JSON.
struct AcceptedFormat {
  query::Format format = query::Format::json;
  std::string content_type = "application/json";
  bool operator==(const AcceptedFormat&) const = default;
};
AcceptedFormat accepted_format(std::string_view accept);

// The values of the JSON object `params`. bad_input: "error parsing query parameters: ...".
Result<influx::Params> parse_bind_values(std::string_view json);

// A parsed request.
struct InfluxRequest {
  query::Query query;
  query::AnswerOptions answer;
  bool async = false;  // the client wants no answer
};

// Parameters of a form win over those of the URL, but `pretty` is read from the URL only.
// bad_input: "missing required parameter \"q\"", and parse_bind_values'.
Result<InfluxRequest> parse_influx_request(const http::Request& request);

// Does the URL ask for a pretty answer?
bool wants_pretty(const http::Request& request);

}  // namespace efd::api
