// SPDX-License-Identifier: MIT
// librdkafka's list of partitions. For this module's .cc files.
#pragma once

#include <optional>
#include <string_view>

#include <librdkafka/rdkafka.h>

#include "broker/broker.h"
#include "broker/commit_note.h"

namespace efd::kafka_cluster {

class KafkaPartitionList {
 public:
  KafkaPartitionList() : list_(rd_kafka_topic_partition_list_new(1)) {}
  ~KafkaPartitionList() { rd_kafka_topic_partition_list_destroy(list_); }
  KafkaPartitionList(const KafkaPartitionList&) = delete;

  rd_kafka_topic_partition_list_t* get() const { return list_; }
  // Valid until the next one is added.
  rd_kafka_topic_partition_t& add(const TopicPartition& partition) {
    return *rd_kafka_topic_partition_list_add(list_, partition.topic.value().c_str(),
                                              partition.partition.value());
  }
  // What rd_kafka_committed has found for partition `i`.
  std::optional<broker::CommittedOffset> committed_offset(size_t i) const {
    const rd_kafka_topic_partition_t& found = list_->elems[i];
    if (found.offset < 0) return std::nullopt;
    std::string_view note(static_cast<const char*>(found.metadata), found.metadata_size);
    return broker::CommittedOffset{Offset(found.offset),
                                   broker::commit_note_time_ms(note).value_or(-1)};
  }

 private:
  rd_kafka_topic_partition_list_t* list_;
};

}  // namespace efd::kafka_cluster
