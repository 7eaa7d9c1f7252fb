// SPDX-License-Identifier: MIT
// SyncGroup: asks for the assignment, which the leader brings (KIP-345, KIP-559).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct SyncGroupRequestAssignment {
  std::string_view member_id{};
  Bytes assignment{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("member_id", self.member_id);
    visit("assignment", self.assignment);
  }
};

struct SyncGroupRequest {
  std::string_view group_id{};
  int32_t generation_id = 0;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::optional<std::string_view> protocol_type{};
  std::optional<std::string_view> protocol_name{};
  std::span<SyncGroupRequestAssignment> assignments{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("generation_id", self.generation_id);
    visit("member_id", self.member_id);
    visit("group_instance_id", self.group_instance_id, {.since = 3, .null_since = 3});
    visit("protocol_type", self.protocol_type, {.since = 5, .null_since = 5});
    visit("protocol_name", self.protocol_name, {.since = 5, .null_since = 5});
    visit("assignments", self.assignments);
  }
};

struct SyncGroupResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> protocol_type{};
  std::optional<std::string_view> protocol_name{};
  Bytes assignment{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("error_code", self.error_code);
    visit("protocol_type", self.protocol_type, {.since = 5, .null_since = 5});
    visit("protocol_name", self.protocol_name, {.since = 5, .null_since = 5});
    visit("assignment", self.assignment);
  }
};

struct SyncGroupApi {
  using Request = SyncGroupRequest;
  using Response = SyncGroupResponse;
  static constexpr ApiDescription kDescription{
      .key = 14, .name = "SyncGroup", .first = 0, .last = 5, .flexible_since = 4};
};

}  // namespace efd::kafka
