// SPDX-License-Identifier: MIT
// The server over real sockets and a log whose disk the test holds in its hand.
#include "kafka/server.h"

#include <random>

#include <gtest/gtest.h>

#include "kafka/test_client_test.h"
#include "kafka/test_server_test.h"

namespace efd::kafka {
namespace {

using ServerTest = TestServer;

// One topic, one partition.
struct OneBatch {
  OneBatch(std::string_view topic, std::string records, int16_t acks) : bytes(std::move(records)) {
    partition.records = Bytes{bytes};
    topic_data.name = topic;
    topic_data.partition_data = {&partition, 1};
    request.acks = acks;
    request.timeout_ms = 1000;
    request.topic_data = {&topic_data, 1};
  }
  std::string bytes;
  PartitionProduceData partition;
  TopicProduceData topic_data;
  ProduceRequest request;
};

struct OneFetch {
  OneFetch(std::string_view name, int64_t offset, int32_t wait_ms, int32_t min_bytes = 1) {
    partition.fetch_offset = offset;
    partition.partition_max_bytes = 1 << 20;
    topic.topic = name;
    topic.partitions = {&partition, 1};
    request.max_wait_ms = wait_ms;
    request.min_bytes = min_bytes;
    request.topics = {&topic, 1};
  }
  FetchPartition partition;
  FetchTopic topic;
  FetchRequest request;
};

const PartitionProduceResponse& only(const ProduceResponse& response) {
  return response.responses[0].partition_responses[0];
}

size_t records_bytes(const FetchResponse& response) {
  size_t bytes = 0;
  for (std::string_view part : response.responses[0].partitions[0].records->parts) {
    bytes += part.size();
  }
  return bytes;
}

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

TEST_F(ServerTest, ProduceInEveryVersion) {
  start();
  make_topic("t");
  TestClient client(port());
  for (int16_t version = 3; version <= 11; ++version) {
    OneBatch produce("t", batch_of(2), 1);
    ProduceResponse response = client.ask<ProduceApi>(produce.request, version);
    const PartitionProduceResponse& partition = response.responses[0].partition_responses[0];
    EXPECT_EQ(partition.error_code, KafkaError::none);
    EXPECT_EQ(partition.base_offset, 2 * (version - 3));
  }
}

TEST_F(ServerTest, ProduceRefusesWhatItCannotTake) {
  start();
  make_topic("t");
  TestClient client(port());
  auto error = [&](ProduceRequest& request, int16_t version = 8) {
    return client.ask<ProduceApi>(request, version).responses[0].partition_responses[0].error_code;
  };
  OneBatch unknown("nobody", batch_of(1), 1);
  EXPECT_EQ(error(unknown.request), KafkaError::unknown_topic_or_partition);
  OneBatch two("t", batch_of(1) + batch_of(1), 1);
  EXPECT_EQ(error(two.request), KafkaError::invalid_record);
  OneBatch none("t", "", 1);
  EXPECT_EQ(error(none.request), KafkaError::invalid_record);
  OneBatch odd_acks("t", batch_of(1), 2);
  EXPECT_EQ(error(odd_acks.request), KafkaError::invalid_required_acks);
  OneBatch transactional("t", batch_of(1), -1);
  transactional.request.transactional_id = "tx";
  EXPECT_EQ(error(transactional.request), KafkaError::transactional_id_authorization_failed);
  OneBatch zstd("t", batch_of(1), 1);
  zstd.bytes[22] = 4;
  EXPECT_EQ(error(zstd.request, 6), KafkaError::unsupported_compression_type);
  OneBatch rotten("t", batch_of(1), 1);
  rotten.bytes.back() ^= 1;
  EXPECT_EQ(error(rotten.request), KafkaError::corrupt_message);
}

TEST_F(ServerTest, ARepeatedBatchOfAnIdempotentProducerKeepsItsOffset) {
  start();
  make_topic("t");
  TestClient client(port());
  int64_t id = client.ask<InitProducerIdApi>({}, 4).producer_id;
  EXPECT_NE(client.ask<InitProducerIdApi>({}, 0).producer_id, id);
  auto produce = [&](int32_t sequence) {
    broker::BatchIdentity identity;
    identity.producer_id = id;
    identity.producer_epoch = 0;
    identity.base_sequence = sequence;
    OneBatch batch("t", batch_of(2, identity), -1);
    return only(client.ask<ProduceApi>(batch.request, 9));
  };
  EXPECT_EQ(produce(0).base_offset, 0);
  EXPECT_EQ(produce(2).base_offset, 2);
  EXPECT_EQ(produce(2).base_offset, 2);
  EXPECT_EQ(produce(7).error_code, KafkaError::out_of_order_sequence_number);
  EXPECT_EQ(log_end("t"), Offset(4));
}

TEST_F(ServerTest, TransactionsAreRefused) {
  start();
  TestClient client(port());
  InitProducerIdRequest request;
  request.transactional_id = "tx";
  EXPECT_EQ(client.ask<InitProducerIdApi>(request, 4).error_code,
            KafkaError::transactional_id_authorization_failed);
}

TEST_F(ServerTest, ProduceFindsATopicMadeAnew) {
  start();
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(3), 1);
  client.ask<ProduceApi>(produce.request, 7);
  ASSERT_TRUE(log().delete_topic(TopicName("t")));
  make_topic("t");
  ProduceResponse response = client.ask<ProduceApi>(produce.request, 7);
  EXPECT_EQ(response.responses[0].partition_responses[0].error_code, KafkaError::none);
  EXPECT_EQ(response.responses[0].partition_responses[0].base_offset, 0);
}

TEST_F(ServerTest, OneWriteForAllRequestsOfATurn) {
  start(Commits::by_hand);
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(1), 1);
  std::string frames;
  for (int32_t i = 0; i < 50; ++i) frames += request_frame<ProduceApi>(produce.request, 7, i);
  uint64_t before = files_.changes();
  client.send_raw(frames);
  for (int32_t i = 0; i < 50; ++i) {
    auto response = client.receive<ProduceApi>(7, i);
    EXPECT_EQ(response.responses[0].partition_responses[0].base_offset, i);
  }
  EXPECT_LE(files_.changes() - before, 3u);  // one, unless the bytes came in pieces
}

