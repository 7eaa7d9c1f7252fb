// SPDX-License-Identifier: MIT
// Produce, and a disk that fails or is full: a batch that the log has is never answered with an
// error that says it has not, for a plain producer would have it appended a second time.
#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

broker::BatchIdentity identity_of(int64_t producer, int32_t sequence) {
  broker::BatchIdentity identity;
  identity.producer_id = producer;
  identity.producer_epoch = 0;
  identity.base_sequence = sequence;
  return identity;
}

class ProduceDiskTest : public TestServer {
 protected:
  void start_by_hand() {
    start(Commits::by_hand);
    make_topic("t");
  }
  // Every turn that has begun is over.
  void end_turns() { TestClient(port()).ask<ApiVersionsApi>({}, 0); }
  // By a client that waits for nothing else.
  KafkaError error_of(const OneBatch& batch, int16_t version = 8) {
    return only(TestClient(port()).ask<ProduceApi>(batch.request, version)).error_code;
  }
  void fill_disk() { files_.set_capacity_bytes(0); }
  void make_room() {
    files_.set_capacity_bytes(1 << 30);
    ASSERT_TRUE(log().retain_now());
  }
  // Both of them over what the disk has when the process is killed now.
  void kill_and_open() {
    server_.reset();
    groups_.reset();
    log_.reset();
    start(Commits::by_hand);
  }
};

struct Way {
  int16_t version;
  int16_t acks;
};
class EveryWayTest : public ProduceDiskTest, public ::testing::WithParamInterface<Way> {};
INSTANTIATE_TEST_SUITE_P(Ways, EveryWayTest,
                         ::testing::Values(Way{3, -1}, Way{7, 1}, Way{8, -1}, Way{9, 1},
                                           Way{11, -1}, Way{11, 1}));

TEST_P(EveryWayTest, WhatAFullDiskDoesNotTakeIsAnsweredWhenItHas) {
  start_by_hand();
  fill_disk();
  TestClient client(port());
  OneBatch batch("t", batch_of(1), GetParam().acks);
  client.send<ProduceApi>(batch.request, GetParam().version);
  wait_until([&] { return log_end("t") == Offset(1); });
  end_turns();
  EXPECT_FALSE(log().commit_now());
  EXPECT_EQ(error_of(batch), KafkaError::kafka_storage_error) << "never appended";
  make_room();
  auto answer = only(client.receive<ProduceApi>(GetParam().version));
  EXPECT_EQ(answer.error_code, KafkaError::none);
  EXPECT_EQ(answer.base_offset, 0);
  EXPECT_EQ(log_end("t"), Offset(1));
  kill_and_open();
  EXPECT_EQ(log_end("t"), Offset(1)) << "once";
}

TEST_P(EveryWayTest, AStopForGoodClosesTheConnection) {
  start_by_hand();
  files_.cut_power_after(1);
  TestClient client(port());
  OneBatch batch("t", batch_of(1), GetParam().acks);
  client.send<ProduceApi>(batch.request, GetParam().version);
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(error_of(batch, GetParam().version), KafkaError::kafka_storage_error);
  files_.restore_power(1);
  kill_and_open();
  EXPECT_LE(log_end("t"), Offset(1)) << "once or not at all";
}

TEST_P(EveryWayTest, TheTimeOfTheRequestBoundsTheWait) {
  start_by_hand();
  fill_disk();
  TestClient client(port());
  OneBatch batch("t", batch_of(1), GetParam().acks, 0);  // as short as may be
  auto answer = only(client.ask<ProduceApi>(batch.request, GetParam().version));
  EXPECT_EQ(answer.error_code, KafkaError::request_timed_out);
  EXPECT_EQ(answer.base_offset, -1);
  EXPECT_EQ(answer.error_message.has_value(), GetParam().version >= 8);
  make_room();
  EXPECT_EQ(log_end("t"), Offset(1)) << "the outcome was open: it is there";
  EXPECT_EQ(only(client.ask<ProduceApi>(OneBatch("t", batch_of(1), 1).request, 8)).base_offset, 1);
}

TEST_F(ProduceDiskTest, AFailedSyncOfWhatWaitsClosesTheConnection) {
  start_by_hand();
  TestClient client(port()), other(port());
  OneBatch batch("t", batch_of(1), -1);
  OneBatch leader("t", batch_of(1), 1);
  client.send<ProduceApi>(batch.request, 8);
  wait_until([&] { return log_end("t") == Offset(1); });
  end_turns();
  EXPECT_EQ(only(other.ask<ProduceApi>(leader.request, 8)).error_code, KafkaError::none);
  files_.fail_sync_once({".wal", ErrorCode::give_up});
  EXPECT_FALSE(log().commit_now());
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(only(other.ask<ProduceApi>(leader.request, 8)).error_code,
            KafkaError::kafka_storage_error);
}

TEST_F(ProduceDiskTest, AFailedSyncForWantOfRoomOnlyDelays) {
  start_by_hand();
  TestClient client(port());
  OneBatch batch("t", batch_of(1), -1);
  client.send<ProduceApi>(batch.request, 8);
  wait_until([&] { return log_end("t") == Offset(1); });
  end_turns();
  files_.fail_sync_once({".wal", ErrorCode::overload, true});
  EXPECT_FALSE(log().commit_now());
  EXPECT_EQ(error_of(batch), KafkaError::kafka_storage_error);
  make_room();
  EXPECT_EQ(only(client.receive<ProduceApi>(8)).base_offset, 0);
  kill_and_open();
  EXPECT_EQ(log_end("t"), Offset(1));
}

