// SPDX-License-Identifier: MIT
// The APIs of consumer groups, as a client sees them on the wire.
#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

class GroupsTest : public TestServer {
 protected:
  // Of one protocol, "range", with these bytes.
  JoinGroupRequest join_request(std::string_view member, std::string_view metadata = "m") {
    protocol_ = {"range", Bytes{metadata}};
    JoinGroupRequest request;
    request.group_id = "g";
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 20'000;
    request.member_id = member;
    request.protocol_type = "consumer";
    request.protocols = std::span(&protocol_, 1);
    return request;
  }
  SyncGroupRequest sync_request(std::string_view member, int32_t generation) {
    SyncGroupRequest request;
    request.group_id = "g";
    request.generation_id = generation;
    request.member_id = member;
    return request;
  }
  // A group of one; its id.
  std::string be_member(TestClient& client, std::string_view assignment = "all") {
    std::string id(client.ask<JoinGroupApi>(join_request(""), 5).member_id);
    EXPECT_FALSE(id.empty());
    JoinGroupResponse joined = client.ask<JoinGroupApi>(join_request(id), 5);
    EXPECT_EQ(joined.error_code, KafkaError::none);
    EXPECT_EQ(joined.leader, id);
    EXPECT_EQ(joined.protocol_name, "range");
    SyncGroupRequest sync = sync_request(id, joined.generation_id);
    SyncGroupRequestAssignment mine{id, Bytes{assignment}};
    sync.assignments = std::span(&mine, 1);
    SyncGroupResponse synced = client.ask<SyncGroupApi>(sync, 3);
    EXPECT_EQ(synced.error_code, KafkaError::none);
    EXPECT_EQ(synced.assignment.view, assignment);
    return id;
  }
  KafkaError heartbeat(TestClient& client, std::string_view member, int32_t generation) {
    HeartbeatRequest request;
    request.group_id = "g";
    request.member_id = member;
    request.generation_id = generation;
    return client.ask<HeartbeatApi>(request, 3).error_code;
  }
  KafkaError commit(TestClient& client, std::string_view member, int32_t generation, int64_t offset,
                    int32_t partition = 0, std::string_view metadata = "note") {
    OffsetCommitRequestPartition asked{partition, offset, -1, -1, metadata};
    OffsetCommitRequestTopic topic{"t", std::span(&asked, 1)};
    OffsetCommitRequest request;
    request.group_id = "g";
    request.generation_id_or_member_epoch = generation;
    request.member_id = member;
    request.topics = std::span(&topic, 1);
    OffsetCommitResponse response = client.ask<OffsetCommitApi>(request, 7);
    return response.topics[0].partitions[0].error_code;
  }
  int64_t committed(TestClient& client, int32_t partition = 0) {
    OffsetFetchRequestTopic topic{"t", std::span(&partition, 1)};
    OffsetFetchRequest request;
    request.group_id = "g";
    request.topics = std::span(&topic, 1);
    OffsetFetchResponse response = client.ask<OffsetFetchApi>(request, 7);
    EXPECT_EQ(response.error_code, KafkaError::none);
    return response.topics[0].partitions[0].committed_offset;
  }
  void find_coordinator(TestClient& client) {
    FindCoordinatorRequest request;
    request.key = "g";
    ASSERT_EQ(client.ask<FindCoordinatorApi>(request, 2).error_code, KafkaError::none);
  }

 private:
  JoinGroupRequestProtocol protocol_;
};

TEST_F(GroupsTest, ANewMemberIsGivenItsIdFirst) {
  start();
  TestClient client(port());
  JoinGroupResponse first = client.ask<JoinGroupApi>(join_request(""), 4);
  EXPECT_EQ(first.error_code, KafkaError::member_id_required);
  EXPECT_TRUE(first.member_id.starts_with("test-")) << first.member_id;
  // Before version 4 it is a member at once; the one that was given an id is waited for.
  TestClient old(port());
  old.send<JoinGroupApi>(join_request(""), 3);
  std::string given(first.member_id);
  wait_until([&] { return groups_->describe("g").members.size() == 1; });
  JoinGroupResponse joined = client.ask<JoinGroupApi>(join_request(given), 4);
  EXPECT_EQ(joined.error_code, KafkaError::none);
  EXPECT_EQ(joined.member_id, given);
  EXPECT_EQ(old.receive<JoinGroupApi>(3).generation_id, joined.generation_id);
}

