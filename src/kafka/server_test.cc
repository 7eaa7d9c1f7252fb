// SPDX-License-Identifier: MIT
// The server over real sockets: versions, metadata, order and bounds of a connection.
#include "kafka/server.h"

#include <random>

#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

using ServerTest = TestServer;

TEST_F(ServerTest, ApiVersionsListsWhatIsSpoken) {
  start();
  TestClient client(port());
  ApiVersionsRequest request;
  request.client_software_name = "efd-test";
  request.client_software_version = "1.0";
  ApiVersionsResponse response = client.ask<ApiVersionsApi>(request, 4);
  EXPECT_EQ(response.error_code, KafkaError::none);
  ASSERT_EQ(response.api_keys.size(), kApiCount);
  EXPECT_EQ(response.api_keys[0].api_key, 0);
  EXPECT_EQ(response.api_keys[0].min_version, 0);  // Produce 0: or librdkafka stops compressing
  EXPECT_EQ(response.api_keys[0].max_version, 11);
}

TEST_F(ServerTest, ApiVersionsChecksTheSoftwaresName) {
  start();
  TestClient client(port());
  ApiVersionsRequest request;
  request.client_software_name = "-x-";
  request.client_software_version = "1.0";
  EXPECT_EQ(client.ask<ApiVersionsApi>(request, 3).error_code, KafkaError::invalid_request);
}

TEST_F(ServerTest, UnknownVersionOfApiVersionsGetsAnAnswerOfVersion0) {
  start();
  TestClient client(port());
  client.send<ApiVersionsApi>({}, 9, 77);
  // correlation id, error 35, one key: 18, 0 .. 4; and nothing behind it.
  EXPECT_EQ(client.receive_raw(), std::string("\0\0\0\x4d\0\x23\0\0\0\1\0\x12\0\0\0\4", 16));
  EXPECT_EQ(client.ask<ApiVersionsApi>({}, 0).error_code, KafkaError::none);
}

TEST_F(ServerTest, ClosesOnWhatItDoesNotSpeak) {
  start();
  for (std::string_view frame :
       {std::string_view("\0\0\0\x0a\0\x0b\0\0\0\0\0\1\xff\xff", 14),    // JoinGroup
        std::string_view("\0\0\0\x0a\0\0\0\2\0\0\0\1\xff\xff", 14),      // Produce 2
        std::string_view("\0\0\0\4\0\0\0\0", 8),                         // too short
        std::string_view("\x7f\xff\xff\xff\0\3\0\0", 8),                 // too long
        std::string_view("\xff\xff\xff\xff\0\3\0\0", 8),                 // negative
        std::string_view("\0\0\0\x0c\0\0\0\3\0\0\0\1\xff\xff\0\0", 16),  // cut Produce
        std::string_view("\0\0\0\x0e\0\3\0\4\0\0\0\1\xff\xff\x7f\xff\xff\xff", 18)}) {
    TestClient client(port());
    client.send_raw(frame);
    EXPECT_TRUE(client.is_closed_by_server()) << "byte 5: " << int(frame[5]);
  }
}

TEST_F(ServerTest, MetadataCreatesTopics) {
  start();
  TestClient client(port());
  MetadataRequestTopic topics[3];
  topics[0].name = "new";
  topics[1].name = "bad/name";
  topics[2].name = "..";
  MetadataRequest request;
  request.topics = topics;
  MetadataResponse response = client.ask<MetadataApi>(request, 12);
  EXPECT_EQ(response.cluster_id, log().cluster_id());
  ASSERT_EQ(response.brokers.size(), 1u);
  EXPECT_EQ(response.brokers[0].host, "127.0.0.1");
  EXPECT_EQ(response.brokers[0].port, port());
  EXPECT_EQ(response.topics[0].error_code, KafkaError::none);
  EXPECT_EQ(response.topics[0].partitions.size(), 1u);
  EXPECT_EQ(response.topics[0].topic_id, log().find_topic(TopicName("new"))->id.value());
  EXPECT_EQ(response.topics[1].error_code, KafkaError::invalid_topic);
  EXPECT_EQ(response.topics[2].error_code, KafkaError::invalid_topic);
}

TEST_F(ServerTest, MetadataCreatesNothingWhenToldNotTo) {
  start();
  TestClient client(port());
  MetadataRequestTopic topic;
  topic.name = "new";
  MetadataRequest request;
  request.topics = std::span(&topic, 1);
  request.allow_auto_topic_creation = false;
  EXPECT_EQ(client.ask<MetadataApi>(request, 4).topics[0].error_code,
            KafkaError::unknown_topic_or_partition);
  EXPECT_TRUE(log().topics().empty());
}

