// SPDX-License-Identifier: MIT
// Group: the members of one consumer group and what they have agreed on; Kafka's state machine
// (GroupCoordinator.scala, KIP-62, KIP-345, KIP-394, KIP-814). It knows neither threads nor the
// log: what an event brings about stands in GroupEffects. For this module.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "groups/group_coordinator.h"
#include "groups/offsets_record.h"

namespace efd::groups {

// What is still to be done when an event has been taken in.
struct GroupEffects {
  std::vector<std::function<void()>> answers;  // to members; without the coordinator's lock
  bool is_changed = false;                     // the group's record is to be written
};

class Group {
 public:
  // `all_bytes`: memory_bytes() of all groups; the coordinator's, which outlives its groups.
  Group(std::string name, const GroupOptions& options, const system::Clock& clock,
        const size_t& all_bytes);

  // As its record says. Its members have a whole session's time to come back.
  void restore(const StoredGroup& stored);
  StoredGroup stored() const;

  void join(JoinGroup request, OnJoined done, GroupEffects& effects);
  void sync(SyncGroup request, OnSynced done, GroupEffects& effects);
  GroupError heartbeat(const GroupMember& who, int64_t patience_ms);
  GroupError leave(const Leaver& who, GroupEffects& effects);
  // Whether this member may commit offsets.
  GroupError check_commit(const GroupMember& who);
  // Sessions, rebalances and waits that have ended by now.
  void expire(GroupEffects& effects);
  // By the clock's monotonic_ns; INT64_MAX: never.
  int64_t next_due_ns() const;

  GroupDescription describe() const;
  // Of a consumer group: may one of its members be reading this topic?
  bool is_subscribed_to(const TopicName& topic) const;
  const std::string& name() const { return name_; }
  GroupState state() const { return state_; }
  const std::string& protocol_type() const { return protocol_type_; }
  int64_t state_time_ms() const { return state_time_ms_; }
  size_t member_count() const { return members_.size() + pending_.size(); }
  // What its members, and those that are about to join, take.
  size_t memory_bytes() const;

  std::map<TopicPartition, StoredOffset> offsets;
  bool is_stored = false;    // the topic has a record of it
  size_t counted_bytes = 0;  // its memory_bytes() in the sum of all groups

 private:
  struct Member {
    std::string id;
    std::optional<std::string> instance;
    std::string client_id;
    std::string client_host;
    int64_t session_timeout_ms = 0;
    int64_t rebalance_timeout_ms = 0;
    std::vector<GroupProtocol> protocols;
    std::string assignment;
    int64_t session_end_ns = 0;
    bool owes_sync = false;
    bool knows_skip_assignment = false;
    OnJoined on_joined;  // waits for the others
    OnSynced on_synced;  // waits for the leader
    std::function<void()> on_rebalance;

    bool waits() const { return on_joined || on_synced; }
    const std::string* metadata(const std::string& protocol) const;
    size_t bytes() const;
    size_t bytes_without_assignment() const { return bytes() - assignment.size(); }
  };

  // --- group_join.cc
  GroupError check_join(const JoinGroup& request) const;
  GroupError check_room(const JoinGroup& request) const;
  const Member* find_replaced(const JoinGroup& request) const;
  bool supports(const JoinGroup& request) const;
  void join_new(JoinGroup request, OnJoined done, GroupEffects& effects);
  void join_known(JoinGroup request, OnJoined done, GroupEffects& effects);
  void rejoin(Member& member, JoinGroup request, OnJoined done, GroupEffects& effects);
  void return_static(Member& old, JoinGroup request, OnJoined done, GroupEffects& effects);
  Member& replace_static(Member& old, const std::string& id, GroupEffects& effects);
  void answer_returned(Member& member, const std::string& old_leader, bool was_leader,
                       GroupEffects& effects);
  void add_member(const std::string& id, JoinGroup request, OnJoined done, GroupEffects& effects);
  static void update(Member& member, JoinGroup request, OnJoined done);
  bool has_same_protocols(const Member& member, const JoinGroup& request) const;
  void complete_if_all_joined(GroupEffects& effects);

  // --- group_rebalance.cc
  void begin_rebalance(GroupEffects& effects);
  void complete_join(GroupEffects& effects);
  bool elect_leader();
  void become_empty(GroupEffects& effects);
  void drop_who_has_not_joined(GroupEffects& effects);
  std::string vote() const;
  void answer_join(Member& member, Joined joined, GroupEffects& effects);
  Joined joined_as(const Member& member) const;
  void answer_sync(Member& member, GroupError error, GroupEffects& effects);
  void remove(const std::string& id, GroupEffects& effects);
  void after_removal(GroupEffects& effects);
  void expire_members(int64_t now_ns, GroupEffects& effects);
  void expire_syncs(int64_t now_ns, GroupEffects& effects);

  // --- group.cc
  GroupError find(const GroupMember& who, Member*& member);
  GroupError check_sync(const SyncGroup& request, Member*& member);
  bool has_room_for(const SyncGroup& request) const;
  bool has_room(size_t bytes_before, size_t bytes_then) const;
  void assign(const SyncGroup& request, GroupEffects& effects);
  void extend_session(Member& member, int64_t patience_ms);
  void enter(GroupState state);
  int64_t longest_rebalance_ms() const;
  size_t bytes() const;
  size_t waiting_to_join() const;

  const std::string name_;
  const GroupOptions& options_;
  const system::Clock& clock_;
  const size_t& all_bytes_;
  GroupState state_ = GroupState::empty;
  int64_t state_time_ms_;
  int32_t generation_ = 0;
  std::string protocol_type_;  // empty: nobody has ever joined
  std::optional<std::string> protocol_;
  std::string leader_;
  std::map<std::string, Member> members_;         // by id
  std::map<std::string, std::string> instances_;  // static members: their ids by their names
  std::map<std::string, int64_t> pending_;        // ids given out: until when, ns
  int64_t rebalance_end_ns_ = 0;
  int64_t gathering_end_ns_ = 0;  // the first rebalance of an empty group waits until then at most
  bool is_gathering_ = false;
  int64_t sync_end_ns_ = 0;
};

}  // namespace efd::groups
