// SPDX-License-Identifier: MIT
// OffsetCommit: stores how far a group has come. Version 0 was ZooKeeper's.
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct OffsetCommitRequestPartition {
  int32_t partition_index = 0;
  int64_t committed_offset = 0;
  int32_t committed_leader_epoch = -1;
  int64_t commit_timestamp = -1;
  std::optional<std::string_view> committed_metadata{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("committed_offset", self.committed_offset);
    visit("committed_leader_epoch", self.committed_leader_epoch, {.since = 6});
    visit("commit_timestamp", self.commit_timestamp, {.since = 1, .until = 1});
    visit("committed_metadata", self.committed_metadata, {.null_since = 0});
  }
};

struct OffsetCommitRequestTopic {
  std::string_view name{};
  std::span<OffsetCommitRequestPartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct OffsetCommitRequest {
  std::string_view group_id{};
  int32_t generation_id_or_member_epoch = -1;
  std::string_view member_id{};
  std::optional<std::string_view> group_instance_id{};
  int64_t retention_time_ms = -1;
  std::span<OffsetCommitRequestTopic> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("generation_id_or_member_epoch", self.generation_id_or_member_epoch, {.since = 1});
    visit("member_id", self.member_id, {.since = 1});
    visit("group_instance_id", self.group_instance_id, {.since = 7, .null_since = 7});
    visit("retention_time_ms", self.retention_time_ms, {.since = 2, .until = 4});
    visit("topics", self.topics);
  }
};

struct OffsetCommitResponsePartition {
  int32_t partition_index = 0;
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("error_code", self.error_code);
  }
};

struct OffsetCommitResponseTopic {
  std::string_view name{};
  std::span<OffsetCommitResponsePartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct OffsetCommitResponse {
  int32_t throttle_time_ms = 0;
  std::span<OffsetCommitResponseTopic> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 3});
    visit("topics", self.topics);
  }
};

struct OffsetCommitApi {
  using Request = OffsetCommitRequest;
  using Response = OffsetCommitResponse;
  static constexpr ApiDescription kDescription{
      .key = 8, .name = "OffsetCommit", .first = 1, .last = 9, .flexible_since = 8};
};

}  // namespace efd::kafka
