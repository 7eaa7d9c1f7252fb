// SPDX-License-Identifier: MIT
// CreatePartitions: topics get more partitions (KIP-195).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct CreatePartitionsAssignment {
  std::span<int32_t> broker_ids{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("broker_ids", self.broker_ids);
  }
};

struct CreatePartitionsTopic {
  std::string_view name{};
  int32_t count = 0;
  std::optional<std::span<CreatePartitionsAssignment>> assignments{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("count", self.count);
    visit("assignments", self.assignments, {.null_since = 0});
  }
};

struct CreatePartitionsRequest {
  std::span<CreatePartitionsTopic> topics{};
  int32_t timeout_ms = 0;
  bool validate_only = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topics", self.topics);
    visit("timeout_ms", self.timeout_ms);
    visit("validate_only", self.validate_only);
  }
};

struct CreatePartitionsTopicResult {
  std::string_view name{};
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("error_code", self.error_code);
    visit("error_message", self.error_message, {.null_since = 0});
  }
};

struct CreatePartitionsResponse {
  int32_t throttle_time_ms = 0;
  std::span<CreatePartitionsTopicResult> results{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("results", self.results);
  }
};

struct CreatePartitionsApi {
  using Request = CreatePartitionsRequest;
  using Response = CreatePartitionsResponse;
  static constexpr ApiDescription kDescription{
      .key = 37, .name = "CreatePartitions", .first = 0, .last = 3, .flexible_since = 2};
};

}  // namespace efd::kafka
