// SPDX-License-Identifier: MIT
// Metadata: where the brokers are, and which topics and partitions there are.
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

// "Not asked for", in the bit fields of authorised operations.
constexpr int32_t kNoOperations = INT32_MIN;

struct MetadataRequestTopic {
  Uuid topic_id{};
  std::optional<std::string_view> name{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topic_id", self.topic_id, {.since = 10});
    visit("name", self.name, {.null_since = 10});
  }
};

struct MetadataRequest {
  std::optional<std::span<MetadataRequestTopic>> topics{};
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topics", self.topics, {.null_since = 1});
    visit("allow_auto_topic_creation", self.allow_auto_topic_creation, {.since = 4});
    visit("include_cluster_authorized_operations", self.include_cluster_authorized_operations,
          {.since = 8, .until = 10});
    visit("include_topic_authorized_operations", self.include_topic_authorized_operations,
          {.since = 8});
  }
};

struct MetadataResponseBroker {
  int32_t node_id = 0;
  std::string_view host{};
  int32_t port = 0;
  std::optional<std::string_view> rack{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("node_id", self.node_id);
    visit("host", self.host);
    visit("port", self.port);
    visit("rack", self.rack, {.since = 1, .null_since = 1});
  }
};

struct MetadataResponsePartition {
  KafkaError error_code = KafkaError::none;
  int32_t partition_index = 0;
  int32_t leader_id = 0;
  int32_t leader_epoch = -1;
  std::span<int32_t> replica_nodes{};
  std::span<int32_t> isr_nodes{};
  std::span<int32_t> offline_replicas{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("partition_index", self.partition_index);
    visit("leader_id", self.leader_id);
    visit("leader_epoch", self.leader_epoch, {.since = 7});
    visit("replica_nodes", self.replica_nodes);
    visit("isr_nodes", self.isr_nodes);
    visit("offline_replicas", self.offline_replicas, {.since = 5});
  }
};

struct MetadataResponseTopic {
  KafkaError error_code = KafkaError::none;
  std::optional<std::string_view> name{};
  Uuid topic_id{};
  bool is_internal = false;
  std::span<MetadataResponsePartition> partitions{};
  int32_t topic_authorized_operations = kNoOperations;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("name", self.name, {.null_since = 12});
    visit("topic_id", self.topic_id, {.since = 10});
    visit("is_internal", self.is_internal, {.since = 1});
    visit("partitions", self.partitions);
    visit("topic_authorized_operations", self.topic_authorized_operations, {.since = 8});
  }
};

struct MetadataResponse {
  int32_t throttle_time_ms = 0;
  std::span<MetadataResponseBroker> brokers{};
  std::optional<std::string_view> cluster_id{};
  int32_t controller_id = -1;
  std::span<MetadataResponseTopic> topics{};
  int32_t cluster_authorized_operations = kNoOperations;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 3});
    visit("brokers", self.brokers);
    visit("cluster_id", self.cluster_id, {.since = 2, .null_since = 2});
    visit("controller_id", self.controller_id, {.since = 1});
    visit("topics", self.topics);
    visit("cluster_authorized_operations", self.cluster_authorized_operations,
          {.since = 8, .until = 10});
  }
};

struct MetadataApi {
  using Request = MetadataRequest;
  using Response = MetadataResponse;
  static constexpr ApiDescription kDescription{
      .key = 3, .name = "Metadata", .first = 0, .last = 12, .flexible_since = 9};
};

}  // namespace efd::kafka