TEST_F(ServerTest, AcksAllWaitsForTheDisk) {
  start(Commits::by_hand);
  make_topic("t");
  TestClient client(port());
  TestClient other(port());
  OneBatch all("t", batch_of(1), -1);
  OneBatch leader("t", batch_of(1), 1);
  client.send<ProduceApi>(all.request, 7, 1);
  client.send<ProduceApi>(leader.request, 7, 2);
  // The other connection is answered; this one's second answer waits behind its first.
  wait_until([&] { return log_end("t") >= Offset(2); });
  EXPECT_EQ(only(other.ask<ProduceApi>(leader.request, 7)).base_offset, 2);
  ASSERT_TRUE(log().commit_now());
  EXPECT_EQ(only(client.receive<ProduceApi>(7, 1)).base_offset, 0);
  EXPECT_EQ(only(client.receive<ProduceApi>(7, 2)).base_offset, 1);
}

class DiskFailureTest : public TestServer, public ::testing::WithParamInterface<int16_t> {};
INSTANTIATE_TEST_SUITE_P(Versions, DiskFailureTest, ::testing::Values(3, 7, 8, 9, 11));

TEST_P(DiskFailureTest, AcksAllIsTold) {
  start(Commits::by_hand);
  make_topic("t");
  TestClient client(port());
  OneBatch all("t", batch_of(1), -1);
  client.send<ProduceApi>(all.request, GetParam());
  wait_until([&] { return log_end("t") == Offset(1); });
  TestClient probe(port());
  probe.ask<ApiVersionsApi>({}, 0);  // the turn that appended is over: the answer waits
  files_.cut_power_after(1);
  EXPECT_FALSE(log().commit_now());
  auto answer = only(client.receive<ProduceApi>(GetParam()));
  EXPECT_EQ(answer.error_code, KafkaError::kafka_storage_error);
  EXPECT_EQ(answer.base_offset, -1);
}

TEST_P(DiskFailureTest, AFailedWriteIsAStorageError) {
  start(Commits::by_hand);
  make_topic("t");
  files_.cut_power_after(1);
  TestClient client(port());
  OneBatch produce("t", batch_of(1), 1);
  auto answer = only(client.ask<ProduceApi>(produce.request, GetParam()));
  EXPECT_EQ(answer.error_code, KafkaError::kafka_storage_error);
  EXPECT_EQ(answer.base_offset, -1);
}

