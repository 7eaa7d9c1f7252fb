// SPDX-License-Identifier: MIT
// FindCoordinator: which broker coordinates a group or a transaction (KIP-699).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct FindCoordinatorRequest {
  std::string_view key{};
  int8_t key_type = 0;
  std::span<std::string_view> coordinator_keys{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("key", self.key, {.until = 3});
    visit("key_type", self.key_type, {.since = 1});
    visit("coordinator_keys", self.coordinator_keys, {.since = 4});
  }
};

struct Coordinator {
  std::string_view key{};
  int32_t node_id = 0;
  std::string_view host{};
  int32_t port = 0;
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("key", self.key, {.since = 4});
    visit("node_id", self.node_id, {.since = 4});
    visit("host", self.host, {.since = 4});
    visit("port", self.port, {.since = 4});
    visit("error_code", self.error_code, {.since = 4});
    visit("error_message", self.error_message, {.since = 4, .null_since = 4});
  }
};

struct FindCoordinatorResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};
  int32_t node_id = 0;
  std::string_view host{};
  int32_t port = 0;
  std::span<Coordinator> coordinators{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("error_code", self.error_code, {.until = 3});
    visit("error_message", self.error_message, {.since = 1, .until = 3, .null_since = 1});
    visit("node_id", self.node_id, {.until = 3});
    visit("host", self.host, {.until = 3});
    visit("port", self.port, {.until = 3});
    visit("coordinators", self.coordinators, {.since = 4});
  }
};

struct FindCoordinatorApi {
  using Request = FindCoordinatorRequest;
  using Response = FindCoordinatorResponse;
  static constexpr ApiDescription kDescription{
      .key = 10, .name = "FindCoordinator", .first = 0, .last = 6, .flexible_since = 3};
};

}  // namespace efd::kafka
