// SPDX-License-Identifier: MIT
#include "groups/assignors.h"

#include <algorithm>

namespace efd::groups {
namespace {

bool comes_before(const AssignedMember& a, const AssignedMember& b) {
  if (a.instance && b.instance) return *a.instance < *b.instance;
  if (a.instance || b.instance) return a.instance.has_value();
  return a.id < b.id;
}

// Topics are given one after the other.
void give(const std::string& topic, int32_t partition, Assignment& assignment) {
  std::vector<TopicPartitions>& topics = assignment.partitions;
  if (topics.empty() || topics.back().topic != topic) topics.push_back({topic, {}});
  topics.back().partitions.push_back(partition);
}

void assign_topic(const std::string& topic, int32_t partitions,
                  const std::vector<const AssignedMember*>& members,
                  std::map<std::string, Assignment>& assignments) {
  auto count = static_cast<int32_t>(members.size());
  int32_t each = partitions / count, extra = partitions % count;
  int32_t next = 0;
  for (int32_t i = 0; i < count; ++i) {
    int32_t end = next + each + (i < extra ? 1 : 0);
    while (next < end) give(topic, next++, assignments[members[static_cast<size_t>(i)]->id]);
  }
}

// The members that want each topic, in their order.
using Wanted = std::map<std::string, std::vector<const AssignedMember*>>;

Wanted wanted_topics(const std::vector<AssignedMember>& members) {
  Wanted wanted;
  for (const AssignedMember& member : members)
    for (const std::string& topic : member.topics) {
      auto& wanting = wanted[topic];
      if (wanting.empty() || wanting.back() != &member) wanting.push_back(&member);
    }
  return wanted;
}

// Nothing yet, for every member.
std::map<std::string, Assignment> empty_assignments(const std::vector<AssignedMember>& members) {
  std::map<std::string, Assignment> assignments;
  for (const AssignedMember& member : members) assignments[member.id];
  return assignments;
}

}  // namespace

std::map<std::string, Assignment> assign_ranges(std::vector<AssignedMember> members,
                                                const PartitionCount& partition_count) {
  std::sort(members.begin(), members.end(), comes_before);
  std::map<std::string, Assignment> assignments = empty_assignments(members);
  for (const auto& [topic, wanting] : wanted_topics(members)) {
    int32_t partitions = partition_count(topic);
    if (partitions > 0) assign_topic(topic, partitions, wanting, assignments);
  }
  return assignments;
}

std::map<std::string, Assignment> assign_in_turn(std::vector<AssignedMember> members,
                                                 const PartitionCount& partition_count) {
  std::sort(members.begin(), members.end(), comes_before);
  std::map<std::string, Assignment> assignments = empty_assignments(members);
  size_t turn = 0;
  for (const auto& [topic, wanting] : wanted_topics(members)) {
    int32_t partitions = partition_count(topic);
    auto wants = [&wanting = wanting](const AssignedMember& member) {
      return std::find(wanting.begin(), wanting.end(), &member) != wanting.end();
    };
    for (int32_t partition = 0; partition < partitions; ++partition, ++turn) {
      while (!wants(members[turn % members.size()])) ++turn;
      give(topic, partition, assignments[members[turn % members.size()].id]);
    }
  }
  return assignments;
}

}  // namespace efd::groups
