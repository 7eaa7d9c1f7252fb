// SPDX-License-Identifier: MIT
// A request as a handler sees it: complete, decoded, and its sender known.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.h"
#include "base/result.h"
#include "http/message.h"

namespace efd::http {

struct Request {
  std::string method;                 // "GET"
  std::string target;                 // as it was sent: "/query?db=efd"
  std::vector<std::string> segments;  // of the path, decoded
  NameValues query;                   // behind the "?"
  NameValues captures;                // what the route's {names} stand for
  Headers headers;
  std::string body;
  Caller caller;
  std::stop_token stop;  // the client has gone: nobody waits for the answer

  // The segment that {name} of the route stands for; a name that the route does not have is a bug.
  const std::string& capture(std::string_view name) const;
  // The first value of that name in the query; null: not there.
  const std::string* query_value(std::string_view name) const;
  // The media type of the body without parameters, in lower case: "application/json"; may be empty.
  std::string media_type() const;
  // The fields of a form in the body; none if it is of another media type.
  Result<NameValues> form() const;
};

}  // namespace efd::http
