// SPDX-License-Identifier: MIT
// Consumer in a group of a Kafka cluster. For this module.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "broker/broker.h"
#include "broker/topic_matcher.h"
#include "kafka_cluster/kafka_client.h"
#include "kafka_cluster/kafka_cluster.h"
#include "kafka_cluster/kafka_message_queue.h"

namespace efd::kafka_cluster {

// What the group gives and takes is noted when librdkafka tells it, and settled by the next poll:
// so the caller has all records that were taken before, and its call-backs never run within
// librdkafka's.
class KafkaConsumer : public broker::Consumer {
 public:
  // bad_input: the pattern is no regular expression, or the group has no name.
  static Result<std::unique_ptr<KafkaConsumer>> open(const KafkaClusterOptions& cluster,
                                                     broker::ConsumerOptions options);
  ~KafkaConsumer() override;

  Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) override;
  Result<> seek(const broker::Source& source, Offset next) override;
  void pause(const broker::Source& source) override;
  void resume(const broker::Source& source) override;
  Result<> await_durable(std::span<const Position>, std::stop_token) override { return {}; }
  Result<> release(std::span<const Position> positions, std::optional<UtcTime> as_of) override;
  std::vector<const broker::Source*> sources() const override;
  std::vector<const broker::Source*> assigned() const override;
  Result<broker::LogRange> range(const broker::Source& source) override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Tap {  // one partition
    broker::Source source;
    bool is_assigned = false;
    bool is_misplaced = false;      // its log has no record where it was read
    std::optional<Offset> start{};  // found for the assignment that is being settled
  };
  struct Rebalance {
    bool gives = false;
    bool is_lost = false;
    std::vector<Tap*> taps;
  };

  KafkaConsumer(KafkaClusterOptions cluster, broker::ConsumerOptions options,
                broker::TopicMatcher matcher)
      : cluster_(std::move(cluster)), options_(std::move(options)), matcher_(std::move(matcher)) {}
  Result<> connect();
  void close();
  Result<> check_fatal();
  Result<> come_back();
  Result<> look_for_topics();
  void note_topics(const std::vector<broker::TopicDescription>& topics);
  Result<> subscribe();
  void on_rebalance(bool gives, const rd_kafka_topic_partition_list_s& partitions);
  Result<> settle_rebalance();
  void begin_anew(const std::vector<TopicPartition>& misplaced);
  Result<> take_over(std::vector<Tap*>& taps);
  Result<> find_starts(const std::vector<Tap*>& taps);
  Result<> find_start(Tap& tap, const broker::LogRange& range,
                      std::optional<broker::CommittedOffset> committed);
  void leave(broker::Leaves how);
  Tap& tap_of(const TopicPartition& partition);
  Result<> check_assigned(const broker::Source& source) const;
  const broker::Source* source_of(const rd_kafka_message_s& message) const;

  const KafkaClusterOptions cluster_;
  const broker::ConsumerOptions options_;
  const broker::TopicMatcher matcher_;
  std::chrono::milliseconds look_interval_{0};
  std::shared_ptr<KafkaClient> client_;
  std::optional<KafkaMessageQueue> queue_;
  std::vector<std::unique_ptr<Tap>> taps_;  // by index of their sources
  std::map<TopicPartition, Tap*> tap_by_partition_;
  std::map<TopicName, int> topics_;  // subscribed to; looks that have missed each
  std::optional<Rebalance> rebalance_;
  bool is_closing_ = false;
  std::optional<Clock::time_point> next_attempt_;  // after librdkafka has given up
  Clock::time_point next_look_;
  std::optional<Error> away_;  // why the last look for topics failed
};

}  // namespace efd::kafka_cluster
