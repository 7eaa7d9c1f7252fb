// SPDX-License-Identifier: MIT
// Counts of the demo's messages: what the log holds, and what queries count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka_cluster/kafka_cluster.h"

namespace efd::demo {

// Records of the topics `lsst.sal.NAME` in the log: ends less starts; none where there is no topic.
Result<int64_t> count_in_log(const kafka_cluster::KafkaClusterOptions& cluster,
                             const std::vector<std::string>& topics);
// Dead letters in the log.
Result<int64_t> count_dead_letters(const kafka_cluster::KafkaClusterOptions& cluster);
// Rows of the topics by SELECT count("kafka_timestamp").
Result<int64_t> count_by_queries(const std::string& influx_url,
                                 const std::vector<std::string>& topics);

}  // namespace efd::demo
