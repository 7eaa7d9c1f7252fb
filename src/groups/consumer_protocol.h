// SPDX-License-Identifier: MIT
// What consumers tell each other through the group's coordinator: which topics a member wants, and
// which partitions the leader gives it. Bytes as Kafka's ConsumerProtocolSubscription and
// ConsumerProtocolAssignment, so that members of any client can share a group. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace efd::groups {

// The protocol type of consumers; Connect and others have their own, with bytes of their own.
inline constexpr std::string_view kConsumerProtocolType = "consumer";

struct TopicPartitions {
  std::string topic;
  std::vector<int32_t> partitions;
  bool operator==(const TopicPartitions&) const = default;
};

struct Subscription {
  std::vector<std::string> topics;
  std::optional<std::string> user_data;
  std::vector<TopicPartitions> owned;  // since version 1
  int32_t generation = -1;             // since version 2
  std::optional<std::string> rack;     // since version 3
  bool operator==(const Subscription&) const = default;
};

struct Assignment {
  std::vector<TopicPartitions> partitions;
  std::optional<std::string> user_data;
  bool operator==(const Assignment&) const = default;
};

inline constexpr int16_t kConsumerProtocolVersionMax = 3;

// With the version in front. `version` is one from 0 to kConsumerProtocolVersionMax.
std::string encode(const Subscription& subscription, int16_t version = 0);
std::string encode(const Assignment& assignment, int16_t version = 0);

// A later version's bytes are read as far as they are known. bad_input: not such bytes.
Result<Subscription> decode_subscription(std::string_view bytes);
// No bytes at all are an empty assignment: a member to whom the leader gave nothing.
Result<Assignment> decode_assignment(std::string_view bytes);

// Whether two members' metadata ask for the same topics, whatever else they say. Bytes that are no
// subscription are only the same as themselves.
bool wants_same_topics(std::string_view a, std::string_view b);

}  // namespace efd::groups
