// SPDX-License-Identifier: MIT
// Which request goes where. Made from the list of APIs (apis.h).
#pragma once

#include <string>
#include <string_view>

#include "kafka/later_call.h"
#include "kafka/protocol/api.h"
#include "kafka/service.h"

namespace efd::kafka {

enum class Where : uint8_t {
  loop,     // answered at once, on the connection's loop
  pool,     // may block: on the pool, and the connection's next request waits until it is answered
  produce,  // on the loop, with the connection's turn (produce.h)
  fetch,    // on the loop, with long poll (fetch_wait.h)
  later,    // begun on the loop, answered from any thread (later_call.h)
};

struct Route {
  ApiDescription api;
  Where where;
  size_t index;  // in `Apis`
  // Decodes the body, handles it and appends the whole answer. False: malformed, nothing appended.
  // Null for `produce`, `fetch` and `later`.
  bool (*answer)(Call& call, std::string_view body, std::string& out);
  // Decodes the body and begins. False: malformed, and no answer will come. For `later` only.
  bool (*begin)(LaterCallPointer call, std::string_view body) = nullptr;
};

}  // namespace efd::kafka
