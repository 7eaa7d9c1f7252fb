// SPDX-License-Identifier: MIT
// JoinGroup: becomes a member of a group; answered when all members have joined (KIP-62, KIP-345,
// KIP-394, KIP-559, KIP-800, KIP-814).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct JoinGroupRequestProtocol {
  std::string_view name{};
  Bytes metadata{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("metadata", self.metadata);
  }
};

struct JoinGroupRequest {
  std::string_view group_id{};
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::string_view protocol_type{};
  std::span<JoinGroupRequestProtocol> protocols{};
  std::optional<std::string_view> reason{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("session_timeout_ms", self.session_timeout_ms);
    visit("rebalance_timeout_ms", self.rebalance_timeout_ms, {.since = 1});
    visit("member_id", self.member_id);
    visit("group_instance_id", self.group_instance_id, {.since = 5, .null_since = 5});
    visit("protocol_type", self.protocol_type);
    visit("protocols", self.protocols);
    visit("reason", self.reason, {.since = 8, .null_since = 8});
  }
};

struct JoinGroupResponseMember {
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  Bytes metadata{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("member_id", self.member_id);
    visit("group_instance_id", self.group_instance_id, {.since = 5, .null_since = 5});
    visit("metadata", self.metadata);
  }
};

struct JoinGroupResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  int32_t generation_id = -1;
  std::optional<std::string_view> protocol_type{};
  std::optional<std::string_view> protocol_name{};
  std::string_view leader{};
  bool skip_assignment = false;
  std::string_view member_id{};
  std::span<JoinGroupResponseMember> members{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 2});
    visit("error_code", self.error_code);
    visit("generation_id", self.generation_id);
    visit("protocol_type", self.protocol_type, {.since = 7, .null_since = 7});
    visit("protocol_name", self.protocol_name, {.null_since = 7});
    visit("leader", self.leader);
    visit("skip_assignment", self.skip_assignment, {.since = 9});
    visit("member_id", self.member_id);
    visit("members", self.members);
  }
};

struct JoinGroupApi {
  using Request = JoinGroupRequest;
  using Response = JoinGroupResponse;
  static constexpr ApiDescription kDescription{
      .key = 11, .name = "JoinGroup", .first = 0, .last = 9, .flexible_since = 6};
};

}  // namespace efd::kafka
