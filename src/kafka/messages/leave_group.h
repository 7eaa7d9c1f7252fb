// SPDX-License-Identifier: MIT
// LeaveGroup: members leave, from version 3 on several (KIP-345, KIP-800).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct MemberIdentity {
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::optional<std::string_view> reason{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("member_id", self.member_id, {.since = 3});
    visit("group_instance_id", self.group_instance_id, {.since = 3, .null_since = 3});
    visit("reason", self.reason, {.since = 5, .null_since = 5});
  }
};

struct LeaveGroupRequest {
  std::string_view group_id{};
  std::string_view member_id{};
  std::span<MemberIdentity> members{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("member_id", self.member_id, {.until = 2});
    visit("members", self.members, {.since = 3});
  }
};

struct MemberResponse {
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("member_id", self.member_id, {.since = 3});
    visit("group_instance_id", self.group_instance_id, {.since = 3, .null_since = 3});
    visit("error_code", self.error_code, {.since = 3});
  }
};

struct LeaveGroupResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  std::span<MemberResponse> members{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("error_code", self.error_code);
    visit("members", self.members, {.since = 3});
  }
};

struct LeaveGroupApi {
  using Request = LeaveGroupRequest;
  using Response = LeaveGroupResponse;
  static constexpr ApiDescription kDescription{
      .key = 13, .name = "LeaveGroup", .first = 0, .last = 5, .flexible_since = 4};
};

}  // namespace efd::kafka
