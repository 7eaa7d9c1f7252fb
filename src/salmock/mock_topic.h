// SPDX-License-Identifier: MIT
// What a mock SAL sends: topics with their schemas, registered, and their rates.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "registry/registry.h"
#include "sal/profile.h"
#include "sal/shape.h"

namespace efd::salmock {

struct MockTopic {
  TopicName name;  // "lsst.sal.MTMount_Azimuth"; also the schema's subject
  SchemaId schema;
  sal::TopicShape shape;
  std::vector<int> rates_hz;  // one sender each
};

// "MTMount_Azimuth" -> "lsst.sal.MTMount_Azimuth"; a name with that prefix stays.
std::string full_topic_name(std::string_view name);

using Progress = std::function<void(size_t done, size_t total)>;

// Registers the schema of each topic of the profile.
Result<std::vector<MockTopic>> register_topics(const sal::Profile& profile,
                                               registry::SchemaRegistry& registry,
                                               const Progress& progress = {});

// By the latest schema of each one's subject, at 1 Hz. Fails (not_found, bad_input) for one that
// has none, or one that no SAL schema looks like.
Result<std::vector<MockTopic>> find_topics(std::span<const std::string> names,
                                           registry::SchemaRegistry& registry);

// Those that the broker does not have yet, each with one partition.
Result<> create_missing_topics(std::span<const MockTopic> topics, broker::Broker& broker,
                               const Progress& progress = {});

}  // namespace efd::salmock
