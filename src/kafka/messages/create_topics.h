// SPDX-License-Identifier: MIT
// CreateTopics: makes topics (KIP-4, KIP-525).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct CreatableReplicaAssignment {
  int32_t partition_index = 0;
  std::span<int32_t> broker_ids{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("broker_ids", self.broker_ids);
  }
};

struct CreatableTopicConfig {
  std::string_view name{};
  std::optional<std::string_view> value{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("value", self.value, {.null_since = 0});
  }
};

struct CreatableTopic {
  std::string_view name{};
  int32_t num_partitions = 0;
  int16_t replication_factor = 0;
  std::span<CreatableReplicaAssignment> assignments{};
  std::span<CreatableTopicConfig> configs{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("num_partitions", self.num_partitions);
    visit("replication_factor", self.replication_factor);
    visit("assignments", self.assignments);
    visit("configs", self.configs);
  }
};

struct CreateTopicsRequest {
  std::span<CreatableTopic> topics{};
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topics", self.topics);
    visit("timeout_ms", self.timeout_ms);
    visit("validate_only", self.validate_only, {.since = 1});
  }
};

struct CreatableTopicConfigs {
  std::string_view name{};
  std::optional<std::string_view> value{};
  bool read_only = false;
  int8_t config_source = -1;
  bool is_sensitive = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name, {.since = 5});
    visit("value", self.value, {.since = 5, .null_since = 5});
    visit("read_only", self.read_only, {.since = 5});
    visit("config_source", self.config_source, {.since = 5});
    visit("is_sensitive", self.is_sensitive, {.since = 5});
  }
};

struct CreatableTopicResult {
  std::string_view name{};
  Uuid topic_id{};
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};
  KafkaError topic_config_error_code = KafkaError::none;
  int32_t num_partitions = -1;
  int16_t replication_factor = -1;
  std::optional<std::span<CreatableTopicConfigs>> configs{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("topic_id", self.topic_id, {.since = 7});
    visit("error_code", self.error_code);
    visit("error_message", self.error_message, {.since = 1, .null_since = 0});
    visit("num_partitions", self.num_partitions, {.since = 5});
    visit("replication_factor", self.replication_factor, {.since = 5});
    visit("configs", self.configs, {.since = 5, .null_since = 5});
    visit.tagged(0, "topic_config_error_code", self.topic_config_error_code, {.since = 5});
  }
};

struct CreateTopicsResponse {
  int32_t throttle_time_ms = 0;
  std::span<CreatableTopicResult> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 2});
    visit("topics", self.topics);
  }
};

struct CreateTopicsApi {
  using Request = CreateTopicsRequest;
  using Response = CreateTopicsResponse;
  static constexpr ApiDescription kDescription{
      .key = 19, .name = "CreateTopics", .first = 0, .last = 7, .flexible_since = 5};
};

}  // namespace efd::kafka
