// SPDX-License-Identifier: MIT
#include "groups/group_coordinator.h"

#include <gtest/gtest.h>

#include "broker/internal_topics.h"
#include "groups/consumer_protocol.h"
#include "groups/testing/group_coordinator_fixture.h"

namespace efd::groups {
namespace {

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
  put_out(a, b);
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

TEST_F(GroupCoordinatorTest, TheTopicStaysSmall) {
  group_options_.snapshot_bytes = 10'000;
  open_groups();
  for (int i = 1; i <= 2'000; ++i) {
    ASSERT_EQ(commit_offset({"g", "", std::nullopt, -1}, i, i % 3), GroupError::none);
    if (i % 10 == 0) pass_ms(1);
  }
  auto partition = find(std::string(broker::kOffsetsTopic));
  broker::PartitionState range = log_->state(*partition);
  EXPECT_GT(range.log_start, Offset(1'500));
  restart();
  EXPECT_EQ(offset("g", 0), 1'998);
  EXPECT_EQ(offset("g", 1), 1'999);
  EXPECT_EQ(offset("g", 2), 2'000);
}

}  // namespace
}  // namespace efd::groups
