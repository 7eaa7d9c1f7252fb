// SPDX-License-Identifier: MIT
#include "broker/log/topic_table.h"

#include <algorithm>

namespace efd::broker {
namespace {

std::string metric_name(const TopicName& name) {
  std::string text = name.value();
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

template <class Map, class Key>
TopicPointer find_in(const Map& map, const Key& key) {
  auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

TopicPointer make_topic(const TopicDescription& description, const TopicSettings& settings) {
  auto topic = std::make_shared<Topic>();
  topic->facts = std::make_shared<TopicFacts>(
      TopicFacts{description.name, description.id, description.config, settings});
  add_partitions(*topic, description.partitions);
  return topic;
}

void add_partitions(Topic& topic, int32_t count) {
  for (auto i = static_cast<int32_t>(topic.partitions.size()); i < count; ++i)
    topic.partitions.push_back(std::make_shared<LogPartition>(topic.facts, Partition(i)));
}

void TopicTable::insert(TopicPointer topic) {
  partition_count_ += topic->partitions.size();
  by_id_[topic->facts->id] = topic;
  by_metric_name_[metric_name(topic->facts->name)] = topic;
  by_name_[topic->facts->name] = std::move(topic);
}

void TopicTable::grow(Topic& topic, int32_t partitions) {
  partition_count_ -= topic.partitions.size();
  add_partitions(topic, partitions);
  partition_count_ += topic.partitions.size();
}

void TopicTable::erase(const Topic& topic) {
  partition_count_ -= topic.partitions.size();
  // The maps hold the topic: copy what names it.
  std::shared_ptr<const TopicFacts> facts = topic.facts;
  by_id_.erase(facts->id);
  by_metric_name_.erase(metric_name(facts->name));
  by_name_.erase(facts->name);
}

TopicPointer TopicTable::find(const TopicName& name) const {
  return find_in(by_name_, name);
}
TopicPointer TopicTable::find(const TopicId& id) const {
  return find_in(by_id_, id);
}
TopicPointer TopicTable::find_alike(const TopicName& name) const {
  return find_in(by_metric_name_, metric_name(name));
}

}  // namespace efd::broker