TEST_F(GroupsTest, TheLeaderAssignsAndFollowersWait) {
  start();
  TestClient a(port()), b(port());
  find_coordinator(a);
  std::string leader = be_member(a);
  std::string follower(b.ask<JoinGroupApi>(join_request("", "other"), 5).member_id);
  b.send<JoinGroupApi>(join_request(follower, "other"), 5);
  wait_until([&] { return heartbeat(a, leader, 1) == KafkaError::rebalance_in_progress; });
  JoinGroupResponse joined = a.ask<JoinGroupApi>(join_request(leader), 5);
  ASSERT_EQ(joined.error_code, KafkaError::none);
  EXPECT_EQ(joined.generation_id, 2);
  ASSERT_EQ(joined.members.size(), 2u);
  JoinGroupResponse other = b.receive<JoinGroupApi>(5);
  EXPECT_EQ(other.leader, leader);
  EXPECT_TRUE(other.members.empty());
  b.send<SyncGroupApi>(sync_request(follower, 2), 3);
  SyncGroupRequest sync = sync_request(leader, 2);
  SyncGroupRequestAssignment parts[] = {{leader, Bytes{"1"}}, {follower, Bytes{"2"}}};
  sync.assignments = parts;
  EXPECT_EQ(a.ask<SyncGroupApi>(sync, 3).assignment.view, "1");
  EXPECT_EQ(b.receive<SyncGroupApi>(3).assignment.view, "2");
  EXPECT_EQ(heartbeat(a, leader, 2), KafkaError::none);
  EXPECT_EQ(heartbeat(a, leader, 1), KafkaError::illegal_generation);
  EXPECT_EQ(heartbeat(a, "nobody", 2), KafkaError::unknown_member_id);
  // One leaves: the other is asked again.
  LeaveGroupRequest leave;
  leave.group_id = "g";
  MemberIdentity who{follower, std::nullopt, std::nullopt};
  leave.members = std::span(&who, 1);
  EXPECT_EQ(b.ask<LeaveGroupApi>(leave, 4).members[0].error_code, KafkaError::none);
  EXPECT_EQ(b.ask<LeaveGroupApi>(leave, 4).members[0].error_code, KafkaError::unknown_member_id);
  EXPECT_EQ(heartbeat(a, leader, 2), KafkaError::rebalance_in_progress);
}

