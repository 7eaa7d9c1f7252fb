// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"
#include "observe/log.h"

namespace efd::kafka {
namespace {

constexpr int8_t kGroup = 0;
constexpr int8_t kTransaction = 1;

Coordinator refusal(std::string_view key, KafkaError error, std::string_view message) {
  return {.key = key, .node_id = -1, .port = -1, .error_code = error, .error_message = message};
}

// This node coordinates all groups. Whoever asks is about to store offsets: now is the time to make
// the topic for them.
Coordinator find(Call& call, std::string_view key, int8_t key_type) {
  // There are none. UNSUPPORTED_VERSION would say so, but librdkafka asks again and again until its
  // time is over; this it takes as final, and so do Java's producers.
  if (key_type == kTransaction)
    return refusal(key, KafkaError::transactional_id_authorization_failed,
                   "this broker has no transactions");
  if (key_type != kGroup)
    return refusal(key, KafkaError::invalid_request, "this broker coordinates groups only");
  if (!may_use_group(call.caller, Action::describe, key))
    return refusal(key, KafkaError::group_authorization_failed, "not allowed");
  if (const auto& rot = call.service.groups.unreadable())  // told when it was found
    return refusal(key, KafkaError::coordinator_not_available, call.arena.copy(rot->message));
  if (Result<> made = call.service.groups.make_topic(); !made) {
    observe::warn("kafka", "no group can be coordinated: {}", made.error().message);
    return refusal(key, KafkaError::coordinator_not_available,
                   "there is no topic for offsets, and none can be made");
  }
  return {.key = key,
          .node_id = call.service.options.node_id,
          .host = call.advertised.host,
          .port = call.advertised.port};
}

}  // namespace

FindCoordinatorResponse handle(Call& call, const FindCoordinatorRequest& request) {
  FindCoordinatorResponse response;
  response.coordinators = call.arena.array<Coordinator>(request.coordinator_keys.size());
  for (size_t i = 0; i < request.coordinator_keys.size(); ++i)
    response.coordinators[i] = find(call, request.coordinator_keys[i], request.key_type);
  constexpr int16_t kManySince = 4;
  if (call.version >= kManySince) return response;
  Coordinator one = find(call, request.key, request.key_type);
  response.error_code = one.error_code;
  response.error_message = one.error_message;
  response.node_id = one.node_id;
  response.host = one.host;
  response.port = one.port;
  return response;
}

}  // namespace efd::kafka
