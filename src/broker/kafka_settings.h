// SPDX-License-Identifier: MIT
// librdkafka's settings of one client. For this module.
#pragma once

#include "broker/kafka_client.h"
#include "broker/kafka_cluster.h"

namespace efd::broker {

// `own` are those of a reader or producer; the cluster's win.
inline KafkaClient::Settings kafka_settings(const KafkaClusterOptions& cluster,
                                            KafkaClient::Settings own) {
  KafkaClient::Settings settings = cluster.settings;
  settings.emplace("bootstrap.servers", cluster.bootstrap);
  settings.emplace("client.id", "efd");
  settings.merge(own);
  return settings;
}

}  // namespace efd::broker
