// SPDX-License-Identifier: MIT
// What members and administrators of consumer groups ask of the coordinator, and what it answers.
// The words are those of Kafka's classic group protocol (JoinGroup, SyncGroup, Heartbeat ...).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"

namespace efd::groups {

// As finely as the Kafka protocol tells them apart.
enum class GroupError : uint8_t {
  none,
  coordinator_not_available,  // the log takes nothing in, or has rot: ask again
  illegal_generation,
  inconsistent_group_protocol,  // nothing that all members support
  invalid_group_id,
  unknown_member_id,
  invalid_session_timeout,
  rebalance_in_progress,
  invalid_commit_offset_size,  // offsets_max, offset_bytes_max
  offset_metadata_too_large,
  unknown_topic_or_partition,
  non_empty_group,
  group_id_not_found,
  member_id_required,      // join again with the id that the answer gives
  group_max_size_reached,  // groups_max, members_max, and the bounds of their bytes
  fenced_instance_id,      // another member has taken the static member's name
  group_subscribed_to_topic,
};

const char* to_string(GroupError error);

enum class GroupState : uint8_t {
  empty,
  preparing_rebalance,   // members are asked to join again
  completing_rebalance,  // the leader is asked for the assignment
  stable,
  dead,  // does not exist
};

// "PreparingRebalance" ..., as Kafka spells them.
const char* to_string(GroupState state);

// Who speaks. `generation` -1 and no member: a consumer that only keeps its offsets here.
struct GroupMember {
  std::string group;
  std::string member;
  std::optional<std::string> instance;  // of a static member
  int32_t generation = -1;
};

// ------------------------------------------------------------------------------------ membership

struct GroupProtocol {
  std::string name;      // of an assignor
  std::string metadata;  // opaque; of consumers: the subscription
};

struct JoinGroup {
  std::string group;
  std::string member;                   // empty: a new one
  std::optional<std::string> instance;  // of a static member
  std::string client_id;
  std::string client_host;
  std::string protocol_type;
  std::vector<GroupProtocol> protocols;  // the most wanted first
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;   // -1: the session timeout
  bool requires_known_member = false;  // a new one is given its id and joins again (KIP-394)
  bool knows_skip_assignment = false;  // JoinGroup 9
  std::function<void()> on_rebalance;  // of members in this process: it is to join again
};

struct JoinedMember {
  std::string member;
  std::optional<std::string> instance;
  std::string metadata;
};

struct Joined {
  GroupError error = GroupError::none;
  int32_t generation = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  std::string leader;
  std::string member;
  bool skip_assignment = false;       // the leader comes back to a group that has its assignment
  std::vector<JoinedMember> members;  // for the leader
};

struct SyncGroup {
  GroupMember who;
  std::optional<std::string> protocol_type;  // none: not said (before SyncGroup 5)
  std::optional<std::string> protocol;
  std::map<std::string, std::string> assignments;  // by member: the leader's
};

struct Synced {
  GroupError error = GroupError::none;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol;
  std::string assignment;
};

// Who leaves: a member, or a static member by its name alone.
struct Leaver {
  std::string member;
  std::optional<std::string> instance;
};

// Answers may come on any thread, also inside of the call; they must not block.
using OnJoined = std::function<void(Joined)>;
using OnSynced = std::function<void(Synced)>;
using OnLeft = std::function<void(std::vector<GroupError>)>;

// --------------------------------------------------------------------------------------- offsets

struct OffsetToCommit {
  TopicPartition partition;
  int64_t next = -1;
  int32_t leader_epoch = -1;
  std::string metadata;
};

struct StoredOffset {
  int64_t next = -1;  // -1: nothing is stored
  int32_t leader_epoch = -1;
  std::string metadata;
  int64_t commit_time_ms = -1;  // by the coordinator's clock
  TopicId topic;  // offsets of a topic that was made anew are not those of the old one
};

using OnCommitted = std::function<void(std::vector<GroupError>)>;  // in the order of the offsets

struct FetchedOffsets {
  GroupError error = GroupError::none;
  std::vector<std::pair<TopicPartition, StoredOffset>> offsets;
};
using OnOffsets = std::function<void(FetchedOffsets)>;

// -------------------------------------------------------------------------------- administration

struct GroupListing {
  std::string group;
  std::string protocol_type;
  GroupState state = GroupState::empty;
};

struct MemberDescription {
  std::string member;
  std::optional<std::string> instance;
  std::string client_id;
  std::string client_host;
  std::string metadata;
  std::string assignment;
};

struct GroupDescription {
  GroupState state = GroupState::dead;
  std::string protocol_type;
  std::string protocol;
  std::vector<MemberDescription> members;
};

}  // namespace efd::groups
