// SPDX-License-Identifier: MIT
// The main job as one call: servers of its own, the designed experiment against them, and a report.
#pragma once

#include <string>

#include "base/result.h"
#include "kafka_cluster/kafka_cluster.h"

namespace efd::demo {

struct Options {
  double duration_s = 60;
  double rate_scale = 1;
  std::string xml;  // of the experiment's topics; empty: those of SQR-029
  kafka_cluster::KafkaClusterOptions cluster;  // Apache Kafka; `bootstrap` empty: our own log
  std::string program;  // the executable of `efd`, which it starts several times
};

// Prints what it does and finds. False: the counts do not agree. An error: it came to no count.
Result<bool> run(const Options& options);

}  // namespace efd::demo