// A request of four partitions: each is told what became of its own batch.
struct FourBatches {
  explicit FourBatches(int32_t timeout_ms) {
    for (size_t i = 0; i < 4; ++i) {
      partitions[i].records = Bytes{records};
      topics[i].name = names[i];
      topics[i].partition_data = {&partitions[i], 1};
    }
    request.acks = -1;
    request.timeout_ms = timeout_ms;
    request.topic_data = topics;
  }
  std::string records = batch_of(1);
  const std::string_view names[4] = {"t", "nobody", "lazy", "small"};
  PartitionProduceData partitions[4];
  TopicProduceData topics[4];
  ProduceRequest request;
};

std::vector<KafkaError> errors_of(const ProduceResponse& response) {
  std::vector<KafkaError> errors;
  for (const auto& topic : response.responses)
    errors.push_back(topic.partition_responses[0].error_code);
  return errors;
}

TEST_F(ProduceDiskTest, EachPartitionIsToldWhatBecameOfItsBatch) {
  start_by_hand();
  make_topic("lazy", {{"efd.durability", "group-ms"}});
  make_topic("small", {{"max.message.bytes", "10"}});
  TestClient client(port());
  constexpr KafkaError kUnknown = KafkaError::unknown_topic_or_partition;
  constexpr KafkaError kTooLarge = KafkaError::message_too_large;
  FourBatches soon(0);
  client.send<ProduceApi>(soon.request, 8);  // written, not synced
  EXPECT_EQ(errors_of(client.receive<ProduceApi>(8)),
            (std::vector{KafkaError::request_timed_out, kUnknown, KafkaError::none, kTooLarge}));
  fill_disk();
  FourBatches later(60'000);
  client.send<ProduceApi>(later.request, 8);
  wait_until([&] { return log_end("lazy") == Offset(2); });
  end_turns();
  EXPECT_EQ(errors_of(TestClient(port()).ask<ProduceApi>(later.request, 8)),
            (std::vector{KafkaError::kafka_storage_error, kUnknown, KafkaError::kafka_storage_error,
                         kTooLarge}));
  make_room();
  EXPECT_EQ(errors_of(client.receive<ProduceApi>(8)),
            (std::vector{KafkaError::none, kUnknown, KafkaError::none, kTooLarge}));
  EXPECT_EQ(log_end("t"), Offset(2));
  EXPECT_EQ(log_end("lazy"), Offset(2));
}

TEST_F(ProduceDiskTest, ARepeatedBatchIsNoNewOneWhileTheDiskIsFull) {
  start_by_hand();
  TestClient client(port()), again(port());
  int64_t id = client.ask<InitProducerIdApi>({}, 4).producer_id;
  fill_disk();
  OneBatch first("t", batch_of(2, identity_of(id, 0)), 1);
  OneBatch second("t", batch_of(2, identity_of(id, 2)), 1);
  client.send<ProduceApi>(first.request, 8);
  wait_until([&] { return log_end("t") == Offset(2); });
  again.send<ProduceApi>(first.request, 8);
  end_turns();
  EXPECT_EQ(error_of(second), KafkaError::kafka_storage_error);
  make_room();
  EXPECT_EQ(only(client.receive<ProduceApi>(8)).base_offset, 0);
  auto repeated = only(again.receive<ProduceApi>(8));
  EXPECT_EQ(repeated.error_code, KafkaError::none);
  EXPECT_EQ(repeated.base_offset, 0);
  EXPECT_EQ(error_of(second), KafkaError::none);
  EXPECT_EQ(log_end("t"), Offset(4));
}

TEST_F(ProduceDiskTest, Acks0IsNotClosedForWhatTheLogKeeps) {
  start_by_hand();
  fill_disk();
  TestClient client(port());
  OneBatch unanswered("t", batch_of(1), 0);
  client.send<ProduceApi>(unanswered.request, 8, 1);
  wait_until([&] { return log_end("t") == Offset(1); });
  client.send<ApiVersionsApi>({}, 0, 2);
  client.receive<ApiVersionsApi>(0, 2);
  client.send<ProduceApi>(unanswered.request, 8, 3);  // never appended
  EXPECT_TRUE(client.is_closed_by_server());
  make_room();
  EXPECT_EQ(log_end("t"), Offset(1));
}

TEST_F(ProduceDiskTest, AStopForGoodClosesAcks0) {
  start_by_hand();
  files_.cut_power_after(1);
  TestClient client(port());
  OneBatch unanswered("t", batch_of(1), 0);
  client.send<ProduceApi>(unanswered.request, 8);
  EXPECT_TRUE(client.is_closed_by_server());
}

// Nobody waits for room that will not come.
TEST_F(ProduceDiskTest, AFullLogBehindAStopForGoodSaysSo) {
  broker::CommitLogOptions options;
  options.wal_bytes_max = 1u << 20;
  start(Commits::by_hand, options);
  make_topic("t");
  OneBatch batch("t", batch_of(1, {}, 100'000), 1);
  while (!log().is_full()) ASSERT_EQ(error_of(batch), KafkaError::none);
  files_.fail_sync_once({".wal", ErrorCode::give_up});
  EXPECT_FALSE(log().commit_now());
  EXPECT_EQ(error_of(batch), KafkaError::kafka_storage_error);
}

}  // namespace
}  // namespace efd::kafka
