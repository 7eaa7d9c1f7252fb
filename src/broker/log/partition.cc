// SPDX-License-Identifier: MIT
#include "broker/log/partition.h"

#include <algorithm>

namespace efd::broker {

void Watchers::add(CommitLog::Waiter& waiter, See see) {
  std::lock_guard lock(mutex_);
  waiters_.emplace_back(&waiter, see);
}

void Watchers::remove(CommitLog::Waiter& waiter) {
  std::lock_guard lock(mutex_);
  std::erase_if(waiters_, [&](const auto& entry) { return entry.first == &waiter; });
}

void Watchers::tell(LogPartition& partition, See see) {
  std::lock_guard lock(mutex_);
  for (const auto& [waiter, wanted] : waiters_)
    if (wanted == see) waiter->on_new_data(partition);
}

const TopicName& topic_name(const LogPartition& partition) {
  return partition.topic->name;
}
const TopicId& topic_id(const LogPartition& partition) {
  return partition.topic->id;
}
Partition partition_number(const LogPartition& partition) {
  return partition.number;
}

}  // namespace efd::broker
