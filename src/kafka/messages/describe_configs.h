// SPDX-License-Identifier: MIT
// DescribeConfigs: settings of topics and of the broker (KIP-133).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct DescribeConfigsResource {
  int8_t resource_type = 0;
  std::string_view resource_name{};
  std::optional<std::span<std::string_view>> configuration_keys{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resource_type", self.resource_type);
    visit("resource_name", self.resource_name);
    visit("configuration_keys", self.configuration_keys, {.null_since = 0});
  }
};

struct DescribeConfigsRequest {
  std::span<DescribeConfigsResource> resources{};
  bool include_synonyms = false;
  bool include_documentation = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("resources", self.resources);
    visit("include_synonyms", self.include_synonyms, {.since = 1});
    visit("include_documentation", self.include_documentation, {.since = 3});
  }
};

struct DescribeConfigsSynonym {
  std::string_view name{};
  std::optional<std::string_view> value{};
  int8_t source = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name, {.since = 1});
    visit("value", self.value, {.since = 1, .null_since = 0});
    visit("source", self.source, {.since = 1});
  }
};

struct DescribeConfigsResourceResult {
  std::string_view name{};
  std::optional<std::string_view> value{};
  bool read_only = false;
  bool is_default = false;
  int8_t config_source = -1;
  bool is_sensitive = false;
  std::span<DescribeConfigsSynonym> synonyms{};
  int8_t config_type = 0;
  std::optional<std::string_view> documentation{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("value", self.value, {.null_since = 0});
    visit("read_only", self.read_only);
    visit("is_default", self.is_default, {.until = 0});
    visit("config_source", self.config_source, {.since = 1});
    visit("is_sensitive", self.is_sensitive);
    visit("synonyms", self.synonyms, {.since = 1});
    visit("config_type", self.config_type, {.since = 3});
    visit("documentation", self.documentation, {.since = 3, .null_since = 0});
  }
};

struct DescribeConfigsResult {
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};
  int8_t resource_type = 0;
  std::string_view resource_name{};
  std::span<DescribeConfigsResourceResult> configs{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("error_message", self.error_message, {.null_since = 0});
    visit("resource_type", self.resource_type);
    visit("resource_name", self.resource_name);
    visit("configs", self.configs);
  }
};

struct DescribeConfigsResponse {
  int32_t throttle_time_ms = 0;
  std::span<DescribeConfigsResult> results{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("results", self.results);
  }
};

struct DescribeConfigsApi {
  using Request = DescribeConfigsRequest;
  using Response = DescribeConfigsResponse;
  static constexpr ApiDescription kDescription{
      .key = 32, .name = "DescribeConfigs", .first = 0, .last = 4, .flexible_since = 4};
};

}  // namespace efd::kafka
