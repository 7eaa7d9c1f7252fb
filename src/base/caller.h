// SPDX-License-Identifier: MIT
// Who asks, and whether he may. Every Kafka handler, HTTP route and query gets a Caller.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace efd {

// `principal` is "anonymous" until a listener authenticates its callers.
struct Caller {
  std::string principal = "anonymous";
  std::string address;   // "127.0.0.1:54321"
  std::string listener;  // "kafka", "influx" ...
};

enum class Action { read, write, create, alter, remove, describe };

// `resource` is "topic/NAME", "group/NAME", "subject/NAME", "database/NAME", "cluster". Everybody
// may do everything until access control is built; every entry point asks here already.
Result<> authorize(const Caller& caller, Action action, std::string_view resource);

}  // namespace efd
