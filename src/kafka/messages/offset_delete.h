// SPDX-License-Identifier: MIT
// OffsetDelete: forgets offsets of a group (KIP-496). Never flexible.
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct OffsetDeleteRequestPartition {
  int32_t partition_index = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
  }
};

struct OffsetDeleteRequestTopic {
  std::string_view name{};
  std::span<OffsetDeleteRequestPartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct OffsetDeleteRequest {
  std::string_view group_id{};
  std::span<OffsetDeleteRequestTopic> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("group_id", self.group_id);
    visit("topics", self.topics);
  }
};

struct OffsetDeleteResponsePartition {
  int32_t partition_index = 0;
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("error_code", self.error_code);
  }
};

struct OffsetDeleteResponseTopic {
  std::string_view name{};
  std::span<OffsetDeleteResponsePartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct OffsetDeleteResponse {
  KafkaError error_code = KafkaError::none;
  int32_t throttle_time_ms = 0;
  std::span<OffsetDeleteResponseTopic> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("topics", self.topics);
  }
};

struct OffsetDeleteApi {
  using Request = OffsetDeleteRequest;
  using Response = OffsetDeleteResponse;
  static constexpr ApiDescription kDescription{
      .key = 47, .name = "OffsetDelete", .first = 0, .last = 0, .flexible_since = kNever};
};

}  // namespace efd::kafka
