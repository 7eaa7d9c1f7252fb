// SPDX-License-Identifier: MIT
// Fetch over real sockets: what it waits for, its bounds and its errors.
#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

using FetchTest = TestServer;

TEST_F(FetchTest, FetchInEveryVersion) {
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

TEST_F(FetchTest, FetchIsWokenByAppends) {
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

TEST_F(FetchTest, FetchSeesOnlyWhatIsDurable) {
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

TEST_F(FetchTest, FetchIsToldThatItsTopicIsGone) {
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

TEST_F(FetchTest, FetchAnswersWhenPatienceEnds) {
  start();
  make_topic("t");
  TestClient consumer(port());
  OneFetch fetch("t", 0, 30);
  EXPECT_EQ(records_bytes(consumer.ask<FetchApi>(fetch.request, 11)), 0u);
}

TEST_F(FetchTest, FetchErrorsAnswerAtOnce) {
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

TEST_F(FetchTest, FetchGivesAtLeastOneBatchAndHeedsItsBoundsElse) {
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

TEST_F(FetchTest, FetchReadsTheDiskOffTheLoop) {
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

TEST_F(FetchTest, AWaitingFetchIsForgottenWhenItsClientGoes) {
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

}  // namespace
}  // namespace efd::kafka
