// SPDX-License-Identifier: MIT
#include "app/targets.h"

#include "kafka_cluster/kafka_cluster.h"

namespace efd::app {

std::map<std::string, std::string> parse_broker_settings(std::span<const std::string> settings) {
  std::map<std::string, std::string> parsed;
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    parsed[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return parsed;
}

Result<std::unique_ptr<broker::Broker>> connect_broker(const Targets& targets) {
  kafka_cluster::KafkaClusterOptions options;
  options.bootstrap = targets.broker;
  options.settings = parse_broker_settings(targets.broker_settings);
  return kafka_cluster::connect_kafka_cluster(std::move(options));
}

}  // namespace efd::app
