// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

constexpr int8_t kGroup = 0;

// There are no groups and no transactions here. The API is answered all the same: librdkafka
// before 2.11 takes a broker without it for one without lz4.
KafkaError refusal(int8_t key_type) {
  return key_type == kGroup ? KafkaError::coordinator_not_available
                            : KafkaError::unsupported_version;
}

std::string_view reason(int8_t key_type) {
  return key_type == kGroup ? "this broker has no consumer groups"
                            : "this broker has no transactions";
}

}  // namespace

FindCoordinatorResponse handle(Call& call, const FindCoordinatorRequest& request) {
  FindCoordinatorResponse response;
  response.error_code = refusal(request.key_type);
  response.error_message = reason(request.key_type);
  response.node_id = -1;
  response.port = -1;
  response.coordinators = call.arena.array<Coordinator>(request.coordinator_keys.size());
  for (size_t i = 0; i < request.coordinator_keys.size(); ++i) {
    response.coordinators[i] = {.key = request.coordinator_keys[i],
                                .node_id = -1,
                                .port = -1,
                                .error_code = refusal(request.key_type),
                                .error_message = reason(request.key_type)};
  }
  return response;
}

}  // namespace efd::kafka
