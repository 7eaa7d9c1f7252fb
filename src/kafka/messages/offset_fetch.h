// SPDX-License-Identifier: MIT
// OffsetFetch: how far a group has come; from version 8 on several groups (KIP-709).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct OffsetFetchRequestTopic {
  std::string_view name{};
  std::span<int32_t> partition_indexes{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partition_indexes", self.partition_indexes);
  }
};

struct OffsetFetchRequestGroup {
  std::string_view group_id{};
  std::optional<std::string_view> member_id{};
  int32_t member_epoch = -1;
  std::optional<std::span<OffsetFetchRequestTopic>> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id, {.since = 8});
    visit("member_id", self.member_id, {.since = 9, .null_since = 9});
    visit("member_epoch", self.member_epoch, {.since = 9});
    visit("topics", self.topics, {.since = 8, .null_since = 8});
  }
};

struct OffsetFetchRequest {
  std::string_view group_id{};
  std::optional<std::span<OffsetFetchRequestTopic>> topics{};
  std::span<OffsetFetchRequestGroup> groups{};
  bool require_stable = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id, {.until = 7});
    visit("topics", self.topics, {.until = 7, .null_since = 2});
    visit("groups", self.groups, {.since = 8});
    visit("require_stable", self.require_stable, {.since = 7});
  }
};

struct OffsetFetchResponsePartition {
  int32_t partition_index = 0;
  int64_t committed_offset = 0;
  int32_t committed_leader_epoch = -1;
  std::optional<std::string_view> metadata{};
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("committed_offset", self.committed_offset);
    visit("committed_leader_epoch", self.committed_leader_epoch, {.since = 5});
    visit("metadata", self.metadata, {.null_since = 0});
    visit("error_code", self.error_code);
  }
};

struct OffsetFetchResponseTopic {
  std::string_view name{};
  std::span<OffsetFetchResponsePartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct OffsetFetchResponseGroup {
  std::string_view group_id{};
  std::span<OffsetFetchResponseTopic> topics{};
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id, {.since = 8});
    visit("topics", self.topics, {.since = 8});
    visit("error_code", self.error_code, {.since = 8});
  }
};

struct OffsetFetchResponse {
  int32_t throttle_time_ms = 0;
  std::span<OffsetFetchResponseTopic> topics{};
  KafkaError error_code = KafkaError::none;
  std::span<OffsetFetchResponseGroup> groups{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 3});
    visit("topics", self.topics, {.until = 7});
    visit("error_code", self.error_code, {.since = 2, .until = 7});
    visit("groups", self.groups, {.since = 8});
  }
};

struct OffsetFetchApi {
  using Request = OffsetFetchRequest;
  using Response = OffsetFetchResponse;
  static constexpr ApiDescription kDescription{
      .key = 9, .name = "OffsetFetch", .first = 1, .last = 9, .flexible_since = 6};
};

}  // namespace efd::kafka
