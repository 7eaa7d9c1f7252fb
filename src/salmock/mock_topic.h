// SPDX-License-Identifier: MIT
// What a mock SAL sends: topics with their schemas, registered, and their rates.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "registry/registry.h"
#include "sal/profile.h"
#include "sal/shape.h"
#include "sal/text_plan.h"

namespace efd::salmock {

struct MockTopic {
  TopicName name;  // where messages go: "lsst.sal.MTMount_Azimuth", also the schema's subject
  SchemaId schema;
  sal::TopicShape shape;
  std::vector<int> rates_hz;     // one sender each
  sal::SalTypes sal_types = {};  // as far as they are known
  bool is_keyed = false;         // its texts have its component's index, kTextIndex
  // How SAL prints its messages, which then go to "MTMount_telemetry"; null: they go as Avro.
  std::shared_ptr<const sal::TextPlan> text = nullptr;
};

// The instance of a keyed component that is mocked: SAL counts them from 1.
constexpr int64_t kTextIndex = 1;

// "MTMount_Azimuth" -> "lsst.sal.MTMount_Azimuth"; a name with that prefix stays.
std::string full_topic_name(std::string_view name);

using Progress = std::function<void(size_t done, size_t total)>;

// Registers the schema of each topic of the profile.
Result<std::vector<MockTopic>> register_topics(const sal::Profile& profile,
                                               registry::SchemaRegistry& registry,
                                               const Progress& progress = {});

// The named topics with the latest schema of each one's subject, at 1 Hz. A schema does not tell
// whether its component is keyed; the designed experiment's list does. Fails for a topic without a
// schema (not_found), or with one that is not SAL's (bad_input).
Result<std::vector<MockTopic>> find_topics(std::span<const std::string> names,
                                           registry::SchemaRegistry& registry);

// Changes the messages from Avro to text as SAL prints it, in one topic for each component and
// kind. Fails (bad_input) for a topic that cannot be written as text.
Result<> send_as_text(std::vector<MockTopic>& topics);

// Those that the broker does not have yet, each with one partition.
Result<> create_missing_topics(std::span<const MockTopic> topics, broker::Broker& broker);

}  // namespace efd::salmock
