// SPDX-License-Identifier: MIT
#include "kafka/partition_cache.h"

namespace efd::kafka {

broker::LogPartition* PartitionCache::look_up(std::string_view topic, int32_t partition) {
  broker::PartitionHandle found =
      log_.partition(TopicName(std::string(topic)), Partition(partition));
  if (!found) return nullptr;
  if (partitions_.size() >= kCachedPartitionsMax) partitions_.clear();
  broker::LogPartition* raw = found.get();
  partitions_.emplace(OwnedKey{std::string(topic), partition}, std::move(found));
  return raw;
}

void PartitionCache::forget(std::string_view topic, int32_t partition) {
  auto cached = partitions_.find(Key{topic, partition});
  if (cached != partitions_.end()) partitions_.erase(cached);
}

}  // namespace efd::kafka
