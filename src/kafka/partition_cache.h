// SPDX-License-Identifier: MIT
// PartitionCache: a connection's own table from topic name and number to the log's partitions, so
// that a produced batch costs a hash and no lock. What was deleted and made anew is found again
// through forget(). Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "broker/commit_log.h"

namespace efd::kafka {

// The most partitions in the table; at the next one it starts anew.
constexpr size_t kCachedPartitionsMax = 16'384;

class PartitionCache {
 public:
  explicit PartitionCache(const broker::CommitLog& log) : log_(log) {}

  // Null if there is no such partition. Valid until the next call.
  broker::LogPartition* find(std::string_view topic, int32_t partition) {
    auto cached = partitions_.find(Key{topic, partition});
    return cached != partitions_.end() ? cached->second.get() : look_up(topic, partition);
  }
  // The partition turned out to be deleted: the next find() asks the log again.
  void forget(std::string_view topic, int32_t partition);
  void clear() { partitions_.clear(); }

 private:
  struct Key {
    std::string_view topic;
    int32_t partition;
  };
  struct OwnedKey {
    std::string topic;
    int32_t partition;
    operator Key() const { return {topic, partition}; }
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Key& key) const {
      return hash_bytes(key.topic) ^ static_cast<size_t>(key.partition);
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Key& a, const Key& b) const {
      return a.partition == b.partition && a.topic == b.topic;
    }
  };

  broker::LogPartition* look_up(std::string_view topic, int32_t partition);

  const broker::CommitLog& log_;
  std::unordered_map<OwnedKey, broker::PartitionHandle, Hash, Equal> partitions_;
};

}  // namespace efd::kafka
