// SPDX-License-Identifier: MIT
#include "salmock/mock_topic.h"

#include <unordered_set>

#include "json/writer.h"

namespace efd::salmock {
namespace {

Result<MockTopic> find_topic(const std::string& name, registry::SchemaRegistry& registry) {
  std::string full_name = full_topic_name(name);
  EFD_ASSIGN(auto latest, registry.latest(Subject(full_name)));
  EFD_ASSIGN(json::Value schema, json::parse(latest.text));
  EFD_ASSIGN(sal::TopicShape shape, sal::shape_of_schema(schema));
  MockTopic topic{TopicName(full_name), latest.id, std::move(shape), {1}};
  const sal::ProfileTopic* designed = sal::sqr029().find(topic.shape.name);
  topic.is_keyed = designed != nullptr && designed->is_keyed;
  return topic;
}

}  // namespace

std::string full_topic_name(std::string_view name) {
  std::string prefix = std::string(sal::kNamespace) + ".";
  return name.starts_with(prefix) ? std::string(name) : prefix + std::string(name);
}

Result<std::vector<MockTopic>> register_topics(const sal::Profile& profile,
                                               registry::SchemaRegistry& registry,
                                               const Progress& progress) {
  std::vector<MockTopic> topics;
  for (const sal::ProfileTopic& topic : profile.topics) {
    std::string name = full_topic_name(topic.shape.name);
    auto id = registry.add(Subject(name), json::dump(sal::schema_of(topic.shape)));
    if (!id) return fail_in("schema of " + name, id.error());
    topics.push_back(
        {TopicName(name), *id, topic.shape, topic.rates_hz, topic.sal_types, topic.is_keyed});
    if (progress) progress(topics.size(), profile.topics.size());
  }
  return topics;
}

Result<std::vector<MockTopic>> find_topics(std::span<const std::string> names,
                                           registry::SchemaRegistry& registry) {
  std::vector<MockTopic> topics;
  for (const std::string& name : names) {
    auto topic = find_topic(name, registry);
    if (!topic) return fail_in("topic " + name, topic.error());
    topics.push_back(std::move(*topic));
  }
  return topics;
}

Result<> send_as_text(std::vector<MockTopic>& topics) {
  for (MockTopic& topic : topics) {
    EFD_ASSIGN(topic.text, sal::TextPlan::compile(topic.shape, {}, topic.sal_types));
    topic.name = TopicName(sal::text_source(topic.shape));
  }
  return {};
}

Result<> create_missing_topics(std::span<const MockTopic> topics, broker::Broker& broker) {
  EFD_ASSIGN(auto there, broker.topics());
  std::unordered_set<TopicName> names;
  for (const broker::TopicDescription& topic : there) names.insert(topic.name);
  std::vector<broker::NewTopic> missing;
  for (const MockTopic& topic : topics)
    if (names.insert(topic.name).second) missing.push_back({.name = topic.name, .config = {}});
  EFD_TRY(broker.create_missing_topics(missing));
  return {};
}

}  // namespace efd::salmock
