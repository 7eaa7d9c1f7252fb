// SPDX-License-Identifier: MIT
// Produce over real sockets. What a failing disk does to it is in produce_disk_test.cc.
#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

using ProduceTest = TestServer;

TEST_F(ProduceTest, ProduceInEveryVersion) {
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

TEST_F(ProduceTest, ProduceRefusesWhatItCannotTake) {
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

TEST_F(ProduceTest, ARepeatedBatchOfAnIdempotentProducerKeepsItsOffset) {
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

TEST_F(ProduceTest, TransactionsAreRefused) {
  start();
  TestClient client(port());
  InitProducerIdRequest request;
  request.transactional_id = "tx";
  EXPECT_EQ(client.ask<InitProducerIdApi>(request, 4).error_code,
            KafkaError::transactional_id_authorization_failed);
}

TEST_F(ProduceTest, ProduceFindsATopicMadeAnew) {
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

TEST_F(ProduceTest, OneWriteForAllRequestsOfATurn) {
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

TEST_F(ProduceTest, AcksAllWaitsForTheDisk) {
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

TEST_F(ProduceTest, AcksAllDoesNotWaitUnderOtherPolicies) {
  start(Commits::by_hand);
  make_topic("t", {{"efd.durability", "group-ms"}});
  TestClient client(port());
  OneBatch all("t", batch_of(1), -1);
  EXPECT_EQ(only(client.ask<ProduceApi>(all.request, 7)).error_code, KafkaError::none);
}

TEST_F(ProduceTest, Acks0GetsNoAnswerAndAnErrorCloses) {
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

TEST_F(ProduceTest, AFullLogHoldsProducersUntilThereIsRoom) {
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

}  // namespace
}  // namespace efd::kafka
