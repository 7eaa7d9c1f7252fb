// SPDX-License-Identifier: MIT
// What groups are told when the disk has spoilt `__consumer_offsets`: nothing that is older than
// what was committed.
#include <gtest/gtest.h>

#include "groups/testing/group_coordinator_fixture.h"

namespace efd::groups {
namespace {

class GroupRotTest : public GroupCoordinatorTest {
 protected:
  const std::string segment_ = "/log/__consumer_offsets-0/00000000000000000000.log";

  // As after a restart, with the record of this offset spoilt.
  void spoil(const std::string& metadata) {
    groups_.reset();
    log_.reset();
    std::string bytes = *system::read_file(files_, segment_);
    size_t at = bytes.find(metadata);
    ASSERT_NE(at, std::string::npos);
    bytes[at] ^= 1;
    ASSERT_TRUE((*files_.open(segment_, system::Open::write))->write_at(0, bytes));
    open();
    auto opened = GroupCoordinator::open(*log_, clock_, group_options_);
    ASSERT_TRUE(opened) << opened.error().message;
    groups_ = std::move(*opened);
  }
  GroupError fetch_error() {
    GroupError error = GroupError::none;
    groups_->fetch("g", std::nullopt, [&](FetchedOffsets fetched) { error = fetched.error; });
    return error;
  }
};

TEST_F(GroupRotTest, NobodyIsToldAnOlderOffset) {
  commit_offset({"g", "", {}, -1}, 5, 0, "t", "first");
  commit_offset({"g", "", {}, -1}, 7, 0, "t", "second");
  checkpoint();
  spoil("second");
  ASSERT_TRUE(groups_->unreadable());
  EXPECT_NE(groups_->unreadable()->message.find("efd log repair"), std::string::npos);
  constexpr GroupError kExpected = GroupError::coordinator_not_available;
  EXPECT_EQ(fetch_error(), kExpected);
  EXPECT_EQ(commit_offset({"g", "", {}, -1}, 9), kExpected);
  EXPECT_EQ(groups_->heartbeat({"g", "m", {}, 1}), kExpected);
  EXPECT_FALSE(groups_->make_topic());
  TestMember member;
  join(member);
  ASSERT_TRUE(member.joined);
  EXPECT_EQ(member.joined->error, kExpected);
  sync(member);
  ASSERT_TRUE(member.synced);
  EXPECT_EQ(member.synced->error, kExpected);
  groups_->delete_groups(
      {"g"}, [&](std::vector<GroupError> errors) { EXPECT_EQ(errors, std::vector{kExpected}); });
  groups_->leave("g", {{}}, [&](std::vector<GroupError> errors) {
    EXPECT_EQ(errors, std::vector{kExpected});
  });
}

TEST_F(GroupRotTest, ARepairMakesTheGroupsGoOnFromWhatIsLeft) {
  commit_offset({"g", "", {}, -1}, 5, 0, "t", "first");
  commit_offset({"g", "", {}, -1}, 7, 0, "t", "second");
  commit_offset({"g", "", {}, -1}, 3, 1, "t", "third");
  checkpoint();
  spoil("second");
  ASSERT_TRUE(groups_->unreadable());
  groups_.reset();
  log_.reset();
  auto dropped = broker::CommitLog::repair(files_, clock_, options_, broker::Repair::drop);
  ASSERT_TRUE(dropped) << dropped.error().message;
  EXPECT_EQ(dropped->size(), 1u);
  open();
  open_groups();
  EXPECT_FALSE(groups_->unreadable());
  EXPECT_EQ(offset("g", 0), 5);
  EXPECT_EQ(offset("g", 1), 3);
  EXPECT_EQ(commit_offset({"g", "", {}, -1}, 9), GroupError::none);
  EXPECT_EQ(offset("g", 0), 9);
}

TEST_F(GroupRotTest, AWholeStateBehindTheRotIsEnough) {
  group_options_.snapshot_bytes = 600;
  open_groups();
  commit_offset({"g", "", {}, -1}, 5, 0, "t", "first");
  commit_offset({"h", "", {}, -1}, 6, 0, "t", "of a group that goes");
  groups_->delete_groups({"h"}, [](std::vector<GroupError>) {});
  commit_offset({"g", "", {}, -1}, 6, 0, "t", "spoilt");
  for (int i = 7; i < 12; ++i) commit_offset({"g", "", {}, -1}, i, 0, "t", "more");
  log_->hold("test", [](const TopicName&) { return true; });  // the rot stays where it is
  pass_ms(1);
  checkpoint();
  ASSERT_EQ(log_->state(*find("__consumer_offsets")).log_start, Offset(0));
  spoil("spoilt");
  EXPECT_TRUE(log_->damage());
  EXPECT_FALSE(groups_->unreadable());
  EXPECT_EQ(offset("g"), 11);
  EXPECT_EQ(offset("h"), -1);
}

}  // namespace
}  // namespace efd::groups
