// SPDX-License-Identifier: MIT
// DescribeGroups: members of groups, and what they have.
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct DescribeGroupsRequest {
  std::span<std::string_view> groups{};
  bool include_authorized_operations = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("groups", self.groups);
    visit("include_authorized_operations", self.include_authorized_operations, {.since = 3});
  }
};

struct DescribedGroupMember {
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  std::string_view client_id{};
  std::string_view client_host{};
  Bytes member_metadata{};
  Bytes member_assignment{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("member_id", self.member_id);
    visit("group_instance_id", self.group_instance_id, {.since = 4, .null_since = 4});
    visit("client_id", self.client_id);
    visit("client_host", self.client_host);
    visit("member_metadata", self.member_metadata);
    visit("member_assignment", self.member_assignment);
  }
};

struct DescribedGroup {
  KafkaError error_code = KafkaError::none;
  std::string_view group_id{};
  std::string_view group_state{};
  std::string_view protocol_type{};
  std::string_view protocol_data{};
  std::span<DescribedGroupMember> members{};
  int32_t authorized_operations = INT32_MIN;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("group_id", self.group_id);
    visit("group_state", self.group_state);
    visit("protocol_type", self.protocol_type);
    visit("protocol_data", self.protocol_data);
    visit("members", self.members);
    visit("authorized_operations", self.authorized_operations, {.since = 3});
  }
};

struct DescribeGroupsResponse {
  int32_t throttle_time_ms = 0;
  std::span<DescribedGroup> groups{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("groups", self.groups);
  }
};

struct DescribeGroupsApi {
  using Request = DescribeGroupsRequest;
  using Response = DescribeGroupsResponse;
  static constexpr ApiDescription kDescription{
      .key = 15, .name = "DescribeGroups", .first = 0, .last = 5, .flexible_since = 5};
};

}  // namespace efd::kafka
