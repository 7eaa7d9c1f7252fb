// SPDX-License-Identifier: MIT
// Where the servers of a demo are.
#pragma once

#include <string>
#include <vector>

#include "kafka_cluster/kafka_cluster.h"

namespace efd::demo {

struct Endpoints {
  kafka_cluster::KafkaClusterOptions broker;
  std::string registry_url;
  std::string influx_url;
};

// As the commands of `efd` take librdkafka's settings: "--broker-set", "NAME=VALUE", for each.
inline std::vector<std::string> broker_arguments(const kafka_cluster::KafkaClusterOptions& broker) {
  std::vector<std::string> arguments;
  for (const auto& [name, value] : broker.settings) {
    arguments.push_back("--broker-set");
    arguments.push_back(name + "=" + value);
  }
  return arguments;
}

}  // namespace efd::demo