TEST_F(ServerTest, TopicsMadeOnDemandHaveTheBrokersNumberOfPartitions) {
  ServerOptions options;
  options.num_partitions = 3;
  start(Commits::by_themselves, {}, options);
  TestClient client(port());
  MetadataRequestTopic topic;
  topic.name = "new";
  MetadataRequest request;
  request.topics = std::span(&topic, 1);
  EXPECT_EQ(client.ask<MetadataApi>(request, 4).topics[0].partitions.size(), 3u);
  CreatableTopic created{.name = "created", .num_partitions = -1, .replication_factor = -1};
  CreateTopicsRequest create;
  create.topics = std::span(&created, 1);
  EXPECT_EQ(client.ask<CreateTopicsApi>(create, 7).topics[0].num_partitions, 3);
}

// As an Apache Kafka 4.1 without an authorizer: 8 operations for a topic, 7 for the cluster.
TEST_F(ServerTest, MetadataTellsAuthorizedOperationsWhenAsked) {
  start();
  make_topic("a");
  TestClient client(port());
  MetadataRequestTopic topics[2];
  topics[0].name = "a";
  topics[1].name = "nobody";
  MetadataRequest request;
  request.topics = topics;
  request.allow_auto_topic_creation = false;
  for (int16_t version = 8; version <= 12; ++version) {
    request.include_topic_authorized_operations = true;
    request.include_cluster_authorized_operations = true;
    MetadataResponse told = client.ask<MetadataApi>(request, version);
    EXPECT_EQ(told.topics[0].topic_authorized_operations, 0b1101'1111'1000);
    EXPECT_EQ(told.topics[1].topic_authorized_operations, 0b1101'1111'1000);
    EXPECT_EQ(told.cluster_authorized_operations,
              version <= 10 ? 0b1'1111'1010'0000 : kNoOperations);
    request.include_topic_authorized_operations = false;
    request.include_cluster_authorized_operations = false;
    MetadataResponse untold = client.ask<MetadataApi>(request, version);
    EXPECT_EQ(untold.topics[0].topic_authorized_operations, kNoOperations);
    EXPECT_EQ(untold.cluster_authorized_operations, kNoOperations);
  }
}

TEST_F(ServerTest, AnIpv4ClientIsToldAnIpv4AddressBehindTheWildcardOfIpv6) {
  start(Commits::by_themselves, {}, {}, "[::]:0");
  TestClient client(port());
  EXPECT_EQ(client.ask<MetadataApi>({}, 4).brokers[0].host, "127.0.0.1");
}

TEST_F(ServerTest, MetadataFindsTopicsById) {
  start();
  make_topic("a");
  TestClient client(port());
  MetadataRequestTopic topics[2];
  topics[0].topic_id = log().find_topic(TopicName("a"))->id.value();
  topics[1].topic_id = Uuid::random();
  MetadataRequest request;
  request.topics = topics;
  MetadataResponse response = client.ask<MetadataApi>(request, 12);
  EXPECT_EQ(response.topics[0].name, "a");
  EXPECT_EQ(response.topics[1].error_code, KafkaError::unknown_topic_id);
  EXPECT_EQ(response.topics[1].name, std::nullopt);
}

TEST_F(ServerTest, MetadataListsAllByAbsenceOrInVersion0ByAnEmptyList) {
  start();
  make_topic("a");
  TestClient client(port());
  MetadataRequest all;
  EXPECT_EQ(client.ask<MetadataApi>(all, 1).topics.size(), 1u);
  MetadataRequest none;
  none.topics.emplace();
  EXPECT_EQ(client.ask<MetadataApi>(none, 1).topics.size(), 0u);
  EXPECT_EQ(client.ask<MetadataApi>(none, 0).topics.size(), 1u);
}

TEST_F(ServerTest, AnswersKeepTheOrderOfTheRequests) {
  start();
  make_topic("t");
  TestClient client(port());
  OneFetch fetch("t", 0, 600'000);
  OneBatch produce("t", batch_of(1), 1);
  client.send<FetchApi>(fetch.request, 11, 1);
  client.send<MetadataApi>({}, 1, 2);
  client.send<ProduceApi>(produce.request, 7, 3);
  EXPECT_GT(records_bytes(client.receive<FetchApi>(11, 1)), 0u);
  EXPECT_EQ(client.receive<MetadataApi>(1, 2).topics.size(), 1u);
  client.receive<ProduceApi>(7, 3);
}

TEST_F(ServerTest, RequestsInFlightAreBounded) {
  ServerOptions options;
  options.requests_in_flight_max = 3;
  start(Commits::by_hand, {}, options);
  make_topic("t");
  TestClient client(port());
  OneBatch all("t", batch_of(1), -1);
  for (int32_t i = 0; i < 10; ++i) client.send<ProduceApi>(all.request, 7, i);
  TestClient probe(port());
  for (int32_t done = 0; done < 10; done += 3) {
    int32_t wanted = std::min(done + 3, 10);
    wait_until([&] { return log_end("t") == Offset(wanted); });
    probe.ask<ApiVersionsApi>({}, 0);  // the turn is over
    EXPECT_EQ(log_end("t"), Offset(wanted));
    ASSERT_TRUE(log().commit_now());
    for (int32_t i = done; i < wanted; ++i) client.receive<ProduceApi>(7, i);
  }
}

TEST_F(ServerTest, BigAnswersLeaveAsTheClientTakesThem) {
  ServerOptions options;
  options.send_queue_bytes_max = 1u << 20;
  options.answers_held_bytes_max = 1u << 20;
  start(Commits::by_themselves, {}, options);
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(1, {}, 900'000), -1);
  client.ask<ProduceApi>(produce.request, 7);
  OneFetch fetch("t", 0, 0);
  for (int32_t i = 0; i < 60; ++i) client.send<FetchApi>(fetch.request, 11, i);
  for (int32_t i = 0; i < 60; ++i) {
    EXPECT_EQ(records_bytes(client.receive<FetchApi>(11, i)), produce.bytes.size());
  }
}

TEST_F(ServerTest, TellsItsClientsWhereToConnect) {
  ServerOptions options;
  options.listeners.resize(2);
  options.listeners[1].bind = "127.0.0.1:0";
  options.listeners[1].advertised = "efd.example.org:19092";
  start(Commits::by_themselves, {}, options);
  TestClient client(server_->addresses()[1].port);
  MetadataResponse response = client.ask<MetadataApi>({}, 1);
  EXPECT_EQ(response.brokers[0].host, "efd.example.org");
  EXPECT_EQ(response.brokers[0].port, 19092);
}

TEST_F(ServerTest, BehindAWildcardItTellsTheAddressThatTheClientHasDialled) {
  start(Commits::by_themselves, {}, {}, "0.0.0.0:0");
  TestClient client(port());
  EXPECT_EQ(client.ask<MetadataApi>({}, 1).brokers[0].host, "127.0.0.1");
}

TEST_F(ServerTest, AFullPoolDelaysAndRefusesNothing) {
  start();
  pool_is_full_ = true;
  TestClient client(port());
  client.send<MetadataApi>({}, 1);
  TestClient probe(port());
  probe.ask<ApiVersionsApi>({}, 0);
  pool_is_full_ = false;
  client.receive<MetadataApi>(1);
}

// Frames with a few bytes changed, over one connection each: an answer, silence or a closed
// connection, and the server goes on.
TEST_F(ServerTest, SpoiledFramesHurtNobodyElse) {
  start();
  make_topic("t");
  OneBatch produce("t", batch_of(3), 1);
  OneFetch fetch("t", 0, 0);
  MetadataRequestTopic named;
  named.name = "t";
  MetadataRequest metadata;
  metadata.topics = std::span(&named, 1);
  std::vector<std::string> frames = {request_frame<ProduceApi>(produce.request, 7, 1),
                                     request_frame<ProduceApi>(produce.request, 9, 1),
                                     request_frame<FetchApi>(fetch.request, 11, 1),
                                     request_frame<FetchApi>(fetch.request, 12, 1),
                                     request_frame<MetadataApi>(metadata, 4, 1),
                                     request_frame<MetadataApi>(metadata, 9, 1)};
  std::minstd_rand random(1);
  TestClient witness(port());
  for (int i = 0; i < 600; ++i) {
    std::string frame = frames[random() % frames.size()];
    for (int n = 0; n < 3; ++n) {
      frame[kFrameSizeBytes + 2 + random() % (frame.size() - 6)] = static_cast<char>(random());
    }
    TestClient client(port());
    client.send_raw(frame);
    if (i % 20 == 0) witness.ask<ApiVersionsApi>({}, 0);
  }
  witness.ask<ApiVersionsApi>({}, 0);
}

}  // namespace
}  // namespace efd::kafka
