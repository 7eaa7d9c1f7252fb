// SPDX-License-Identifier: MIT
// GroupCoordinator: consumer groups over the embedded log, as Kafka's classic protocol has them.
// Members join, the leader assigns, heartbeats keep them; offsets are committed, and survive. What
// members say to each other (subscriptions, assignments) is bytes to it: eager and cooperative
// protocols, Connect's and others' are all the same.
//
// Groups and offsets are kept in memory and, as records, in the topic `__consumer_offsets`
// (docs/formats/consumer-offsets.md).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "broker/commit_log.h"
#include "groups/group_messages.h"
#include "system/clock.h"

namespace efd::groups {

struct GroupOptions {
  size_t groups_max = 10'000;
  size_t members_max = 1'000;            // of a group, with those that are about to join
  size_t member_bytes_max = 1u << 20;    // names, subscriptions and assignment of a member
  size_t group_bytes_max = 16u << 20;    // of all members of a group
  size_t groups_bytes_max = 128u << 20;  // of all members of all groups, with what keeps them
  size_t offsets_max = 1'000'000;        // of all groups
  size_t offset_bytes_max = 128u << 20;  // group, topic and metadata of all offsets together
  size_t offset_metadata_bytes_max = 4096;
  int32_t session_timeout_min_ms = 6'000;
  int32_t session_timeout_max_ms = 1'800'000;
  // How long the first members of an empty group wait for others before the first assignment.
  int64_t initial_rebalance_delay_ms = 0;
  int64_t offsets_retention_ms = 604'800'000;  // after a group is empty
  int64_t retention_check_interval_ms = 600'000;
  // The state is written anew, and what came before it dropped, after so many bytes of records (and
  // at least twice the bytes of the state).
  uint64_t snapshot_bytes = 4u << 20;
  // False: nothing happens by itself; run_due is called instead (tests).
  bool start_thread = true;
};

// Thread-safe. Nothing that it answers with a call-back blocks. What has changed the topic is
// answered when that is durable: an offset that was committed, or told, is not lost by a power cut.
class GroupCoordinator {
 public:
  // Reads the topic, if there is one. The log outlives the coordinator. A topic that cannot be read
  // is no error: everything is answered with coordinator_not_available then, for nobody may be told
  // an older offset than the one that was committed. bad_input: options that contradict each other.
  static Result<std::unique_ptr<GroupCoordinator>> open(broker::CommitLog& log,
                                                        system::Clock& clock,
                                                        GroupOptions options = {});
  ~GroupCoordinator();

  // Why it is so, if it is: set for good by open.
  const std::optional<Error>& unreadable() const;

  // Makes the topic where there is none yet; without it nothing can be stored. May block.
  Result<> make_topic();

  void join(JoinGroup request, OnJoined done);
  void sync(SyncGroup request, OnSynced done);
  GroupError heartbeat(const GroupMember& member);
  // The same from a member in this process that promises to call again within `patience_ms`.
  GroupError keep_alive(const GroupMember& member, int64_t patience_ms);
  void leave(const std::string& group, const std::vector<Leaver>& leavers, OnLeft done);

  void commit(const GroupMember& member, std::vector<OffsetToCommit> offsets, OnCommitted done);
  // The asked ones, in that order; without a list all that there are.
  void fetch(const std::string& group, std::optional<std::vector<TopicPartition>> partitions,
             OnOffsets done);
  // Offsets that a member may need stay: group_subscribed_to_topic. `done` gets the error of the
  // whole request, or one for each partition.
  using OnDeleted = std::function<void(GroupError, std::vector<GroupError>)>;
  void delete_offsets(const std::string& group, const std::vector<TopicPartition>& partitions,
                      OnDeleted done);

  std::vector<GroupListing> list() const;
  GroupDescription describe(const std::string& group) const;  // `dead`: there is none
  using OnGroupsDeleted = std::function<void(std::vector<GroupError>)>;
  void delete_groups(const std::vector<std::string>& groups, OnGroupsDeleted done);

  // What time has brought about: sessions and rebalances that have ended, offsets to forget, the
  // topic to be written anew. May block. The coordinator's thread calls it.
  void run_due();
  const GroupOptions& options() const;
  // The time that offsets which are committed now are given.
  int64_t now_ms() const;
  // When run_due is to be called next, by Clock::monotonic_ns.
  int64_t next_due_ns() const;

  struct State;

 private:
  explicit GroupCoordinator(std::shared_ptr<State> state);
  const std::shared_ptr<State> state_;
};

}  // namespace efd::groups
