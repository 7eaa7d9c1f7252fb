// SPDX-License-Identifier: MIT
// AlterConfigs: the whole of what is set for topics (KIP-133).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct AlterableConfig {
  std::string_view name{};
  std::optional<std::string_view> value{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("value", self.value, {.null_since = 0});
  }
};

struct AlterConfigsResource {
  int8_t resource_type = 0;
  std::string_view resource_name{};
  std::span<AlterableConfig> configs{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resource_type", self.resource_type);
    visit("resource_name", self.resource_name);
    visit("configs", self.configs);
  }
};

struct AlterConfigsRequest {
  std::span<AlterConfigsResource> resources{};
  bool validate_only = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resources", self.resources);
    visit("validate_only", self.validate_only);
  }
};

struct AlterConfigsResourceResponse {
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};
  int8_t resource_type = 0;
  std::string_view resource_name{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("error_message", self.error_message, {.null_since = 0});
    visit("resource_type", self.resource_type);
    visit("resource_name", self.resource_name);
  }
};

struct AlterConfigsResponse {
  int32_t throttle_time_ms = 0;
  std::span<AlterConfigsResourceResponse> responses{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("responses", self.responses);
  }
};

struct AlterConfigsApi {
  using Request = AlterConfigsRequest;
  using Response = AlterConfigsResponse;
  static constexpr ApiDescription kDescription{
      .key = 33, .name = "AlterConfigs", .first = 0, .last = 2, .flexible_since = 2};
};

}  // namespace efd::kafka
