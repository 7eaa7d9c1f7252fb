// SPDX-License-Identifier: MIT
// What a Kafka cluster is asked about its consumer groups. For this module.
#pragma once

#include <chrono>
#include <string>

#include "kafka_cluster/kafka_client.h"

namespace efd::kafka_cluster {

// Whether a group has a static member of this name (Kafka's group.instance.id). Blocks up to
// `timeout`, and is thread-safe.
Result<bool> has_static_member(KafkaClient& client, const std::string& group,
                               const std::string& instance, std::chrono::milliseconds timeout);

}  // namespace efd::kafka_cluster