TEST_P(DiskFailureTest, AFailedWriteClosesAcks0) {
  start(Commits::by_hand);
  make_topic("t");
  files_.cut_power_after(1);
  TestClient client(port());
  OneBatch unanswered("t", batch_of(1), 0);
  client.send<ProduceApi>(unanswered.request, GetParam());
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(ServerTest, AcksAllDoesNotWaitUnderOtherPolicies) {
  start(Commits::by_hand);
  make_topic("t", {{"efd.durability", "group-ms"}});
  TestClient client(port());
  OneBatch all("t", batch_of(1), -1);
  EXPECT_EQ(only(client.ask<ProduceApi>(all.request, 7)).error_code, KafkaError::none);
}

TEST_F(ServerTest, Acks0GetsNoAnswerAndAnErrorCloses) {
  start();
  make_topic("t");
  TestClient client(port());
  OneBatch good("t", batch_of(1), 0);
  client.send<ProduceApi>(good.request, 7, 1);
  client.send<ApiVersionsApi>({}, 0, 2);
  client.receive<ApiVersionsApi>(0, 2);  // and not 1
  EXPECT_EQ(log_end("t"), Offset(1));
  OneBatch bad("nobody", batch_of(1), 0);
  client.send<ProduceApi>(bad.request, 7);
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(ServerTest, AFullLogHoldsProducersUntilThereIsRoom) {
  broker::CommitLogOptions options;
  options.wal_bytes_max = 1u << 20;
  start(Commits::by_hand, options);
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(1, {}, 100'000), 1);
  int64_t taken = 0;
  for (; !log().is_full(); ++taken) client.ask<ProduceApi>(produce.request, 7);
  client.send<ProduceApi>(produce.request, 7);
  TestClient other(port());
  other.ask<ApiVersionsApi>({}, 0);  // everybody else is served
  EXPECT_EQ(log_end("t"), Offset(taken));
  ASSERT_TRUE(log().checkpoint_now());
  EXPECT_EQ(only(client.receive<ProduceApi>(7)).base_offset, taken);
}

TEST_F(ServerTest, FetchInEveryVersion) {
  start();
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(5), -1);
  client.ask<ProduceApi>(produce.request, 7);
  for (int16_t version = 4; version <= 16; ++version) {
    OneFetch fetch("t", 2, 0);
    fetch.topic.topic_id = log().find_topic(TopicName("t"))->id.value();
    FetchResponse response = client.ask<FetchApi>(fetch.request, version);
    const PartitionData& partition = response.responses[0].partitions[0];
    EXPECT_EQ(partition.error_code, KafkaError::none) << version;
    EXPECT_EQ(partition.high_watermark, 5);
    EXPECT_EQ(records_bytes(response), batch_of(5).size());
  }
}

TEST_F(ServerTest, FetchIsWokenByAppends) {
  start();
  make_topic("t");
  TestClient consumer(port());
  TestClient producer(port());
  OneFetch fetch("t", 0, 600'000, static_cast<int32_t>(2 * batch_of(1).size()));
  consumer.send<FetchApi>(fetch.request, 11);
  producer.ask<ApiVersionsApi>({}, 0);  // the Fetch is waiting
  OneBatch produce("t", batch_of(1), 1);
  producer.ask<ProduceApi>(produce.request, 7);
  producer.ask<ProduceApi>(produce.request, 7);
  EXPECT_EQ(records_bytes(consumer.receive<FetchApi>(11)), 2 * batch_of(1).size());
}

TEST_F(ServerTest, FetchSeesOnlyWhatIsDurable) {
  start(Commits::by_hand);
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(1), 1);
  client.ask<ProduceApi>(produce.request, 7);
  OneFetch fetch("t", 0, 0);
  EXPECT_EQ(records_bytes(client.ask<FetchApi>(fetch.request, 11)), 0u);
  ASSERT_TRUE(log().commit_now());
  EXPECT_GT(records_bytes(client.ask<FetchApi>(fetch.request, 11)), 0u);
}

TEST_F(ServerTest, FetchIsToldThatItsTopicIsGone) {
  start();
  make_topic("t");
  TestClient consumer(port());
  OneFetch fetch("t", 0, 600'000);
  consumer.send<FetchApi>(fetch.request, 11);
  TestClient probe(port());
  probe.ask<ApiVersionsApi>({}, 0);
  ASSERT_TRUE(log().delete_topic(TopicName("t")));
  EXPECT_EQ(consumer.receive<FetchApi>(11).responses[0].partitions[0].error_code,
            KafkaError::unknown_topic_or_partition);
}

TEST_F(ServerTest, FetchAnswersWhenPatienceEnds) {
  start();
  make_topic("t");
  TestClient consumer(port());
  OneFetch fetch("t", 0, 30);
  EXPECT_EQ(records_bytes(consumer.ask<FetchApi>(fetch.request, 11)), 0u);
}

TEST_F(ServerTest, FetchErrorsAnswerAtOnce) {
  start();
  make_topic("t");
  TestClient consumer(port());
  auto answer = [&](OneFetch& fetch, int16_t version) {
    return consumer.ask<FetchApi>(fetch.request, version).responses[0].partitions[0];
  };
  OneFetch beyond("t", 7, 600'000);
  EXPECT_EQ(answer(beyond, 11).error_code, KafkaError::offset_out_of_range);
  OneFetch unknown("nobody", 0, 600'000);
  EXPECT_EQ(answer(unknown, 11).error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(answer(unknown, 13).error_code, KafkaError::unknown_topic_id);
  OneFetch epoch("t", 0, 600'000);
  epoch.partition.current_leader_epoch = 4;
  EXPECT_EQ(answer(epoch, 11).error_code, KafkaError::unknown_leader_epoch);
}

TEST_F(ServerTest, FetchGivesAtLeastOneBatchAndHeedsItsBoundsElse) {
  start();
  make_topic("a");
  make_topic("b");
  TestClient client(port());
  for (const char* topic : {"a", "b"}) {
    OneBatch produce(topic, batch_of(1, {}, 1'000), -1);
    client.ask<ProduceApi>(produce.request, 7);
    client.ask<ProduceApi>(produce.request, 7);
  }
  FetchPartition partition;
  partition.partition_max_bytes = 10;
  FetchTopic topics[2];
  topics[0].topic = "a";
  topics[1].topic = "b";
  topics[0].partitions = topics[1].partitions = {&partition, 1};
  FetchRequest request;
  request.topics = topics;
  size_t first_has = 0;
  for (int i = 0; i < 4; ++i) {  // the turn goes round
    FetchResponse response = client.ask<FetchApi>(request, 11);
    size_t sizes[2];
    for (int t = 0; t < 2; ++t) {
      sizes[t] = response.responses[t].partitions[0].records->parts[0].size();
    }
    EXPECT_EQ(sizes[0] + sizes[1], batch_of(1, {}, 1'000).size());
    first_has += sizes[0] > 0;
  }
  EXPECT_EQ(first_has, 2u);
}

TEST_F(ServerTest, FetchReadsTheDiskOffTheLoop) {
  broker::CommitLogOptions options;
  options.recent_bytes_max = 0;
  start(Commits::by_hand, options);
  make_topic("t");
  TestClient client(port());
  OneBatch produce("t", batch_of(1, {}, 900'000), 1);
  for (int i = 0; i < 20; ++i) client.ask<ProduceApi>(produce.request, 7);
  ASSERT_TRUE(log().commit_now());
  ASSERT_TRUE(log().checkpoint_now());
  OneFetch fetch("t", 0, 600'000);
  EXPECT_EQ(records_bytes(client.ask<FetchApi>(fetch.request, 11)), produce.bytes.size());
  EXPECT_EQ(log().stats().cold_reads, 1u);
}

TEST_F(ServerTest, AWaitingFetchIsForgottenWhenItsClientGoes) {
  start();
  make_topic("t");
  TestClient producer(port());
  {
    TestClient consumer(port());
    OneFetch fetch("t", 0, 600'000);
    consumer.send<FetchApi>(fetch.request, 11);
    producer.ask<ApiVersionsApi>({}, 0);
  }
  wait_until([&] { return server_->connections() == 1; });
  OneBatch produce("t", batch_of(1), -1);
  EXPECT_EQ(only(producer.ask<ProduceApi>(produce.request, 7)).error_code, KafkaError::none);
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
