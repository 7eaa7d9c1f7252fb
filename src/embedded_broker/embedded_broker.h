// SPDX-License-Identifier: MIT
// The Broker over the commit log of this process.
//
//   EmbeddedBroker broker(*log, *groups);
//   auto reader = broker.reader({.pattern = {"lsst\\..*"}, .see = See::appended, .hold = "store"});
#pragma once

#include "broker/broker.h"
#include "broker/commit_log.h"
#include "groups/group_coordinator.h"

namespace efd::embedded_broker {

// The log and the groups must live longer than the broker, its readers, consumers and producers.
// Call-backs of deliveries may send, but must not wait for the log (flush, await_durable, topics
// made or deleted): they run while it commits.
class EmbeddedBroker : public broker::Broker {
 public:
  // Without groups: there are no consumers.
  explicit EmbeddedBroker(broker::CommitLog& log) : log_(log) {}
  EmbeddedBroker(broker::CommitLog& log, groups::GroupCoordinator& groups)
      : log_(log), groups_(&groups) {}

  Result<std::unique_ptr<broker::Reader>> reader(broker::ReaderOptions options) override;
  Result<std::unique_ptr<broker::Consumer>> consumer(broker::ConsumerOptions options) override;
  Result<std::unique_ptr<broker::Producer>> producer(broker::ProducerOptions options) override;
  Result<std::vector<broker::TopicDescription>> topics() override;
  Result<broker::TopicDescription> topic(const TopicName& name) override;
  Result<broker::TopicDescription> create_topic(const broker::NewTopic& topic) override;
  std::vector<Result<>> create_topics(std::span<const broker::NewTopic> topics) override;
  std::vector<Result<>> delete_topics(std::span<const TopicName> names) override;
  Result<Offset> offset(const TopicPartition& partition, broker::At at) override;
  Result<std::optional<Offset>> offset_at(const TopicPartition& partition,
                                          int64_t timestamp_ms) override;

  // A reader's hold outlives it, so that nothing is dropped while its connector is away: this ends
  // it, when the connector is removed.
  void drop_hold(const std::string& name) { log_.drop_hold(name); }

 private:
  Result<broker::PartitionHandle> find(const TopicPartition& partition) const;
  broker::CommitLog& log_;
  groups::GroupCoordinator* const groups_ = nullptr;
};

}  // namespace efd::embedded_broker
