// SPDX-License-Identifier: MIT
// Membership: one member of a group, in this process. It turns the coordinator's call-backs into
// answers that the member's own thread takes when it likes. Used by one thread. For this module.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/commit_log.h"
#include "groups/group_coordinator.h"

namespace efd::groups {

// How long a member in this process may be silent while it is alive: Kafka's max.poll.interval.ms.
constexpr std::chrono::milliseconds kPollInterval{300'000};

struct MembershipOptions {
  std::string group;
  std::string instance;
  std::chrono::milliseconds session_timeout;  // or the nearest that the coordinator allows
};

class Membership {
 public:
  // `wake` is called, on any thread, when there is something to take or to do.
  Membership(broker::CommitLog& log, GroupCoordinator& groups, MembershipOptions options,
             std::function<void()> wake);
  // A static member's place is kept for its session timeout; another member leaves.
  ~Membership();
  Membership(const Membership&) = delete;

  void join(std::string subscription);
  void sync(std::map<std::string, std::string> assignments);
  // The answer, once; none: it has not come yet.
  std::optional<Joined> take_joined();
  std::optional<Synced> take_synced();
  // Since the last join: the group has asked to join again, or has given this member up.
  bool is_called() const;
  GroupError keep_alive();
  int64_t now_ms() const { return groups_.now_ms(); }
  // Begins as a new member with the next join.
  void forget() { who_.member.clear(); }

  // These wait until the log says that it is durable.
  std::vector<GroupError> commit(std::vector<OffsetToCommit> offsets);
  FetchedOffsets fetch(std::vector<TopicPartition> partitions);

 private:
  // Shared with the call-backs, which may come when the member is gone.
  struct Inbox {
    std::mutex mutex;
    std::function<void()> wake;
    uint64_t join_number = 0;  // of the last join: earlier ones' answers mean nothing
    std::optional<Joined> joined;
    std::optional<Synced> synced;
    bool is_called = false;
  };
  void make_durable();

  broker::CommitLog& log_;
  GroupCoordinator& groups_;
  const MembershipOptions options_;
  GroupMember who_;
  Joined joined_;
  std::shared_ptr<Inbox> inbox_;
};

}  // namespace efd::groups
