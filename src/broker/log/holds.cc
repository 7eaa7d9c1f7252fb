// SPDX-License-Identifier: MIT
#include "broker/log/holds.h"

#include <algorithm>

namespace efd::broker {

void Holds::set(const std::string& name, std::function<bool(const TopicName&)> matches,
                const TopicTable& topics) {
  auto same = std::find_if(holders_.begin(), holders_.end(),
                           [&](const Holder& holder) { return holder.name == name; });
  if (same != holders_.end()) {
    same->matches = std::move(matches);
  } else {
    holders_.push_back({name, std::move(matches)});
  }
  for (const auto& [topic_name, topic] : topics.all())
    for (const PartitionHandle& partition : topic->partitions) extend(*partition);
}

void Holds::extend(LogPartition& partition) const {
  for (uint32_t holder = 0; holder < holders_.size(); ++holder) {
    if (holders_[holder].name.empty() || !holders_[holder].matches(partition.topic->name)) continue;
    bool has = std::any_of(partition.holds.begin(), partition.holds.end(),
                           [&](const PartitionHold& hold) { return hold.holder == holder; });
    if (!has) partition.holds.push_back({holder, partition.log_start});
  }
}

void Holds::release(const std::string& name, LogPartition& partition, Offset below) const {
  for (PartitionHold& hold : partition.holds)
    if (holders_[hold.holder].name == name) hold.from = std::max(hold.from, below);
}

void Holds::drop(const std::string& name, const TopicTable& topics) {
  for (uint32_t holder = 0; holder < holders_.size(); ++holder) {
    if (holders_[holder].name != name) continue;
    holders_[holder] = {};
    for (const auto& [topic_name, topic] : topics.all())
      for (const PartitionHandle& partition : topic->partitions)
        std::erase_if(partition->holds,
                      [&](const PartitionHold& hold) { return hold.holder == holder; });
  }
}

std::string Holds::name_of_slowest(const TopicTable& topics) const {
  std::vector<uint64_t> kept(holders_.size());
  for (const auto& [name, topic] : topics.all())
    for (const PartitionHandle& partition : topic->partitions)
      for (const PartitionHold& hold : partition->holds)
        for (const Segment& segment : partition->segments)
          if (segment.end_offset > hold.from.value()) kept[hold.holder] += segment.length;
  const auto most = std::max_element(kept.begin(), kept.end());
  return most == kept.end() ? "" : holders_[static_cast<size_t>(most - kept.begin())].name;
}

}  // namespace efd::broker