TEST_F(GroupsTest, OffsetsAreCommittedFetchedAndDeleted) {
  start();
  make_topic("t");
  TestClient client(port());
  find_coordinator(client);
  EXPECT_EQ(committed(client), -1);
  std::string member = be_member(client);
  EXPECT_EQ(commit(client, member, 1, 42), KafkaError::none);
  EXPECT_EQ(committed(client), 42);
  EXPECT_EQ(commit(client, member, 1, 42, 7), KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(commit(client, member, 0, 43), KafkaError::illegal_generation);
  EXPECT_EQ(commit(client, "", -1, 43), KafkaError::unknown_member_id);
  EXPECT_EQ(commit(client, member, 1, 43, 0, std::string(4097, 'm')),
            KafkaError::offset_metadata_too_large);
  EXPECT_EQ(committed(client), 42);

  OffsetFetchRequest all;
  all.group_id = "g";
  OffsetFetchResponse stored = client.ask<OffsetFetchApi>(all, 5);
  ASSERT_EQ(stored.topics.size(), 1u);
  EXPECT_EQ(stored.topics[0].partitions[0].metadata, "note");
  OffsetFetchRequestGroup groups[] = {{"g"}, {"none"}};
  all.groups = groups;
  stored = client.ask<OffsetFetchApi>(all, 8);
  ASSERT_EQ(stored.groups.size(), 2u);
  EXPECT_EQ(stored.groups[0].topics[0].partitions[0].committed_offset, 42);
  EXPECT_TRUE(stored.groups[1].topics.empty());
  EXPECT_EQ(stored.groups[1].error_code, KafkaError::none);

  OffsetDeleteRequestPartition partition{0};
  OffsetDeleteRequestTopic topic{"t", std::span(&partition, 1)};
  OffsetDeleteRequest remove;
  remove.group_id = "g";
  remove.topics = std::span(&topic, 1);
  OffsetDeleteResponse removed = client.ask<OffsetDeleteApi>(remove, 0);
  // "m" is no subscription: it may mean any topic.
  EXPECT_EQ(removed.topics[0].partitions[0].error_code, KafkaError::group_subscribed_to_topic);
  LeaveGroupRequest leave;
  leave.group_id = "g";
  leave.member_id = member;
  EXPECT_EQ(client.ask<LeaveGroupApi>(leave, 1).error_code, KafkaError::none);
  removed = client.ask<OffsetDeleteApi>(remove, 0);
  EXPECT_EQ(removed.topics[0].partitions[0].error_code, KafkaError::none);
  EXPECT_EQ(committed(client), -1);
}

TEST_F(GroupsTest, GroupsAreListedDescribedAndDeleted) {
  start();
  TestClient client(port());
  find_coordinator(client);
  std::string member = be_member(client);
  std::string_view stable[] = {"stable"};
  ListGroupsRequest list;
  list.states_filter = stable;
  ListGroupsResponse listed = client.ask<ListGroupsApi>(list, 4);
  ASSERT_EQ(listed.groups.size(), 1u);
  EXPECT_EQ(listed.groups[0].group_state, "Stable");
  EXPECT_EQ(listed.groups[0].protocol_type, "consumer");
  std::string_view other_type[] = {"consumer"};
  list.types_filter = other_type;
  EXPECT_TRUE(client.ask<ListGroupsApi>(list, 5).groups.empty());

  std::string_view names[] = {"g", "none"};
  DescribeGroupsRequest describe;
  describe.groups = names;
  describe.include_authorized_operations = true;
  DescribeGroupsResponse described = client.ask<DescribeGroupsApi>(describe, 5);
  ASSERT_EQ(described.groups.size(), 2u);
  ASSERT_EQ(described.groups[0].members.size(), 1u);
  EXPECT_EQ(described.groups[0].members[0].member_id, member);
  EXPECT_EQ(described.groups[0].members[0].client_id, "test");
  EXPECT_EQ(described.groups[0].members[0].client_host, "/127.0.0.1");
  EXPECT_EQ(described.groups[0].members[0].member_assignment.view, "all");
  EXPECT_EQ(described.groups[1].group_state, "Dead");

  DeleteGroupsRequest remove;
  remove.groups_names = names;
  DeleteGroupsResponse removed = client.ask<DeleteGroupsApi>(remove, 2);
  EXPECT_EQ(removed.results[0].error_code, KafkaError::non_empty_group);
  EXPECT_EQ(removed.results[1].error_code, KafkaError::group_id_not_found);
}

TEST_F(GroupsTest, ClientsCannotWriteTheOffsetsTopic) {
  start();
  TestClient client(port());
  find_coordinator(client);
  std::string batch = batch_of(1);
  PartitionProduceData data{0, Bytes{batch}};
  TopicProduceData topic{.name = "__consumer_offsets", .partition_data = std::span(&data, 1)};
  ProduceRequest produce;
  produce.acks = -1;
  produce.topic_data = std::span(&topic, 1);
  ProduceResponse produced = client.ask<ProduceApi>(produce, 7);
  EXPECT_EQ(produced.responses[0].partition_responses[0].error_code, KafkaError::invalid_topic);
  std::string_view names[] = {"__consumer_offsets"};
  DeleteTopicsRequest remove;
  remove.topic_names = names;
  EXPECT_EQ(client.ask<DeleteTopicsApi>(remove, 1).responses[0].error_code,
            KafkaError::topic_deletion_disabled);
}

TEST_F(GroupsTest, ACommitIsAnsweredWhenItIsDurable) {
  start(Commits::by_hand);
  make_topic("t");
  TestClient client(port());
  find_coordinator(client);
  OffsetCommitRequestPartition asked{0, 5, -1, -1, "note"};
  OffsetCommitRequestTopic topic{"t", std::span(&asked, 1)};
  OffsetCommitRequest request;
  request.group_id = "g";
  request.topics = std::span(&topic, 1);
  client.send<OffsetCommitApi>(request, 7);
  wait_until([&] { return log_end("__consumer_offsets") == Offset(1); });
  EXPECT_EQ(
      log().state(*log().partition(TopicName("__consumer_offsets"), Partition(0))).high_watermark,
      Offset(0));
  ASSERT_TRUE(log().commit_now());
  OffsetCommitResponse response = client.receive<OffsetCommitApi>(7);
  EXPECT_EQ(response.topics[0].partitions[0].error_code, KafkaError::none);
}

}  // namespace
}  // namespace efd::kafka
