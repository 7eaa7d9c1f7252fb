// SPDX-License-Identifier: MIT
// What consumer groups may take of memory and log, and what happens beyond.
#include <atomic>
#include <future>
#include <thread>

#include "broker/internal_topics.h"
#include "groups/testing/group_coordinator_fixture.h"

namespace efd::groups {
namespace {

class GroupBoundsTest : public GroupCoordinatorTest {
 protected:
  // A group of one, up to the answer to its leader's assignment.
  GroupError assign(const std::string& group, size_t bytes) {
    TestMember member;
    member.group = group;
    join(member);
    if (member.joined->error != GroupError::none) return member.joined->error;
    sync(member, {{member.id, std::string(bytes, 'a')}});
    return member.synced->error;
  }
  // Both are members, and `a`, who leads, is to assign anew.
  void begin_rebalance(TestMember& a, TestMember& b) {
    settle(a, b);
    join(a, {{"range", "other"}});
    join(b);
  }
  GroupError commit_bytes(const std::string& group, size_t bytes, int32_t partition = 0) {
    return commit_offset({group, "", std::nullopt, -1}, 7, partition, "t", std::string(bytes, 'n'));
  }
  GroupError join_half(const std::string& group) {
    TestMember member;
    member.group = group;
    member.is_told_its_id = true;
    join(member);
    return member.joined->error;
  }
};

TEST_F(GroupBoundsTest, BoundsAreKept) {
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

TEST_F(GroupBoundsTest, AnAssignmentCountsAsItsMembers) {
  group_options_.member_bytes_max = 1'000;
  open_groups();
  TestMember a;
  join(a);
  sync(a, {{a.id, std::string(1'000, 'a')}});
  EXPECT_EQ(a.synced->error, GroupError::group_max_size_reached);
  EXPECT_EQ(state(), GroupState::completing_rebalance);
  sync(a, {{a.id, std::string(500, 'a')}, {"nobody", std::string(5'000, 'a')}});
  EXPECT_EQ(a.synced->error, GroupError::none);
  join(a, {{"range", std::string(600, 'm')}});  // keeps what it has until the next assignment
  EXPECT_EQ(a.joined->error, GroupError::group_max_size_reached);
  join(a, {{"range", std::string(300, 'm')}});
  EXPECT_EQ(a.joined->error, GroupError::none);
}

TEST_F(GroupBoundsTest, TheAssignmentsOfAGroupAreBounded) {
  group_options_.group_bytes_max = 1'000;
  open_groups();
  TestMember a, b;
  begin_rebalance(a, b);
  sync(a, {{a.id, std::string(500, 'a')}, {b.id, std::string(500, 'b')}});
  EXPECT_EQ(a.synced->error, GroupError::group_max_size_reached);
  sync(a, {{a.id, std::string(300, 'a')}, {b.id, std::string(300, 'b')}});
  EXPECT_EQ(a.synced->error, GroupError::none);
}

TEST_F(GroupBoundsTest, ALeaderThatAssignsTooMuchIsPutOut) {
  group_options_.group_bytes_max = 1'000;
  open_groups();
  TestMember a, b;
  begin_rebalance(a, b);
  sync(b);
  sync(a, {{a.id, std::string(2'000, 'a')}});
  EXPECT_EQ(a.synced->error, GroupError::group_max_size_reached);
  put_out(a, b);
}

TEST_F(GroupBoundsTest, AllMembersOfAllGroupsAreBounded) {
  group_options_.groups_bytes_max = 100'000;
  open_groups();
  int taken = 0;
  while (taken < 100 && assign("g" + std::to_string(taken), 10'000) == GroupError::none) ++taken;
  EXPECT_GT(taken, 5);
  EXPECT_LT(taken, 10);
  EXPECT_EQ(assign("large", 10'000), GroupError::group_max_size_reached);
  restart();
  EXPECT_EQ(assign("large", 20'000), GroupError::group_max_size_reached);
  pass_ms(61'000);  // all sessions have ended
  pass_ms(11'000);
  EXPECT_EQ(assign("large", 10'000), GroupError::none);
}

TEST_F(GroupBoundsTest, ThoseAboutToJoinCountToo) {
  group_options_.groups_bytes_max = 10'000;
  open_groups();
  int told = 0;
  while (told < 1'000 && join_half("g") == GroupError::member_id_required) ++told;
  EXPECT_GT(told, 50);
  EXPECT_LT(told, 200);
}

TEST_F(GroupBoundsTest, AssignorsAreCounted) {
  std::vector<GroupProtocol> many;
  for (int i = 0; i < 65; ++i) many.push_back({"p" + std::to_string(i), ""});
  TestMember a;
  join(a, many);
  EXPECT_EQ(a.joined->error, GroupError::inconsistent_group_protocol);
  many.pop_back();
  join(a, many);
  EXPECT_EQ(a.joined->error, GroupError::none);
}

TEST_F(GroupBoundsTest, TheBytesOfAllOffsetsAreBounded) {
  group_options_.offset_bytes_max = 1'000;
  open_groups();
  EXPECT_EQ(commit_bytes("a", 500), GroupError::none);
  EXPECT_EQ(commit_bytes("b", 400), GroupError::none);
  EXPECT_EQ(commit_bytes("b", 100, 1), GroupError::invalid_commit_offset_size);
  EXPECT_EQ(commit_bytes("b", 500), GroupError::invalid_commit_offset_size);
  EXPECT_EQ(commit_bytes("b", 400), GroupError::none);  // no more than it has
  restart();
  EXPECT_EQ(commit_bytes("b", 100, 1), GroupError::invalid_commit_offset_size);
  EXPECT_EQ(commit_bytes("a", 300), GroupError::none);
  EXPECT_EQ(commit_bytes("b", 100, 1), GroupError::none);
  groups_->delete_groups({"a"}, [](const auto&) {});
  commit();
  EXPECT_EQ(commit_bytes("c", 300), GroupError::none);
}

TEST_F(GroupBoundsTest, OneRequestIsBoundedAsMany) {
  group_options_.offset_bytes_max = 1'000;
  open_groups();
  std::vector<OffsetToCommit> offsets;
  for (int32_t p = 0; p < 3; ++p)
    offsets.push_back({{TopicName("t"), Partition(p)}, 1, -1, std::string(400, 'n')});
  std::vector<GroupError> errors;
  groups_->commit({"g", "", std::nullopt, -1}, offsets, [&](auto all) { errors = all; });
  commit();
  EXPECT_EQ(errors, (std::vector<GroupError>{GroupError::none, GroupError::none,
                                             GroupError::invalid_commit_offset_size}));
}

TEST_F(GroupBoundsTest, HalfJoinedGroupsGiveWay) {
  group_options_.groups_max = 10;
  open_groups();
  EXPECT_EQ(commit_offset({"kept", "", std::nullopt, -1}, 7), GroupError::none);
  TestMember member;
  join(member);
  for (int i = 0; i < 8; ++i) {
    std::string group = "half" + std::to_string(i);
    EXPECT_EQ(join_half(group), GroupError::member_id_required);
  }
  TestMember honest;
  honest.group = "honest";
  honest.is_told_its_id = true;
  join(honest);
  EXPECT_EQ(honest.joined->error, GroupError::member_id_required);
  join(honest);
  EXPECT_EQ(honest.joined->error, GroupError::none);
  EXPECT_EQ(groups_->list().size(), 3u);
  EXPECT_EQ(offset("kept"), 7);
  EXPECT_EQ(groups_->heartbeat(who(member)), GroupError::none);
}

TEST_F(GroupBoundsTest, GroupsThatAllHaveLeftGiveWayToCommits) {
  group_options_.groups_max = 2;
  open_groups();
  for (const char* name : {"a", "b"}) {
    TestMember member;
    member.group = name;
    join(member);
    sync(member, {});
    groups_->leave(name, {{member.id, std::nullopt}}, [](const auto&) {});
  }
  EXPECT_EQ(commit_offset({"c", "", std::nullopt, -1}, 7), GroupError::none);
  EXPECT_EQ(groups_->list().size(), 1u);
  restart();
  EXPECT_EQ(groups_->list().size(), 1u);
}

class GroupStateTest : public GroupBoundsTest {
 protected:
  static constexpr int kGroups = 600;
  static constexpr int32_t kPartitions = 3;

  GroupStateTest() {
    options_.wal_bytes_max = 4u << 20;
    group_options_.snapshot_bytes = 1u << 20;
  }
  // 7 MB in all: more than the write-ahead log may hold.
  void commit_all() {
    for (int i = 0; i < kGroups; ++i) {
      for (int32_t p = 0; p < kPartitions; ++p)
        ASSERT_EQ(commit_bytes("g" + std::to_string(i), 4'000, p), GroupError::none);
      if (log_->is_full()) checkpoint();
    }
  }
  // The answer may come on the thread that writes the state.
  GroupError commit_meanwhile(const std::string& group, int64_t next) {
    std::promise<GroupError> answered;
    OffsetToCommit offset{{TopicName("t"), Partition(1)}, next, -1, std::string(4'000, 'n')};
    groups_->commit({group, "", std::nullopt, -1}, {offset},
                    [&](const std::vector<GroupError>& errors) { answered.set_value(errors[0]); });
    commit();
    return answered.get_future().get();
  }
  int64_t log_start() {
    return log_->state(*find(std::string(broker::kOffsetsTopic))).log_start.value();
  }
};

TEST_F(GroupStateTest, AStateLargerThanTheWriteAheadLogIsWritten) {
  commit_all();
  TestMember a, b;
  settle(a, b);
  pass_ms(1);
  EXPECT_GE(log_start(), kGroups * kPartitions);
  EXPECT_EQ(commit_offset({"h", "", std::nullopt, -1}, 8), GroupError::none);
  checkpoint();
  restart();
  for (int i = 0; i < kGroups; ++i)
    ASSERT_EQ(offset("g" + std::to_string(i), i % kPartitions), 7) << i;
  EXPECT_EQ(groups_->describe("g").members.size(), 2u);
}

TEST_F(GroupStateTest, WhatChangesWhileTheStateIsWrittenIsRight) {
  commit_all();
  std::atomic<bool> is_done = false;
  std::thread housekeeping([&] {
    do groups_->run_due();
    while (!is_done);
  });
  for (int i = 0; i < kGroups; i += 2) {
    std::string group = "g" + std::to_string(i);
    ASSERT_EQ(commit_meanwhile(group, 100 + i), GroupError::none);
    if (i % 3 == 0)
      groups_->delete_offsets(group, {{TopicName("t"), Partition(2)}}, [](auto, const auto&) {});
    if (log_->is_full()) checkpoint();
  }
  is_done = true;
  housekeeping.join();
  EXPECT_GT(log_start(), 0);
  checkpoint();
  restart();
  for (int i = 0; i < kGroups; ++i) {
    std::string group = "g" + std::to_string(i);
    ASSERT_EQ(offset(group, 0), 7) << i;
    ASSERT_EQ(offset(group, 1), i % 2 == 0 ? 100 + i : 7) << i;
    ASSERT_EQ(offset(group, 2), i % 6 == 0 ? -1 : 7) << i;
  }
}

}  // namespace
}  // namespace efd::groups
