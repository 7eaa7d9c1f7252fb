// SPDX-License-Identifier: MIT
// The topics that exist, by name and by id. Guarded by the log's lock. For this module.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "broker/log/partition.h"

namespace efd::broker {

struct Topic {
  std::shared_ptr<TopicFacts> facts;
  std::vector<PartitionHandle> partitions;  // by number

  TopicDescription description() const {
    return {facts->name, facts->id, static_cast<int32_t>(partitions.size()), facts->config};
  }
};
using TopicPointer = std::shared_ptr<Topic>;

TopicPointer make_topic(const TopicDescription& description, const TopicSettings& settings);
// Up to so many partitions.
void add_partitions(Topic& topic, int32_t count);

class TopicTable {
 public:
  using ByName = std::unordered_map<TopicName, TopicPointer>;

  void insert(TopicPointer topic);
  void erase(const Topic& topic);
  void grow(Topic& topic, int32_t partitions);
  TopicPointer find(const TopicName& name) const;
  TopicPointer find(const TopicId& id) const;
  // One whose name would be the same in a metric, where Kafka writes '.' as '_'.
  TopicPointer find_alike(const TopicName& name) const;
  const ByName& all() const { return by_name_; }
  size_t partition_count() const { return partition_count_; }

 private:
  ByName by_name_;
  std::unordered_map<TopicId, TopicPointer> by_id_;
  std::unordered_map<std::string, TopicPointer> by_metric_name_;
  size_t partition_count_ = 0;
};

}  // namespace efd::broker
