// SPDX-License-Identifier: MIT
// What a Kafka cluster is asked about its topics. For this module; every call blocks up to
// `timeout` and is thread-safe.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "broker/broker.h"
#include "kafka_cluster/kafka_client.h"

namespace efd::kafka_cluster {

// All topics by name, with their numbers of partitions, without what is set for them.
Result<std::vector<broker::TopicDescription>> list_kafka_topics(KafkaClient& client,
                                                                std::chrono::milliseconds timeout);
// Fills in what is set for the topic; nothing, and a warning, when the cluster does not tell.
void describe_kafka_topic(KafkaClient& client, broker::TopicDescription& topic,
                          std::chrono::milliseconds timeout);
// One request: what became of each topic, in their order.
std::vector<Result<>> create_kafka_topics(KafkaClient& client,
                                          std::span<const broker::NewTopic> topics,
                                          std::chrono::milliseconds timeout);
// One request, in the same way.
std::vector<Result<>> delete_kafka_topics(KafkaClient& client, std::span<const TopicName> names,
                                          std::chrono::milliseconds timeout);

// In place of a timestamp.
constexpr int64_t kTimeLatest = -1;
constexpr int64_t kTimeEarliest = -2;

// For each partition the first offset at or after a time, -1 if there is none; one request to each
// broker.
std::vector<Result<Offset>> find_kafka_offsets(KafkaClient& client,
                                               std::span<const TopicPartition> partitions,
                                               int64_t timestamp_ms,
                                               std::chrono::milliseconds timeout);
// Where the log of one partition begins and ends.
Result<broker::LogRange> find_kafka_range(KafkaClient& client, const TopicPartition& partition,
                                          std::chrono::milliseconds timeout);
// bad_input: a seek to `next` would leave the log.
Result<> check_within(const broker::Source& source, Offset next, const broker::LogRange& range);

}  // namespace efd::kafka_cluster
