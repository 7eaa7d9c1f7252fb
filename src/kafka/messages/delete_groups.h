// SPDX-License-Identifier: MIT
// DeleteGroups: deletes groups without members, and their offsets (KIP-229).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct DeleteGroupsRequest {
  std::span<std::string_view> groups_names{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("groups_names", self.groups_names);
  }
};

struct DeletableGroupResult {
  std::string_view group_id{};
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("error_code", self.error_code);
  }
};

struct DeleteGroupsResponse {
  int32_t throttle_time_ms = 0;
  std::span<DeletableGroupResult> results{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("results", self.results);
  }
};

struct DeleteGroupsApi {
  using Request = DeleteGroupsRequest;
  using Response = DeleteGroupsResponse;
  static constexpr ApiDescription kDescription{
      .key = 42, .name = "DeleteGroups", .first = 0, .last = 2, .flexible_since = 2};
};

}  // namespace efd::kafka
