// SPDX-License-Identifier: MIT
// The assignor `range`, as Kafka's clients have it: of each topic, each member that wants it gets
// one run of partitions.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/groups/consumer_protocol.h"

namespace efd::broker {

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

}  // namespace efd::broker
