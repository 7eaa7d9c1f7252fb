// SPDX-License-Identifier: MIT
// The demo's topics in a cluster that is not its own: only those that are not there before, and
// they are taken away again.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka_cluster/kafka_cluster.h"

namespace efd::demo {

class ClusterTopics {
 public:
  // conflict: one of `topics` exists in the cluster, with data that the demo would take for its
  // own.
  static Result<ClusterTopics> reserve(const kafka_cluster::KafkaClusterOptions& cluster,
                                       std::vector<std::string> topics);
  // Deletes those of them that exist by now, and what else of the demo's has come up since.
  Result<> remove() const;

 private:
  kafka_cluster::KafkaClusterOptions cluster_;
  std::vector<std::string> topics_;
};

}  // namespace efd::demo
