// SPDX-License-Identifier: MIT
// IncrementalAlterConfigs: single settings of topics (KIP-339). It answers as AlterConfigs does.
#pragma once

#include "kafka/messages/alter_configs.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct IncrementallyAlterableConfig {
  std::string_view name{};
  int8_t config_operation = 0;
  std::optional<std::string_view> value{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("config_operation", self.config_operation);
    visit("value", self.value, {.null_since = 0});
  }
};

struct IncrementalAlterConfigsResource {
  int8_t resource_type = 0;
  std::string_view resource_name{};
  std::span<IncrementallyAlterableConfig> configs{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resource_type", self.resource_type);
    visit("resource_name", self.resource_name);
    visit("configs", self.configs);
  }
};

struct IncrementalAlterConfigsRequest {
  std::span<IncrementalAlterConfigsResource> resources{};
  bool validate_only = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resources", self.resources);
    visit("validate_only", self.validate_only);
  }
};

using IncrementalAlterConfigsResponse = AlterConfigsResponse;

struct IncrementalAlterConfigsApi {
  using Request = IncrementalAlterConfigsRequest;
  using Response = IncrementalAlterConfigsResponse;
  static constexpr ApiDescription kDescription{
      .key = 44, .name = "IncrementalAlterConfigs", .first = 0, .last = 1, .flexible_since = 1};
};

}  // namespace efd::kafka
