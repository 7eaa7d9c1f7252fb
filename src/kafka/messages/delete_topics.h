// SPDX-License-Identifier: MIT
// DeleteTopics: deletes topics by name or id.
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct DeleteTopicState {
  std::optional<std::string_view> name{};
  Uuid topic_id{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name, {.since = 6, .null_since = 6});
    visit("topic_id", self.topic_id, {.since = 6});
  }
};

struct DeleteTopicsRequest {
  std::span<DeleteTopicState> topics{};
  std::span<std::string_view> topic_names{};
  int32_t timeout_ms = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topics", self.topics, {.since = 6});
    visit("topic_names", self.topic_names, {.until = 5});
    visit("timeout_ms", self.timeout_ms);
  }
};

struct DeletableTopicResult {
  std::optional<std::string_view> name{};
  Uuid topic_id{};
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> error_message{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name, {.null_since = 6});
    visit("topic_id", self.topic_id, {.since = 6});
    visit("error_code", self.error_code);
    visit("error_message", self.error_message, {.since = 5, .null_since = 5});
  }
};

struct DeleteTopicsResponse {
  int32_t throttle_time_ms = 0;
  std::span<DeletableTopicResult> responses{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("responses", self.responses);
  }
};

struct DeleteTopicsApi {
  using Request = DeleteTopicsRequest;
  using Response = DeleteTopicsResponse;
  static constexpr ApiDescription kDescription{
      .key = 20, .name = "DeleteTopics", .first = 0, .last = 6, .flexible_since = 4};
};

}  // namespace efd::kafka
