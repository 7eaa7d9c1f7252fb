// SPDX-License-Identifier: MIT
// For tests of groups: without threads, time and the disk are the tests' to move.
#pragma once

#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"
#include "groups/group_coordinator.h"

namespace efd::groups {

// A member as its client has it: what it was told last.
struct TestMember {
  std::string group = "g";
  bool is_told_its_id = false;  // joins twice, as JoinGroup 4 does
  std::string id;
  std::optional<std::string> instance;
  int32_t generation = -1;
  std::optional<Joined> joined;
  std::optional<Synced> synced;
};

class GroupCoordinatorTest : public broker::CommitLogTest {
 protected:
  void SetUp() override {
    group_options_.start_thread = false;
    open();
    create("t", {}, 3);
    open_groups();
  }
  void open_groups() {
    groups_.reset();
    auto opened = GroupCoordinator::open(*log_, clock_, group_options_);
    ASSERT_TRUE(opened) << opened.error().message;
    groups_ = std::move(*opened);
    ASSERT_TRUE(groups_->make_topic());
  }
  void restart() {
    groups_.reset();
    kill_and_open();
    open_groups();
  }
  void pass_ms(int64_t ms) {
    clock_.advance_ns(ms * kNsPerMs);
    groups_->run_due();
    commit();
  }

  void join(TestMember& member, const std::vector<GroupProtocol>& protocols = {{"range", "m"}},
            const std::string& type = "consumer") {
    JoinGroup request;
    request.group = member.group;
    request.member = member.id;
    request.instance = member.instance;
    request.client_id = "client";
    request.protocol_type = type;
    request.protocols = protocols;
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 30'000;
    request.knows_skip_assignment = true;
    request.requires_known_member = member.is_told_its_id;
    member.joined.reset();
    groups_->join(request, [&member](Joined joined) {
      if (joined.error == GroupError::none || joined.error == GroupError::member_id_required)
        member.id = joined.member;
      if (joined.error == GroupError::none) member.generation = joined.generation;
      member.joined = std::move(joined);
    });
    commit();
  }
  GroupMember who(const TestMember& member) {
    return {member.group, member.id, member.instance, member.generation};
  }
  void sync(TestMember& member, std::map<std::string, std::string> assignments = {}) {
    member.synced.reset();
    groups_->sync({who(member), std::nullopt, std::nullopt, std::move(assignments)},
                  [&member](Synced synced) { member.synced = std::move(synced); });
    commit();
  }
  // Both are members, and have assignments "1" and "2".
  void settle(TestMember& a, TestMember& b) {
    join(a);
    join(b);
    join(a);
    ASSERT_TRUE(a.joined && b.joined);
    sync(b);
    sync(a, {{a.id, "1"}, {b.id, "2"}});
    ASSERT_TRUE(a.synced && b.synced);
    EXPECT_EQ(b.synced->assignment, "2");
  }
  // `late` goes on living without the sync that it owes, until it is put out; `other` has synced.
  void put_out(TestMember& late, TestMember& other) {
    EXPECT_FALSE(other.synced);
    for (int i = 0; i < 4; ++i) {
      pass_ms(8'000);
      groups_->heartbeat(who(late));
    }
    ASSERT_TRUE(other.synced);
    EXPECT_EQ(other.synced->error, GroupError::rebalance_in_progress);
    EXPECT_EQ(groups_->heartbeat(who(late)), GroupError::unknown_member_id);
  }
  GroupError commit_offset(const GroupMember& member, int64_t next, int32_t partition = 0,
                           const std::string& topic = "t", const std::string& note = "note") {
    GroupError error = GroupError::coordinator_not_available;
    groups_->commit(member, {{{TopicName(topic), Partition(partition)}, next, -1, note}},
                    [&](std::vector<GroupError> errors) { error = errors[0]; });
    commit();
    return error;
  }
  int64_t offset(const std::string& group = "g", int32_t partition = 0,
                 const std::string& topic = "t") {
    int64_t next = -2;
    groups_->fetch(group, std::vector<TopicPartition>{{TopicName(topic), Partition(partition)}},
                   [&](FetchedOffsets fetched) { next = fetched.offsets[0].second.next; });
    commit();
    return next;
  }
  GroupState state() { return groups_->describe("g").state; }

  GroupOptions group_options_;
  std::unique_ptr<GroupCoordinator> groups_;
};

}  // namespace efd::groups
