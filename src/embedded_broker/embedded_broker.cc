// SPDX-License-Identifier: MIT
#include "embedded_broker/embedded_broker.h"

#include "broker/internal_topics.h"
#include "embedded_broker/embedded_consumer.h"
#include "embedded_broker/embedded_producer.h"
#include "embedded_broker/embedded_reader.h"

namespace efd::embedded_broker {

Result<std::unique_ptr<broker::Reader>> EmbeddedBroker::reader(broker::ReaderOptions options) {
  EFD_ASSIGN(auto reader, EmbeddedReader::open(log_, std::move(options)));
  return std::unique_ptr<broker::Reader>(std::move(reader));
}

Result<std::unique_ptr<broker::Consumer>> EmbeddedBroker::consumer(
    broker::ConsumerOptions options) {
  if (!groups_)
    return fail(ErrorCode::give_up, "group '{}': this broker was made without groups",
                options.group);
  EFD_ASSIGN(auto consumer, EmbeddedConsumer::open(log_, *groups_, std::move(options)));
  return std::unique_ptr<broker::Consumer>(std::move(consumer));
}

Result<std::unique_ptr<broker::Producer>> EmbeddedBroker::producer(
    broker::ProducerOptions options) {
  EFD_ASSIGN(auto producer, EmbeddedProducer::open(log_, options));
  return std::unique_ptr<broker::Producer>(std::move(producer));
}

Result<std::vector<broker::TopicDescription>> EmbeddedBroker::topics() {
  return log_.topics();
}

Result<broker::TopicDescription> EmbeddedBroker::topic(const TopicName& name) {
  if (auto topic = log_.find_topic(name)) return *topic;
  return fail(ErrorCode::not_found, "topic '{}' does not exist", name.value());
}

Result<broker::TopicDescription> EmbeddedBroker::create_topic(const broker::NewTopic& topic) {
  if (broker::is_internal_topic(topic.name.value()))
    return fail(ErrorCode::bad_input, "topic '{}' is the broker's own", topic.name.value());
  return log_.create_topic(topic);
}

std::vector<Result<>> EmbeddedBroker::create_topics(std::span<const broker::NewTopic> topics) {
  std::vector<Result<>> results;
  for (const broker::NewTopic& topic : topics) {
    auto made = create_topic(topic);
    results.push_back(made ? Result<>() : fail(made.error()));
  }
  return results;
}

std::vector<Result<>> EmbeddedBroker::delete_topics(std::span<const TopicName> names) {
  std::vector<Result<>> results;
  for (const TopicName& name : names)
    results.push_back(
        broker::is_internal_topic(name.value())
            ? fail(ErrorCode::bad_input, "topic '{}' is the broker's own", name.value())
            : log_.delete_topic(name));
  return results;
}

Result<broker::PartitionHandle> EmbeddedBroker::find(const TopicPartition& partition) const {
  broker::PartitionHandle handle = log_.partition(partition.topic, partition.partition);
  if (handle) return handle;
  return fail(ErrorCode::not_found, "partition {}-{} does not exist", partition.topic.value(),
              partition.partition.value());
}

Result<Offset> EmbeddedBroker::offset(const TopicPartition& partition, broker::At at) {
  EFD_ASSIGN(broker::PartitionHandle handle, find(partition));
  broker::PartitionState state = log_.state(*handle);
  if (at == broker::At::earliest) return state.log_start;
  return at == broker::At::end ? state.log_end : state.high_watermark;
}

Result<std::optional<Offset>> EmbeddedBroker::offset_at(const TopicPartition& partition,
                                                        int64_t timestamp_ms) {
  EFD_ASSIGN(broker::PartitionHandle handle, find(partition));
  EFD_ASSIGN(auto found, log_.find_by_time(*handle, timestamp_ms));
  if (!found) return std::optional<Offset>();
  return std::optional(found->offset);
}

}  // namespace efd::embedded_broker
