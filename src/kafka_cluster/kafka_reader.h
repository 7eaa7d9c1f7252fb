// SPDX-License-Identifier: MIT
// Reader of a Kafka cluster, without a group: all partitions of a pattern, their messages in one
// queue of librdkafka. For this module.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "broker/broker.h"
#include "broker/topic_matcher.h"
#include "kafka_cluster/kafka_client.h"
#include "kafka_cluster/kafka_cluster.h"
#include "kafka_cluster/kafka_message_queue.h"

struct rd_kafka_topic_s;

namespace efd::kafka_cluster {

class KafkaReader : public broker::Reader {
 public:
  // bad_input: the pattern is no regular expression.
  static Result<std::unique_ptr<KafkaReader>> open(const KafkaClusterOptions& cluster,
                                                   broker::ReaderOptions options);
  ~KafkaReader() override;

  Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) override;
  Result<> seek(const broker::Source& source, Offset next) override;
  void pause(const broker::Source& source) override;
  void resume(const broker::Source& source) override;
  Result<> await_durable(std::span<const Position>, std::stop_token) override { return {}; }
  Result<> release(std::span<const Position>, std::optional<UtcTime>) override { return {}; }
  std::vector<const broker::Source*> sources() const override;
  Result<broker::LogRange> range(const broker::Source& source) override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Topic;
  struct Tap {  // one partition
    broker::Source source;
    Topic* topic;
  };
  // Stays when the topic is deleted: librdkafka keeps one handle for each name.
  struct Topic {
    rd_kafka_topic_s* handle = nullptr;
    std::vector<Tap*> taps;  // by partition; none while the topic does not exist
    int looks_missed = 0;    // of the last looks for topics, those that did not find it
  };

  KafkaReader(broker::ReaderOptions options, broker::TopicMatcher matcher) noexcept
      : options_(std::move(options)), matcher_(std::move(matcher)) {}
  Result<> look_for_topics();
  Result<> adopt(const broker::TopicDescription& description);
  Result<> start_waiting();
  Result<> start(Tap& tap, const broker::LogRange& range);
  Result<Topic*> open_topic(const TopicName& name);
  void forget_missing(const std::vector<broker::TopicDescription>& topics);
  void forget(Topic& topic);
  bool is_alive(const Tap& tap) const;
  const broker::Source* source_of(const rd_kafka_message_s& message) const;
  void set_paused(const broker::Source& source, bool is_paused);

  const broker::ReaderOptions options_;
  const broker::TopicMatcher matcher_;
  std::chrono::milliseconds timeout_{0};
  std::chrono::milliseconds look_interval_{0};
  std::shared_ptr<KafkaClient> client_;
  std::optional<KafkaMessageQueue> queue_;
  std::map<TopicName, std::unique_ptr<Topic>> topics_;
  std::vector<std::unique_ptr<Tap>> taps_;  // by index of their sources
  std::vector<Tap*> waiting_;               // to be started
  Clock::time_point next_look_;
  std::optional<Error> away_;  // why the last look for topics failed
};

}  // namespace efd::kafka_cluster
