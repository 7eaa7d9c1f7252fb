// SPDX-License-Identifier: MIT
// Groups without threads: time and the disk are the tests' to move.
#include "broker/group_coordinator.h"

#include <gtest/gtest.h>

#include "broker/commit_log_fixture.h"
#include "broker/groups/consumer_protocol.h"
#include "broker/internal_topics.h"

namespace efd::broker {
namespace {

// A member as its client has it: what it was told last.
struct TestMember {
  std::string id;
  std::optional<std::string> instance;
  int32_t generation = -1;
  std::optional<Joined> joined;
  std::optional<Synced> synced;
};

class GroupCoordinatorTest : public CommitLogTest {
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
    request.group = "g";
    request.member = member.id;
    request.instance = member.instance;
    request.client_id = "client";
    request.protocol_type = type;
    request.protocols = protocols;
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 30'000;
    request.knows_skip_assignment = true;
    member.joined.reset();
    groups_->join(request, [&member](Joined joined) {
      if (joined.error == GroupError::none) member.id = joined.member;
      if (joined.error == GroupError::none) member.generation = joined.generation;
      member.joined = std::move(joined);
    });
    commit();
  }
  GroupMember who(const TestMember& member) {
    return {"g", member.id, member.instance, member.generation};
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
  GroupError commit_offset(const GroupMember& member, int64_t next, int32_t partition = 0,
                           const std::string& topic = "t") {
    GroupError error = GroupError::coordinator_not_available;
    groups_->commit(member, {{{TopicName(topic), Partition(partition)}, next, -1, "note"}},
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

TEST_F(GroupCoordinatorTest, AllMembersShareTheFirstProtocolThatAllKnow) {
  TestMember a, b;
  join(a, {{"x", "1"}, {"y", "2"}});
  EXPECT_EQ(a.joined->protocol, "x");
  join(b, {{"z", "3"}, {"y", "4"}});
  EXPECT_FALSE(b.joined);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::rebalance_in_progress);
  join(a, {{"x", "1"}, {"y", "2"}});
  ASSERT_TRUE(a.joined && b.joined);
  EXPECT_EQ(a.joined->protocol, "y");
  ASSERT_EQ(a.joined->members.size(), 2u);
  EXPECT_TRUE(b.joined->members.empty());
  TestMember c;
  join(c, {{"w", "5"}});
  EXPECT_EQ(c.joined->error, GroupError::inconsistent_group_protocol);
  join(c, {{"y", "5"}}, "connect");
  EXPECT_EQ(c.joined->error, GroupError::inconsistent_group_protocol);
}

TEST_F(GroupCoordinatorTest, ASessionEndsWithoutHeartbeats) {
  TestMember a, b;
  settle(a, b);
  pass_ms(9'000);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::none);
  pass_ms(2'000);
  EXPECT_EQ(groups_->heartbeat(who(b)), GroupError::unknown_member_id);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::rebalance_in_progress);
  join(a);
  ASSERT_TRUE(a.joined);
  EXPECT_EQ(a.joined->members.size(), 1u);
  pass_ms(11'000);
  EXPECT_EQ(state(), GroupState::empty);
}

TEST_F(GroupCoordinatorTest, WhoDoesNotRejoinInTimeIsLeftOut) {
  TestMember a, b, c;
  settle(a, b);
  join(c);
  for (int i = 0; i < 4; ++i) {
    pass_ms(8'000);
    groups_->heartbeat(who(a));  // lives, but does not join
    if (i == 0) join(b);
  }
  ASSERT_TRUE(b.joined && c.joined);
  EXPECT_EQ(groups_->describe("g").members.size(), 2u);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::unknown_member_id);
}

TEST_F(GroupCoordinatorTest, WhoDoesNotSyncInTimeIsLeftOut) {
  TestMember a, b;
  join(a);
  join(b);
  join(a);
  sync(b);
  EXPECT_FALSE(b.synced);
  for (int i = 0; i < 4; ++i) {
    pass_ms(8'000);
    groups_->heartbeat(who(a));
  }
  ASSERT_TRUE(b.synced);
  EXPECT_EQ(b.synced->error, GroupError::rebalance_in_progress);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::unknown_member_id);
}

TEST_F(GroupCoordinatorTest, TheFirstMembersWaitForOthers) {
  group_options_.initial_rebalance_delay_ms = 3'000;
  open_groups();
  TestMember a, b;
  join(a);
  EXPECT_FALSE(a.joined);
  pass_ms(2'000);
  join(b);
  pass_ms(2'000);
  EXPECT_FALSE(a.joined);
  pass_ms(1'000);
  ASSERT_TRUE(a.joined && b.joined);
  EXPECT_EQ(a.joined->generation, 1);
}

TEST_F(GroupCoordinatorTest, AStaticMemberComesBackWithoutARebalance) {
  TestMember a, b;
  a.instance = "a";
  b.instance = "b";
  settle(a, b);
  TestMember old = b;
  b.id.clear();
  join(b);
  ASSERT_TRUE(b.joined);
  EXPECT_EQ(b.joined->error, GroupError::none);
  EXPECT_NE(b.id, old.id);
  EXPECT_EQ(b.generation, old.generation);
  sync(b);
  EXPECT_EQ(b.synced->assignment, "2");
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::none);
  EXPECT_EQ(groups_->heartbeat(who(old)), GroupError::fenced_instance_id);
  EXPECT_EQ(commit_offset(who(old), 5), GroupError::fenced_instance_id);
  // The leader, too: it is told not to assign.
  a.id.clear();
  join(a);
  EXPECT_TRUE(a.joined->skip_assignment);
  EXPECT_EQ(a.joined->leader, a.id);
}

TEST_F(GroupCoordinatorTest, AStaticMemberThatWantsOtherTopicsIsGivenThem) {
  TestMember a, b;
  a.instance = "a";
  b.instance = "b";
  std::string one = encode(Subscription{{"t"}, std::nullopt, {}, -1, std::nullopt});
  std::string same = encode(Subscription{{"t"}, "other", {}, -1, std::nullopt}, 1);
  std::string more = encode(Subscription{{"t", "u"}, std::nullopt, {}, -1, std::nullopt});
  join(a, {{"range", one}});
  join(b, {{"range", one}});
  join(a, {{"range", one}});
  sync(b);
  sync(a, {});
  b.id.clear();
  join(b, {{"range", same}});
  EXPECT_TRUE(b.joined);
  EXPECT_EQ(state(), GroupState::stable);
  b.id.clear();
  join(b, {{"range", more}});
  EXPECT_FALSE(b.joined);
  EXPECT_EQ(state(), GroupState::preparing_rebalance);
}

TEST_F(GroupCoordinatorTest, OffsetsAndMembersSurviveARestart) {
  TestMember a, b;
  a.instance = "a";
  settle(a, b);
  EXPECT_EQ(commit_offset(who(a), 42), GroupError::none);
  EXPECT_EQ(commit_offset({"simple", "", std::nullopt, -1}, 7, 1), GroupError::none);
  restart();
  EXPECT_EQ(offset(), 42);
  EXPECT_EQ(offset("simple", 1), 7);
  EXPECT_EQ(state(), GroupState::stable);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::none);
  EXPECT_EQ(groups_->heartbeat(who(b)), GroupError::none);
  EXPECT_EQ(commit_offset(who(b), 43), GroupError::none);
  sync(b);
  EXPECT_EQ(b.synced->assignment, "2");
  pass_ms(11'000);
  EXPECT_EQ(state(), GroupState::empty);
  restart();
  EXPECT_EQ(state(), GroupState::empty);
  EXPECT_EQ(offset(), 43);
}

TEST_F(GroupCoordinatorTest, NothingIsToldBeforeItIsDurable) {
  bool is_answered = false;
  groups_->commit({"g", "", std::nullopt, -1}, {{{TopicName("t"), Partition(0)}, 1, -1, ""}},
                  [&](const std::vector<GroupError>& errors) {
                    is_answered = true;
                    EXPECT_EQ(errors[0], GroupError::none);
                  });
  int64_t told = -2;
  groups_->fetch("g", std::nullopt,
                 [&](const FetchedOffsets& all) { told = all.offsets[0].second.next; });
  EXPECT_FALSE(is_answered);
  EXPECT_EQ(told, -2);
  commit();
  EXPECT_TRUE(is_answered);
  EXPECT_EQ(told, 1);
}

TEST_F(GroupCoordinatorTest, OldOffsetsAreForgotten) {
  group_options_.offsets_retention_ms = 3'600'000;
  open_groups();
  TestMember a;
  join(a);
  sync(a, {});
  EXPECT_EQ(commit_offset(who(a), 1), GroupError::none);
  EXPECT_EQ(commit_offset({"simple", "", std::nullopt, -1}, 7), GroupError::none);
  for (int i = 0; i < 500; ++i) {  // lives for more than an hour
    pass_ms(9'000);
    groups_->heartbeat(who(a));
  }
  EXPECT_EQ(offset(), 1);
  EXPECT_EQ(offset("simple"), -1);
  EXPECT_EQ(groups_->list().size(), 1u);
  pass_ms(11'000);  // its session ends
  pass_ms(3'000'000);
  EXPECT_EQ(offset(), 1);
  pass_ms(1'300'000);
  EXPECT_EQ(offset(), -1);
  EXPECT_TRUE(groups_->list().empty());
  restart();
  EXPECT_TRUE(groups_->list().empty());
}

TEST_F(GroupCoordinatorTest, ATopicMadeAnewHasNoOffsets) {
  EXPECT_EQ(commit_offset({"g", "", std::nullopt, -1}, 7), GroupError::none);
  ASSERT_TRUE(log_->delete_topic(TopicName("t")));
  EXPECT_EQ(offset(), -1);
  create("t");
  EXPECT_EQ(offset(), -1);
  restart();
  EXPECT_EQ(offset(), -1);
}

TEST_F(GroupCoordinatorTest, BoundsAreKept) {
  group_options_.members_max = 1;
  group_options_.groups_max = 2;
  group_options_.offsets_max = 2;
  group_options_.member_bytes_max = 100;
  open_groups();
  TestMember a, b;
  join(a, {{"range", std::string(101, 'm')}});
  EXPECT_EQ(a.joined->error, GroupError::group_max_size_reached);
  join(a);
  EXPECT_EQ(a.joined->error, GroupError::none);
  join(b);
  EXPECT_EQ(b.joined->error, GroupError::group_max_size_reached);
  EXPECT_EQ(commit_offset({"h", "", std::nullopt, -1}, 7, 0), GroupError::none);
  EXPECT_EQ(commit_offset({"h", "", std::nullopt, -1}, 7, 1), GroupError::none);
  EXPECT_EQ(commit_offset({"h", "", std::nullopt, -1}, 8, 1), GroupError::none);
  EXPECT_EQ(commit_offset({"h", "", std::nullopt, -1}, 7, 2),
            GroupError::invalid_commit_offset_size);
  EXPECT_EQ(commit_offset({"i", "", std::nullopt, -1}, 7), GroupError::group_max_size_reached);
  EXPECT_EQ(commit_offset({"", "", std::nullopt, -1}, 7), GroupError::invalid_group_id);
}

TEST_F(GroupCoordinatorTest, TheTopicStaysSmall) {
  group_options_.snapshot_bytes = 10'000;
  open_groups();
  for (int i = 1; i <= 2'000; ++i) {
    ASSERT_EQ(commit_offset({"g", "", std::nullopt, -1}, i, i % 3), GroupError::none);
    if (i % 10 == 0) pass_ms(1);
  }
  auto partition = find(std::string(kOffsetsTopic));
  PartitionState range = log_->state(*partition);
  EXPECT_GT(range.log_start, Offset(1'500));
  restart();
  EXPECT_EQ(offset("g", 0), 1'998);
  EXPECT_EQ(offset("g", 1), 1'999);
  EXPECT_EQ(offset("g", 2), 2'000);
}

}  // namespace
}  // namespace efd::broker
