// SPDX-License-Identifier: MIT
// DeleteRecords: partitions begin later (KIP-107).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct DeleteRecordsPartition {
  int32_t partition_index = 0;
  int64_t offset = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("offset", self.offset);
  }
};

struct DeleteRecordsTopic {
  std::string_view name{};
  std::span<DeleteRecordsPartition> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct DeleteRecordsRequest {
  std::span<DeleteRecordsTopic> topics{};
  int32_t timeout_ms = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("topics", self.topics);
    visit("timeout_ms", self.timeout_ms);
  }
};

struct DeleteRecordsPartitionResult {
  int32_t partition_index = 0;
  int64_t low_watermark = -1;
  KafkaError error_code = KafkaError::none;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("partition_index", self.partition_index);
    visit("low_watermark", self.low_watermark);
    visit("error_code", self.error_code);
  }
};

struct DeleteRecordsTopicResult {
  std::string_view name{};
  std::span<DeleteRecordsPartitionResult> partitions{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("partitions", self.partitions);
  }
};

struct DeleteRecordsResponse {
  int32_t throttle_time_ms = 0;
  std::span<DeleteRecordsTopicResult> topics{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("topics", self.topics);
  }
};

struct DeleteRecordsApi {
  using Request = DeleteRecordsRequest;
  using Response = DeleteRecordsResponse;
  static constexpr ApiDescription kDescription{
      .key = 21, .name = "DeleteRecords", .first = 0, .last = 2, .flexible_since = 2};
};

}  // namespace efd::kafka
