// SPDX-License-Identifier: MIT
// Caller: the client that sends a request. Every Kafka handler, HTTP route and query gets one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace efd {

struct Caller;

enum class Action { read, write, create, alter, remove, describe };

// Decides who may do what. One object is handed to every server of a program, and each entry point
// asks it. Thread-safe; outlives the servers.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // `resource` is "topic/NAME", "group/NAME", "subject/NAME", "database/NAME", "cluster". An error
  // says, for people, what is not allowed.
  virtual Result<> authorize(const Caller& caller, Action action, std::string_view resource) = 0;
};

// Lets everybody do everything.
Authorizer& authorizer_of_everything();

// `principal` is "anonymous" until a session authenticates its caller.
struct Caller {
  std::string principal = "anonymous";
  std::string address;                                   // "127.0.0.1:54321"
  std::string listener;                                  // "kafka", "influx" ...
  Authorizer* authorizer = &authorizer_of_everything();  // of the server that was called
};

// Asks the caller's authorizer.
Result<> authorize(const Caller& caller, Action action, std::string_view resource);

}  // namespace efd
