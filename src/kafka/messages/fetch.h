// SPDX-License-Identifier: MIT
// Fetch: reads record batches, waiting for new ones (KIP-74, KIP-516).
#pragma once

#include "kafka/error_code.h"
#include "kafka/messages/leader.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct ReplicaState {
  int32_t replica_id = -1;
  int64_t replica_epoch = -1;
  bool operator==(const ReplicaState&) const = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("replica_id", self.replica_id, {.since = 15});
    visit("replica_epoch", self.replica_epoch, {.since = 15});
  }
};

struct FetchPartition {
  int32_t partition = 0;
  int32_t current_leader_epoch = -1;
  int64_t fetch_offset = 0;
  int32_t last_fetched_epoch = -1;
  int64_t log_start_offset = -1;
  int32_t partition_max_bytes = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition", self.partition);
    visit("current_leader_epoch", self.current_leader_epoch, {.since = 9});
    visit("fetch_offset", self.fetch_offset);
    visit("last_fetched_epoch", self.last_fetched_epoch, {.since = 12});
    visit("log_start_offset", self.log_start_offset, {.since = 5});
    visit("partition_max_bytes", self.partition_max_bytes);
  }
};

struct FetchTopic {
  std::string_view topic{};
  Uuid topic_id{};
  std::span<FetchPartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topic", self.topic, {.until = 12});
    visit("topic_id", self.topic_id, {.since = 13});
    visit("partitions", self.partitions);
  }
};

struct ForgottenTopic {
  std::string_view topic{};
  Uuid topic_id{};
  std::span<int32_t> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topic", self.topic, {.since = 7, .until = 12});
    visit("topic_id", self.topic_id, {.since = 13});
    visit("partitions", self.partitions, {.since = 7});
  }
};

struct FetchRequest {
  std::optional<std::string_view> cluster_id{};
  int32_t replica_id = -1;
  ReplicaState replica_state{};
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int8_t isolation_level = 0;
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  std::span<FetchTopic> topics{};
  std::span<ForgottenTopic> forgotten_topics_data{};
  std::string_view rack_id{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("replica_id", self.replica_id, {.until = 14});
    visit("max_wait_ms", self.max_wait_ms);
    visit("min_bytes", self.min_bytes);
    visit("max_bytes", self.max_bytes, {.since = 3});
    visit("isolation_level", self.isolation_level, {.since = 4});
    visit("session_id", self.session_id, {.since = 7});
    visit("session_epoch", self.session_epoch, {.since = 7});
    visit("topics", self.topics);
    visit("forgotten_topics_data", self.forgotten_topics_data, {.since = 7});
    visit("rack_id", self.rack_id, {.since = 11});
    visit.tagged(0, "cluster_id", self.cluster_id, {.since = 12, .null_since = 12});
    visit.tagged(1, "replica_state", self.replica_state, {.since = 15});
  }
};

struct EpochEndOffset {
  int32_t epoch = -1;
  int64_t end_offset = -1;
  bool operator==(const EpochEndOffset&) const = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("epoch", self.epoch, {.since = 12});
    visit("end_offset", self.end_offset, {.since = 12});
  }
};

struct SnapshotId {
  int64_t end_offset = -1;
  int32_t epoch = -1;
  bool operator==(const SnapshotId&) const = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("end_offset", self.end_offset);
    visit("epoch", self.epoch);
  }
};

struct AbortedTransaction {
  int64_t producer_id = 0;
  int64_t first_offset = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("producer_id", self.producer_id, {.since = 4});
    visit("first_offset", self.first_offset, {.since = 4});
  }
};

struct PartitionData {
  int32_t partition_index = 0;
  KafkaError error_code = KafkaError::none;
  int64_t high_watermark = 0;
  int64_t last_stable_offset = -1;
  int64_t log_start_offset = -1;
  EpochEndOffset diverging_epoch{};
  LeaderIdAndEpoch current_leader{};
  SnapshotId snapshot_id{};
  std::optional<std::span<AbortedTransaction>> aborted_transactions{};
  int32_t preferred_read_replica = -1;
  std::optional<BytesParts> records{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("error_code", self.error_code);
    visit("high_watermark", self.high_watermark);
    visit("last_stable_offset", self.last_stable_offset, {.since = 4});
    visit("log_start_offset", self.log_start_offset, {.since = 5});
    visit("aborted_transactions", self.aborted_transactions, {.since = 4, .null_since = 4});
    visit("preferred_read_replica", self.preferred_read_replica, {.since = 11});
    visit("records", self.records, {.null_since = 0});
    visit.tagged(0, "diverging_epoch", self.diverging_epoch, {.since = 12});
    visit.tagged(1, "current_leader", self.current_leader, {.since = 12});
    visit.tagged(2, "snapshot_id", self.snapshot_id, {.since = 12});
  }
};

struct FetchableTopicResponse {
  std::string_view topic{};
  Uuid topic_id{};
  std::span<PartitionData> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topic", self.topic, {.until = 12});
    visit("topic_id", self.topic_id, {.since = 13});
    visit("partitions", self.partitions);
  }
};

struct FetchResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  int32_t session_id = 0;
  std::span<FetchableTopicResponse> responses{};
  std::span<NodeEndpoint> node_endpoints{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit("error_code", self.error_code, {.since = 7});
    visit("session_id", self.session_id, {.since = 7});
    visit("responses", self.responses);
    visit.tagged(0, "node_endpoints", self.node_endpoints, {.since = 16});
  }
};

struct FetchApi {
  using Request = FetchRequest;
  using Response = FetchResponse;
  static constexpr ApiDescription kDescription{
      .key = 1, .name = "Fetch", .first = 4, .last = 16, .flexible_since = 12};
};

}  // namespace efd::kafka
