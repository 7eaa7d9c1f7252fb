// SPDX-License-Identifier: MIT
// The coordinator behind its public face. Its functions are spread by what they do: members.cc,
// offsets.cc, administration.cc, group_housekeeping.cc. For this module.
//
// One lock guards all; it is held while the log takes a record (which never blocks), never while a
// call-back runs or the disk is waited for.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

#include "groups/group.h"
#include "groups/group_coordinator.h"
#include "groups/offsets_topic.h"

namespace efd::groups {

bool is_group_name(const std::string& name);

// How many offsets there are, and what their records have to say: group, topic and metadata.
struct OffsetTotals {
  size_t count = 0;
  size_t bytes = 0;
};
size_t bytes_of(const std::string& group, const TopicPartition& partition,
                const StoredOffset& offset);

// What an offset was before a record that may not be durable yet.
struct OffsetBefore {
  uint64_t sequence = 0;  // of the record; 0: it is still gathered
  std::string group;
  TopicPartition partition;
  std::optional<StoredOffset> offset;
};

// How far a whole state has been written.
struct StateCursor {
  size_t group = 0;                     // of the names that there were when it began
  std::optional<TopicPartition> after;  // of its offsets
};

struct GroupCoordinator::State : std::enable_shared_from_this<State> {
  State(broker::CommitLog& log, system::Clock& clock, GroupOptions options);

  // --- group_housekeeping.cc
  Result<> open();
  Result<> make_topic();
  void restore(const OffsetKey& key, std::optional<StoredOffset> offset);
  void restore(const GroupKey& key, std::optional<StoredGroup> stored);
  void start_thread();
  void stop_thread();
  void run_thread();
  void run_due();
  void run_deadlines();
  void forget_old();
  void forget_offsets(Group& group, int64_t now_ms);
  bool has_room_for_group();
  void erase_groups_if(const std::function<bool(const Group&)>& is_unused);
  int64_t next_due_ns() const;

  // --- whole_state.cc
  bool has_too_many_bytes() const;
  Result<uint64_t> append();  // the topic's, and looks whether it has grown too large
  void note_appended(const Result<uint64_t>& appended);
  void write_state_if_due();
  Result<Offset> write_state();
  Result<StateCursor> write_portion(const std::vector<std::string>& names, StateCursor next);
  void write_group(const std::string& name, StateCursor& next, uint64_t end_bytes);

  // --- members.cc
  void join(JoinGroup request, OnJoined done);
  void sync(SyncGroup request, OnSynced done);
  GroupError heartbeat(const GroupMember& member, int64_t patience_ms);
  void leave(const std::string& group, const std::vector<Leaver>& leavers, OnLeft done);

  // --- offsets.cc
  void commit(const GroupMember& member, std::vector<OffsetToCommit> offsets, OnCommitted done);
  GroupError find_or_make_group(const GroupMember& member, Group*& group);
  Result<uint64_t> store(Group& group, std::vector<OffsetToCommit> offsets,
                         std::vector<GroupError>& errors);
  GroupError check(const Group& group, const TopicPartition& partition, StoredOffset& offset,
                   OffsetTotals& growth) const;
  void keep(Group& group, TopicPartition partition, StoredOffset offset, uint64_t sequence);
  // Without the lock: one error for each offset or group, once what was stored is durable.
  void answer_stored(const Result<uint64_t>& stored, std::vector<GroupError> errors,
                     OnCommitted done);
  void fetch(const std::string& name, std::optional<std::vector<TopicPartition>> partitions,
             OnOffsets done);
  FetchedOffsets find_offsets(const std::string& name,
                              const std::optional<std::vector<TopicPartition>>& partitions) const;
  FetchedOffsets find_durable_offsets(
      const std::string& name, const std::optional<std::vector<TopicPartition>>& partitions) const;
  StoredOffset find_offset(const Group& group, const TopicPartition& partition) const;
  void note_before(const std::string& group, const TopicPartition& partition,
                   std::optional<StoredOffset> offset, uint64_t sequence);
  bool is_current(const TopicPartition& partition, const StoredOffset& offset) const;
  void delete_offsets(const std::string& name, const std::vector<TopicPartition>& partitions,
                      OnDeleted done);
  std::vector<GroupError> delete_offsets(Group& group,
                                         const std::vector<TopicPartition>& partitions);
  using OffsetIterator = std::map<TopicPartition, StoredOffset>::iterator;
  OffsetIterator erase_offset(Group& group, OffsetIterator offset);

  // --- administration.cc
  std::vector<GroupListing> list() const;
  GroupDescription describe(const std::string& name) const;
  void delete_groups(const std::vector<std::string>& names, OnGroupsDeleted done);
  GroupError delete_group(const std::string& name);
  void erase_group(Group& group);

  // --- What every event ends with.
  Group* find(const std::string& name);
  Group& make_group(const std::string& name);
  // Under the lock: writes the group's record when it has changed, and sets its next deadline.
  Result<uint64_t> finish(Group& group, const GroupEffects& effects);
  void count_bytes(Group& group);
  void arm(Group& group);
  void disarm(Group& group);
  // Without the lock: the answers, once what they tell is durable.
  void answer(const Result<uint64_t>& sequence, std::vector<std::function<void()>> answers);

  broker::CommitLog& log;
  system::Clock& clock;
  const GroupOptions options;

  // Why what the groups have cannot be read: then nothing is answered. Set by open.
  std::optional<Error> unreadable;

  mutable std::mutex mutex;
  // Guarded by it.
  OffsetsTopic topic;
  std::unordered_map<std::string, std::unique_ptr<Group>> groups;
  OffsetTotals offset_totals;
  // By sequence. No more than the log has records that are not durable, of which wal_bytes_max is
  // the bound; what became durable goes with the next append.
  std::deque<OffsetBefore> offsets_before;
  size_t member_bytes = 0;  // memory_bytes() of all groups
  // The next deadline of each group that has one; a session that has been extended since is only
  // noticed when it comes.
  std::set<std::pair<int64_t, Group*>> deadlines;
  std::unordered_map<Group*, int64_t> armed;
  int64_t retention_due_ns = 0;
  int64_t state_due_ns = 0;  // once there are too many bytes: not before
  int64_t room_due_ns = 0;   // room for more groups is not looked for before
  bool is_stopping = false;
  std::condition_variable_any wake;

  std::mutex topic_mutex;  // the topic is made once
  std::thread thread;
};

}  // namespace efd::groups
