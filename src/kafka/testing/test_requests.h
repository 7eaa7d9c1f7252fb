// SPDX-License-Identifier: MIT
// Produce and Fetch requests of one partition, for tests. Each keeps what its request points at.
#pragma once

#include <string>

#include "kafka/messages/fetch.h"
#include "kafka/messages/produce.h"

namespace efd::kafka {

// One topic, one partition.
struct OneBatch {
  OneBatch(std::string_view topic, std::string records, int16_t acks, int32_t timeout_ms = 60'000)
      : bytes(std::move(records)) {
    partition.records = Bytes{bytes};
    topic_data.name = topic;
    topic_data.partition_data = {&partition, 1};
    request.acks = acks;
    request.timeout_ms = timeout_ms;
    request.topic_data = {&topic_data, 1};
  }
  std::string bytes;
  PartitionProduceData partition;
  TopicProduceData topic_data;
  ProduceRequest request;
};

// The same, read from an offset on.
struct OneFetch {
  OneFetch(std::string_view name, int64_t offset, int32_t wait_ms, int32_t min_bytes = 1) {
    partition.fetch_offset = offset;
    partition.partition_max_bytes = 1 << 20;
    topic.topic = name;
    topic.partitions = {&partition, 1};
    request.max_wait_ms = wait_ms;
    request.min_bytes = min_bytes;
    request.topics = {&topic, 1};
  }
  FetchPartition partition;
  FetchTopic topic;
  FetchRequest request;
};

inline const PartitionProduceResponse& only(const ProduceResponse& response) {
  return response.responses[0].partition_responses[0];
}

inline size_t records_bytes(const FetchResponse& response) {
  size_t bytes = 0;
  for (std::string_view part : response.responses[0].partitions[0].records->parts) {
    bytes += part.size();
  }
  return bytes;
}

}  // namespace efd::kafka
