// SPDX-License-Identifier: MIT
// What a reader and a consumer of a Kafka cluster share: a queue of librdkafka, in which the
// messages of all their partitions come, made into batches. For this module.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "broker/batch_storage.h"
#include "broker/broker.h"
#include "kafka_cluster/kafka_client.h"

struct rd_kafka_queue_s;

namespace efd::kafka_cluster {

// Used by one thread.
class KafkaMessageQueue {
 public:
  // The partition that a message is of; null for one that is not read (any more).
  using SourceOf = std::function<const broker::Source*(const rd_kafka_message_s&)>;

  // Takes over `queue`.
  KafkaMessageQueue(std::shared_ptr<KafkaClient> client, rd_kafka_queue_s* queue,
                    size_t batch_bytes_max, SourceOf source_of);
  ~KafkaMessageQueue();
  KafkaMessageQueue(const KafkaMessageQueue&) = delete;

  rd_kafka_queue_s* handle() const { return queue_; }

  // Waits for the first message only, then takes what is there; the storage keeps the messages, and
  // they keep the client. `give_up`: a record cannot be read; what was good comes before the error.
  Result<> receive(std::chrono::milliseconds wait, broker::Batch::Storage& into);
  // Whether a topic that we read was unknown since the last call.
  bool take_unknown_topic() { return std::exchange(has_unknown_topic_, false); }
  // Partitions whose logs have no record where they were read, since the last call; none of theirs
  // comes any more. Only where `auto.offset.reset` is `error`.
  std::vector<TopicPartition> take_misplaced() { return std::exchange(misplaced_, {}); }

 private:
  struct Messages;
  void take(std::chrono::milliseconds wait, Messages& messages);
  void hand_out(std::shared_ptr<Messages> messages, broker::Batch::Storage& into);
  void judge(const rd_kafka_message_s& error);

  const std::shared_ptr<KafkaClient> client_;
  rd_kafka_queue_s* const queue_;
  const size_t batch_bytes_max_;
  const SourceOf source_of_;
  std::optional<Error> owed_;  // found beside good messages
  bool has_unknown_topic_ = false;
  std::vector<TopicPartition> misplaced_;
};

}  // namespace efd::kafka_cluster
