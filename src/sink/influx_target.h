// SPDX-License-Identifier: MIT
// InfluxTarget: which InfluxDB, and as whom.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace efd::sink {

struct InfluxTarget {
  std::string url;   // "http://HOST:PORT[/PREFIX]", without user
  std::string user;  // empty: without authentication
  std::string password;

  // "http://[USER[:PASSWORD]@]HOST[:PORT][/PREFIX]", user and password percent-encoded. bad_input
  // for anything else; its message does not repeat the password.
  static Result<InfluxTarget> parse(std::string_view url);
  // HTTP Basic; empty without a user.
  std::string authorization() const;
};

}  // namespace efd::sink
