// SPDX-License-Identifier: MIT
// DescribeAcls: who may do what (KIP-140).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct DescribeAclsRequest {
  int8_t resource_type_filter = 0;
  std::optional<std::string_view> resource_name_filter{};
  int8_t pattern_type_filter = 3;
  std::optional<std::string_view> principal_filter{};
  std::optional<std::string_view> host_filter{};
  int8_t operation = 0;
  int8_t permission_type = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resource_type_filter", self.resource_type_filter);
    visit("resource_name_filter", self.resource_name_filter, {.null_since = 0});
    visit("pattern_type_filter", self.pattern_type_filter, {.since = 1});
    visit("principal_filter", self.principal_filter, {.null_since = 0});
    visit("host_filter", self.host_filter, {.null_since = 0});
    visit("operation", self.operation);
    visit("permission_type", self.permission_type);
  }
};

struct AclDescription {
  std::string_view principal{};
  std::string_view host{};
  int8_t operation = 0;
  int8_t permission_type = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("principal", self.principal);
    visit("host", self.host);
    visit("operation", self.operation);
    visit("permission_type", self.permission_type);
  }
};

struct DescribeAclsResource {
  int8_t resource_type = 0;
  std::string_view resource_name{};
  int8_t pattern_type = 3;
  std::span<AclDescription> acls{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resource_type", self.resource_type);
    visit("resource_name", self.resource_name);
    visit("pattern_type", self.pattern_type, {.since = 1});
    visit("acls", self.acls);
  }
};

struct DescribeAclsResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};
  std::span<DescribeAclsResource> resources{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("error_code", self.error_code);
    visit("error_message", self.error_message, {.null_since = 0});
    visit("resources", self.resources);
  }
};

struct DescribeAclsApi {
  using Request = DescribeAclsRequest;
  using Response = DescribeAclsResponse;
  static constexpr ApiDescription kDescription{
      .key = 29, .name = "DescribeAcls", .first = 0, .last = 3, .flexible_since = 2};
};

}  // namespace efd::kafka
