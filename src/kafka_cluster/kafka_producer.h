// SPDX-License-Identifier: MIT
// Producer to a Kafka cluster. For this module.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "broker/broker.h"
#include "kafka_cluster/kafka_client.h"
#include "kafka_cluster/kafka_cluster.h"

struct rd_kafka_topic_s;

namespace efd::kafka_cluster {

class KafkaProducer : public broker::Producer {
 public:
  static Result<std::unique_ptr<KafkaProducer>> open(const KafkaClusterOptions& cluster,
                                                     const broker::ProducerOptions& options);
  // Waits a while for what is on its way, then calls back `cancelled` for the rest.
  ~KafkaProducer() override;

  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override;
  Result<> flush(std::chrono::milliseconds wait) override;
  Result<> check() const override;

 private:
  KafkaProducer() = default;
  Result<rd_kafka_topic_s*> topic_handle(const TopicName& name);
  void on_delivered(const rd_kafka_message_s& message);
  void serve();

  std::shared_ptr<KafkaClient> client_;
  std::mutex mutex_;
  std::unordered_map<TopicName, rd_kafka_topic_s*> topics_;
  std::atomic<uint64_t> failed_{0};  // of those without a call-back, since the last warning
  std::atomic<bool> is_stopped_{false};
  std::thread thread_;
};

}  // namespace efd::kafka_cluster
