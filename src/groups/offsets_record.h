// SPDX-License-Identifier: MIT
// The records of `__consumer_offsets`: docs/formats/consumer-offsets.md. Keys and values are
// Kafka's (OffsetCommitKey 1, OffsetCommitValue 3, GroupMetadataKey 2, GroupMetadataValue 3; lower
// versions are read too). Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "groups/group_messages.h"

namespace efd::groups {

struct OffsetKey {
  std::string group;
  TopicPartition partition;
  bool operator==(const OffsetKey&) const = default;
};
struct GroupKey {
  std::string group;
  bool operator==(const GroupKey&) const = default;
};
// Stands before and behind the whole state, when it is written anew.
struct StateMark {
  bool is_end = false;
  bool operator==(const StateMark&) const = default;
};
using OffsetsKey = std::variant<OffsetKey, GroupKey, StateMark>;

struct StoredMember {
  std::string id;
  std::optional<std::string> instance;
  std::string client_id;
  std::string client_host;
  int32_t rebalance_timeout_ms = 0;
  int32_t session_timeout_ms = 0;
  std::string subscription;
  std::string assignment;
};

struct StoredGroup {
  std::string protocol_type;
  int32_t generation = 0;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  int64_t state_time_ms = -1;  // since when it is empty, or stable
  std::vector<StoredMember> members;
};

// Header of an offset's record: the 16 bytes of the topic's id.
inline constexpr std::string_view kTopicIdHeader = "efd.topic-id";

std::string encode_key(const OffsetsKey& key);
std::string encode_value(const StoredOffset& offset);
std::string encode_value(const StoredGroup& group);

// not_found: a key of a kind that is not ours to read (Kafka has others). bad_input: malformed.
Result<OffsetsKey> decode_key(std::string_view bytes);
Result<StoredOffset> decode_offset(std::string_view bytes,
                                   std::span<const broker::HeaderView> headers);
Result<StoredGroup> decode_group(std::string_view bytes);

}  // namespace efd::groups
