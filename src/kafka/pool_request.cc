// SPDX-License-Identifier: MIT
#include "kafka/pool_request.h"

#include "base/check.h"
#include "kafka/protocol/frame.h"

namespace efd::kafka {

void PoolRequest::run() {
  RequestKey key = request_key(frame_);
  const Route* route = service_.route_of(key.api_key);
  EFD_CHECK(route && route->answer);
  Arena arena;
  Call call{service_, caller_, advertised_, arena, key.version, key.correlation_id};
  auto body = request_body(frame_, route->api.is_flexible(key.version), arena);
  is_malformed_ = !body || !route->answer(call, *body, answer_);
}

}  // namespace efd::kafka
