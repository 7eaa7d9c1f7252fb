// SPDX-License-Identifier: MIT
// LaterCall: a request whose answer depends on others: on the members of a group, or on the disk.
// Its handler begins on the connection's loop and never blocks; the answer comes from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/caller.h"
#include "kafka/protocol/arena.h"
#include "kafka/protocol/frame.h"
#include "kafka/service.h"

namespace efd::kafka {

// A request that is answered later, with its own copy of the frame that it was decoded from. The
// loop uses it until the handler has handed the request over, then the thread that answers does.
struct LaterCall {
  LaterCall(Service& service, Caller caller, std::string_view frame)
      : service(service), caller(std::move(caller)), frame(frame) {}

  groups::GroupCoordinator& groups() const { return service.groups; }
  std::string client_id() const { return std::string(header.client_id.view.value_or("")); }

  Service& service;
  const Caller caller;
  const std::string frame;
  RequestHeader header;
  Arena arena;
  std::function<void(std::string answer)> on_answer;
};
using LaterCallPointer = std::shared_ptr<LaterCall>;

// Once for each call.
template <class Api>
void answer(LaterCall& call, const typename Api::Response& response) {
  std::string out;
  append_answer<Api>(response, call.header.request_api_version, call.header.correlation_id, out);
  call.on_answer(std::move(out));
}

}  // namespace efd::kafka
