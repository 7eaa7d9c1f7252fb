// SPDX-License-Identifier: MIT
// Where a command finds the servers that it works with.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "broker/broker.h"

namespace efd::app {

// From the command line, else $BROKER and $SCHEMAREGISTRY.
struct Targets {
  std::string broker = "127.0.0.1:9092";
  std::vector<std::string> broker_settings;  // librdkafka's, "NAME=VALUE"
  std::string registry_url = "http://127.0.0.1:8081";
  std::string influx_url = "http://127.0.0.1:8086";
};

// bad_input: librdkafka does not know one of the settings, or its value; retry: no
// broker answers.
Result<std::unique_ptr<broker::Broker>> connect_broker(const Targets& targets);

// "NAME=VALUE" each, which check_broker_setting has passed.
std::map<std::string, std::string> parse_broker_settings(std::span<const std::string> settings);

}  // namespace efd::app
