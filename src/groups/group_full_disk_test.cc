// SPDX-License-Identifier: MIT
// A disk that is full does not keep groups from reading: what was acknowledged is told at once, and
// members join in memory.
#include "groups/testing/group_coordinator_fixture.h"

namespace efd::groups {
namespace {

class GroupFullDiskTest : public GroupCoordinatorTest {
 protected:
  using Offsets = std::map<int32_t, int64_t>;

  void fill_disk() {
    files_.set_capacity_bytes(0);
    ASSERT_FALSE(log_->commit_now());
  }
  void make_room() {
    files_.set_capacity_bytes(1 << 30);
    ASSERT_TRUE(log_->retain_now());
  }
  // Not durable yet.
  void begin_commit(int32_t partition, int64_t next, std::optional<GroupError>& told) {
    groups_->commit({"g", "", {}, -1}, {{{TopicName("t"), Partition(partition)}, next, -1, ""}},
                    [&](std::vector<GroupError> errors) { told = errors[0]; });
  }
  void fetch(std::optional<std::vector<TopicPartition>> partitions, std::optional<Offsets>& told) {
    groups_->fetch("g", std::move(partitions), [&](FetchedOffsets fetched) {
      EXPECT_EQ(fetched.error, GroupError::none);
      told.emplace();
      for (const auto& [partition, offset] : fetched.offsets)
        (*told)[partition.partition.value()] = offset.next;
    });
  }
  static std::vector<TopicPartition> both() {
    return {{TopicName("t"), Partition(0)}, {TopicName("t"), Partition(1)}};
  }
};

TEST_F(GroupFullDiskTest, OffsetsAreTheLastThatWereAcknowledged) {
  ASSERT_EQ(commit_offset({"g", "", {}, -1}, 5), GroupError::none);
  std::optional<GroupError> six, seven, nine;
  std::optional<Offsets> waiting, asked, all;
  begin_commit(0, 6, six);
  begin_commit(0, 7, seven);
  begin_commit(1, 9, nine);
  fetch(both(), waiting);
  EXPECT_FALSE(six || seven || nine || waiting) << "a disk that has room is waited for";
  fill_disk();
  for (const auto& told : {six, seven, nine})
    EXPECT_EQ(told, GroupError::coordinator_not_available) << "and no heartbeat waits behind it";
  EXPECT_EQ(waiting, (Offsets{{0, 5}, {1, -1}}));
  fetch(both(), asked);
  EXPECT_EQ(asked, (Offsets{{0, 5}, {1, -1}}));
  fetch({}, all);
  EXPECT_EQ(all, (Offsets{{0, 5}}));
  make_room();
  fetch({}, all);
  EXPECT_EQ(all, (Offsets{{0, 7}, {1, 9}}));
}

TEST_F(GroupFullDiskTest, WhatWasDeletedAndIsNotDurableIsStillThere) {
  ASSERT_EQ(commit_offset({"g", "", {}, -1}, 5), GroupError::none);
  std::optional<GroupError> deleted;
  groups_->delete_offsets("g", {{TopicName("t"), Partition(0)}},
                          [&](GroupError, std::vector<GroupError> errors) { deleted = errors[0]; });
  fill_disk();
  EXPECT_EQ(deleted, GroupError::coordinator_not_available);
  std::optional<Offsets> told;
  fetch({}, told);
  EXPECT_EQ(told, (Offsets{{0, 5}}));
  make_room();
  fetch({}, told);
  EXPECT_EQ(told, Offsets());
}

TEST_F(GroupFullDiskTest, MembersJoinAndSync) {
  TestMember a;
  JoinGroup request;
  request.group = "g";
  request.protocol_type = "consumer";
  request.protocols = {{"range", "m"}};
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 30'000;
  auto join_now = [&](TestMember& member) {
    member.joined.reset();
    request.member = member.id;
    groups_->join(request, [&member](Joined joined) {
      member.id = joined.member;
      member.generation = joined.generation;
      member.joined = std::move(joined);
    });
  };
  auto sync_now = [&](TestMember& member) {
    member.synced.reset();
    groups_->sync({who(member), {}, {}, {{member.id, "1"}}},
                  [&member](Synced synced) { member.synced = std::move(synced); });
  };
  join_now(a);
  ASSERT_TRUE(a.joined);
  sync_now(a);
  EXPECT_FALSE(a.synced) << "a disk that has room is waited for";
  fill_disk();
  ASSERT_TRUE(a.synced);
  EXPECT_EQ(a.synced->error, GroupError::none);
  EXPECT_EQ(groups_->heartbeat(who(a)), GroupError::none);
  join_now(a);
  ASSERT_TRUE(a.joined) << "while it is full";
  EXPECT_EQ(a.joined->error, GroupError::none);
  sync_now(a);
  ASSERT_TRUE(a.synced);
  EXPECT_EQ(a.synced->assignment, "1");
}

}  // namespace
}  // namespace efd::groups
