// SPDX-License-Identifier: MIT
// ListOffsets: first, last or timed offsets of partitions (KIP-79, KIP-734).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct ListOffsetsPartition {
  int32_t partition_index = 0;
  int32_t current_leader_epoch = -1;
  int64_t timestamp = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("current_leader_epoch", self.current_leader_epoch, {.since = 4});
    visit("timestamp", self.timestamp);
  }
};

struct ListOffsetsTopic {
  std::string_view name{};
  std::span<ListOffsetsPartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct ListOffsetsRequest {
  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  std::span<ListOffsetsTopic> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("replica_id", self.replica_id);
    visit("isolation_level", self.isolation_level, {.since = 2});
    visit("topics", self.topics);
  }
};

struct ListOffsetsPartitionResponse {
  int32_t partition_index = 0;
  KafkaError error_code = KafkaError::none;
  int64_t timestamp = -1;
  int64_t offset = -1;
  int32_t leader_epoch = -1;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("error_code", self.error_code);
    visit("timestamp", self.timestamp);
    visit("offset", self.offset);
    visit("leader_epoch", self.leader_epoch, {.since = 4});
  }
};

struct ListOffsetsTopicResponse {
  std::string_view name{};
  std::span<ListOffsetsPartitionResponse> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct ListOffsetsResponse {
  int32_t throttle_time_ms = 0;
  std::span<ListOffsetsTopicResponse> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 2});
    visit("topics", self.topics);
  }
};

struct ListOffsetsApi {
  using Request = ListOffsetsRequest;
  using Response = ListOffsetsResponse;
  static constexpr ApiDescription kDescription{
      .key = 2, .name = "ListOffsets", .first = 1, .last = 9, .flexible_since = 6};
};

}  // namespace efd::kafka
