// SPDX-License-Identifier: MIT
// Heartbeat: a member is still there; its answer tells of a rebalance.
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct HeartbeatRequest {
  std::string_view group_id{};
  int32_t generation_id = 0;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("generation_id", self.generation_id);
    visit("member_id", self.member_id);
    visit("group_instance_id", self.group_instance_id, {.since = 3, .null_since = 3});
  }
};

struct HeartbeatResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("error_code", self.error_code);
  }
};

struct HeartbeatApi {
  using Request = HeartbeatRequest;
  using Response = HeartbeatResponse;
  static constexpr ApiDescription kDescription{
      .key = 12, .name = "Heartbeat", .first = 0, .last = 4, .flexible_since = 4};
};

}  // namespace efd::kafka
