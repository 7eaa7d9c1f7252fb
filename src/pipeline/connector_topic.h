// SPDX-License-Identifier: MIT
// ConnectorTopic: the connectors that calls have made, in the topic efd.connectors of the log, so
// that they are there after a restart (docs/formats/connectors-topic.md).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "broker/broker.h"
#include "pipeline/connector.h"

namespace efd::pipeline {

inline const TopicName kConnectorTopic{"efd.connectors"};

struct KeptConnector {
  ConnectorOptions options;
  std::optional<InfluxConnectorOptions> influx;
};

// What the topic says.
struct KeptConnectors {
  std::map<ConnectorName, KeptConnector> connectors;
  std::set<ConnectorName> paused;  // those of the configuration, too
};

// A record's value, and back. bad_input names what is wrong in it.
std::string format_connector(const KeptConnector& connector);
Result<KeptConnector> parse_connector(const ConnectorName& name, std::string_view text);

// Used by one thread at a time.
class ConnectorTopic {
 public:
  // `broker` outlives it. The topic is made with the first record.
  explicit ConnectorTopic(broker::Broker& broker) : broker_(broker) {}

  // The last record of each key; one that cannot be read is told in the log and left out.
  Result<KeptConnectors> read();
  // Durable when they return.
  Result<> write(const KeptConnector& connector);
  Result<> remove(const ConnectorName& name);
  Result<> write_state(const ConnectorName& name, bool is_paused);

 private:
  Result<> send(const std::string& key, const std::optional<std::string>& value);
  Result<> ensure_topic();

  broker::Broker& broker_;
  std::unique_ptr<broker::Producer> producer_;
};

}  // namespace efd::pipeline
