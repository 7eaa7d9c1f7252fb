// SPDX-License-Identifier: MIT
// The Broker over a Kafka cluster elsewhere, by librdkafka.
//
//   EFD_ASSIGN(auto broker, connect_kafka_cluster({.bootstrap = "127.0.0.1:9092"}));
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "broker/broker.h"

namespace efd::kafka_cluster {

struct KafkaClusterOptions {
  std::string bootstrap;  // "host:port,..."
  // librdkafka's, by its names ("security.protocol" ...), of every client that the broker makes;
  // they win over what follows from other options.
  std::map<std::string, std::string> settings;
  std::chrono::milliseconds timeout{10'000};  // of every call that asks the cluster
};

// Returns when a broker has answered. `retry`: none did, "cannot reach Kafka at ..."; bad_input: a
// setting that librdkafka does not know.
//
// What differs from the embedded log: topics have no ids (librdkafka 2.0), so one that is deleted
// and made anew between two looks at the list of topics (every 3 s, or as the setting
// topic.metadata.refresh.interval.ms says) seems the same; of a topic that is made or deleted some
// brokers know a moment later; await_durable and release return at
// once; send fails for an unknown topic only in its call-back. Readers and producers have a
// connection of their own and may outlive the broker.
Result<std::unique_ptr<broker::Broker>> connect_kafka_cluster(KafkaClusterOptions options);

}  // namespace efd::kafka_cluster
