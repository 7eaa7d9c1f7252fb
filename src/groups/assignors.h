// SPDX-License-Identifier: MIT
// Which member of a group gets which partitions, as Kafka's clients have it.
//
// `roundrobin` deals all partitions of all topics out in turn: what our members prefer, because
// topics of one partition are shared, too. `range` gives each member one run of each topic's
// partitions: what every client knows.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "groups/consumer_protocol.h"

namespace efd::groups {

inline constexpr std::string_view kRoundRobinAssignor = "roundrobin";
inline constexpr std::string_view kRangeAssignor = "range";

struct AssignedMember {
  std::string id;
  std::optional<std::string> instance;
  std::vector<std::string> topics;
};

// How many partitions a topic has; 0: it does not exist.
using PartitionCount = std::function<int32_t(const std::string& topic)>;

// By member id, for every member. In the order of Kafka's: static members first, by their names,
// then the others by their ids.
std::map<std::string, Assignment> assign_ranges(std::vector<AssignedMember> members,
                                                const PartitionCount& partition_count);
std::map<std::string, Assignment> assign_in_turn(std::vector<AssignedMember> members,
                                                 const PartitionCount& partition_count);

}  // namespace efd::groups
