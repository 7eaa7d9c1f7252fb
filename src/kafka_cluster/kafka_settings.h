// SPDX-License-Identifier: MIT
// librdkafka's settings of one client. For this module.
#pragma once

#include <chrono>

#include "kafka_cluster/kafka_client.h"
#include "kafka_cluster/kafka_cluster.h"

namespace efd::kafka_cluster {

// `own` are those of a reader, consumer or producer; the cluster's win.
KafkaClient::Settings kafka_settings(const KafkaClusterOptions& cluster, KafkaClient::Settings own);
// Own ones of readers and consumers whose batches are of about so many bytes.
KafkaClient::Settings kafka_reader_settings(size_t batch_bytes_max);

// How often a client with these settings looks for topics that appear or go.
std::chrono::milliseconds look_interval(const KafkaClient::Settings& settings);
// How long one look may take: an outage is told soon, and ends the wait of a stop.
constexpr std::chrono::milliseconds kLookTimeout{3'000};
// When to look again after a look that failed.
constexpr std::chrono::milliseconds kLookAgain{1'000};

}  // namespace efd::kafka_cluster
