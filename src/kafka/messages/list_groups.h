// SPDX-License-Identifier: MIT
// ListGroups: all groups, by state (KIP-518) and type (KIP-848).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct ListGroupsRequest {
  std::span<std::string_view> states_filter{};
  std::span<std::string_view> types_filter{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("states_filter", self.states_filter, {.since = 4});
    visit("types_filter", self.types_filter, {.since = 5});
  }
};

struct ListedGroup {
  std::string_view group_id{};
  std::string_view protocol_type{};
  std::string_view group_state{};
  std::string_view group_type{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("protocol_type", self.protocol_type);
    visit("group_state", self.group_state, {.since = 4});
    visit("group_type", self.group_type, {.since = 5});
  }
};

struct ListGroupsResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  std::span<ListedGroup> groups{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("error_code", self.error_code);
    visit("groups", self.groups);
  }
};

struct ListGroupsApi {
  using Request = ListGroupsRequest;
  using Response = ListGroupsResponse;
  static constexpr ApiDescription kDescription{
      .key = 16, .name = "ListGroups", .first = 0, .last = 5, .flexible_since = 3};
};

}  // namespace efd::kafka
