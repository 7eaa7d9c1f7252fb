// SPDX-License-Identifier: MIT
// Producer into the commit log of this process: records gather for `linger`, become one batch a
// partition and are appended by a call. For this module.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "broker/batch_builder.h"
#include "broker/broker.h"
#include "broker/commit_log.h"

namespace efd::embedded_broker {

// The partition of a key, as Kafka's own clients choose it (murmur2).
int32_t partition_of_key(std::string_view key, int32_t partitions);

class EmbeddedProducer : public broker::Producer {
 public:
  static Result<std::unique_ptr<EmbeddedProducer>> open(broker::CommitLog& log,
                                                        broker::ProducerOptions options);
  ~EmbeddedProducer() override;

  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override;
  Result<> flush(std::chrono::milliseconds wait) override;

 private:
  // The batch of one partition that is being gathered.
  struct Gathering {
    broker::PartitionHandle partition;
    broker::BatchBuilder batch;
    std::vector<broker::OnDelivery> on_delivery;  // by record
    size_t bytes = 0;
    int32_t next_sequence = 0;
  };
  struct TopicEntry {
    TopicId id;
    std::vector<std::unique_ptr<Gathering>> partitions;
    uint32_t next = 0;  // where the next record without a key goes
  };
  // What is on its way; outlives the producer when it is destroyed meanwhile.
  struct InFlight {
    std::mutex mutex;
    std::condition_variable_any landed;
    size_t records = 0;
    size_t bytes = 0;
  };
  // An appended batch whose records wait to be told.
  struct Sent {
    Result<broker::Delivery> first;  // of its first record
    std::vector<broker::OnDelivery> on_delivery;
    size_t bytes = 0;
    uint64_t sequence = 0;  // in the log; 0: it was refused
    bool waits = false;     // until that is durable
  };

  EmbeddedProducer(broker::CommitLog& log, broker::ProducerOptions options)
      : log_(log), options_(options) {}
  Result<TopicEntry*> find_topic(const TopicName& name);
  Result<> gather(const broker::NewRecord& record, broker::OnDelivery on_delivery);
  Result<Gathering*> choose(TopicEntry& topic, const broker::NewRecord& record);
  Result<> reserve(size_t bytes);
  Result<> take_id();      // under mutex_
  void append_gathered();  // under mutex_
  // What has been appended is delivered with no lock held: call-backs may send.
  void deliver_sent();
  Sent append(Gathering& gathering);
  bool waits_for_sync(const broker::LogPartition& partition) const;
  Result<broker::Appended> append_with_patience(broker::LogPartition& partition,
                                                std::string_view batch);
  void wait_for_room();
  void deliver_when_durable(std::vector<Sent> sent);
  static void deliver(const std::vector<Sent>& sent, const Result<>& durable, InFlight& in_flight);
  void run();

  broker::CommitLog& log_;
  const broker::ProducerOptions options_;
  ProducerId id_{-1};
  const std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>();

  std::mutex mutex_;
  std::unordered_map<TopicName, TopicEntry> topics_;
  std::vector<Gathering*> gathered_;  // those with records
  std::vector<Sent> sent_;            // appended, nobody told
  std::condition_variable_any wake_;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace efd::embedded_broker
