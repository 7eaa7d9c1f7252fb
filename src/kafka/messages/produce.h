// SPDX-License-Identifier: MIT
// Produce: appends record batches.
#pragma once

#include "kafka/error_code.h"
#include "kafka/messages/leader.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct PartitionProduceData {
  int32_t index = 0;
  std::optional<Bytes> records{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("index", self.index);
    visit("records", self.records, {.null_since = 0});
  }
};

struct TopicProduceData {
  std::string_view name{};
  std::span<PartitionProduceData> partition_data{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partition_data", self.partition_data);
  }
};

struct ProduceRequest {
  std::optional<std::string_view> transactional_id{};
  int16_t acks = 0;
  int32_t timeout_ms = 0;
  std::span<TopicProduceData> topic_data{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("transactional_id", self.transactional_id, {.since = 3, .null_since = 3});
    visit("acks", self.acks);
    visit("timeout_ms", self.timeout_ms);
    visit("topic_data", self.topic_data);
  }
};

struct BatchIndexAndErrorMessage {
  int32_t batch_index = 0;
  std::optional<std::string_view> batch_index_error_message{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("batch_index", self.batch_index, {.since = 8});
    visit("batch_index_error_message", self.batch_index_error_message,
          {.since = 8, .null_since = 8});
  }
};

struct PartitionProduceResponse {
  int32_t index = 0;
  KafkaError error_code = KafkaError::none;
  int64_t base_offset = 0;
  int64_t log_append_time_ms = -1;
  int64_t log_start_offset = -1;
  std::span<BatchIndexAndErrorMessage> record_errors{};
  std::optional<std::string_view> error_message{};
  LeaderIdAndEpoch current_leader{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("index", self.index);
    visit("error_code", self.error_code);
    visit("base_offset", self.base_offset);
    visit("log_append_time_ms", self.log_append_time_ms, {.since = 2});
    visit("log_start_offset", self.log_start_offset, {.since = 5});
    visit("record_errors", self.record_errors, {.since = 8});
    visit("error_message", self.error_message, {.since = 8, .null_since = 8});
    visit.tagged(0, "current_leader", self.current_leader, {.since = 10});
  }
};

struct TopicProduceResponse {
  std::string_view name{};
  std::span<PartitionProduceResponse> partition_responses{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partition_responses", self.partition_responses);
  }
};

struct ProduceResponse {
  std::span<TopicProduceResponse> responses{};
  int32_t throttle_time_ms = 0;
  std::span<NodeEndpoint> node_endpoints{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("responses", self.responses);
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit.tagged(0, "node_endpoints", self.node_endpoints, {.since = 10});
  }
};

struct ProduceApi {
  using Request = ProduceRequest;
  using Response = ProduceResponse;
  static constexpr ApiDescription kDescription{.key = 0,
                                               .name = "Produce",
                                               .first = 3,
                                               .last = 11,
                                               .flexible_since = 9,
                                               .advertised_first = 0};
};

}  // namespace efd::kafka
