// SPDX-License-Identifier: MIT
#include "kafka/fetch_sessions.h"

#include <gtest/gtest.h>

#include "kafka/testing/test_client.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

class FetchSessionsTest : public TestServer {
 protected:
  // Of partition 0 of these topics.
  FetchRequest request(int32_t id, int32_t epoch, const std::vector<std::string_view>& topics,
                       int64_t offset = 0) {
    partitions_.assign(topics.size(), {});
    topics_.clear();
    for (size_t i = 0; i < topics.size(); ++i) {
      partitions_[i].fetch_offset = offset;
      partitions_[i].partition_max_bytes = 1 << 20;
      topics_.push_back({.topic = topics[i], .partitions = std::span(&partitions_[i], 1)});
    }
    FetchRequest request;
    request.session_id = id;
    request.session_epoch = epoch;
    request.topics = topics_;
    return request;
  }
  void append(const std::string& topic) {
    auto partition = log().partition(TopicName(topic), Partition(0));
    auto appended = log().append(*partition, batch_of(1), true);
    ASSERT_EQ(appended.error, broker::AppendError::none);
    ASSERT_TRUE(log().commit_now());
  }

 private:
  std::vector<FetchPartition> partitions_;
  std::vector<FetchTopic> topics_;
};

TEST_F(FetchSessionsTest, OnlyWhatIsNewIsAskedAndTold) {
  start();
  for (const char* name : {"a", "b", "c"}) make_topic(name);
  TestClient client(port());
  FetchResponse first = client.ask<FetchApi>(request(0, 0, {"a", "b"}), 11);
  int32_t id = first.session_id;
  ASSERT_NE(id, 0);
  EXPECT_EQ(first.responses.size(), 2u);
  EXPECT_TRUE(client.ask<FetchApi>(request(id, 1, {}), 11).responses.empty());
  append("b");
  FetchResponse news = client.ask<FetchApi>(request(id, 2, {}), 11);
  EXPECT_EQ(news.session_id, id);
  ASSERT_EQ(news.responses.size(), 1u);
  EXPECT_EQ(news.responses[0].topic, "b");
  EXPECT_EQ(news.responses[0].partitions[0].high_watermark, 1);
  // Its next offset, and another topic.
  FetchRequest more = request(id, 3, {"b", "c"}, 1);
  more.topics[1].partitions[0].fetch_offset = 0;
  news = client.ask<FetchApi>(more, 11);
  ASSERT_EQ(news.responses.size(), 1u);
  EXPECT_EQ(news.responses[0].topic, "c");
  // A topic is forgotten.
  FetchRequest less = request(id, 4, {});
  int32_t zero = 0;
  ForgottenTopic forgotten{"a", {}, std::span(&zero, 1)};
  less.forgotten_topics_data = std::span(&forgotten, 1);
  EXPECT_TRUE(client.ask<FetchApi>(less, 11).responses.empty());
  append("a");
  EXPECT_TRUE(client.ask<FetchApi>(request(id, 5, {}), 11).responses.empty());
}

TEST_F(FetchSessionsTest, AnAnswerWaitsForNews) {
  start();
  make_topic("a");
  TestClient client(port());
  int32_t id = client.ask<FetchApi>(request(0, 0, {"a"}), 12).session_id;
  FetchRequest wait = request(id, 1, {});
  wait.max_wait_ms = 20'000;
  wait.min_bytes = 1;
  client.send<FetchApi>(wait, 12);
  append("a");
  FetchResponse news = client.receive<FetchApi>(12);
  ASSERT_EQ(news.responses.size(), 1u);
  EXPECT_FALSE(news.responses[0].partitions[0].records->parts.empty());
}

TEST_F(FetchSessionsTest, AnErrorIsToldUntilItIsGone) {
  start();
  TestClient client(port());
  FetchResponse first = client.ask<FetchApi>(request(0, 0, {"a"}), 11);
  int32_t id = first.session_id;
  for (int32_t epoch : {1, 2}) {
    FetchResponse again = client.ask<FetchApi>(request(id, epoch, {}), 11);
    ASSERT_EQ(again.responses.size(), 1u);
    EXPECT_EQ(again.responses[0].partitions[0].error_code, KafkaError::unknown_topic_or_partition);
  }
  make_topic("a");
  FetchResponse well = client.ask<FetchApi>(request(id, 3, {}), 11);
  ASSERT_EQ(well.responses.size(), 1u);
  EXPECT_EQ(well.responses[0].partitions[0].error_code, KafkaError::none);
  EXPECT_TRUE(client.ask<FetchApi>(request(id, 4, {}), 11).responses.empty());
}

TEST_F(FetchSessionsTest, WrongSessionsAreRefused) {
  start();
  make_topic("a");
  TestClient client(port());
  EXPECT_EQ(client.ask<FetchApi>(request(7, 1, {}), 11).error_code,
            KafkaError::fetch_session_id_not_found);
  int32_t id = client.ask<FetchApi>(request(0, 0, {"a"}), 11).session_id;
  EXPECT_EQ(client.ask<FetchApi>(request(id, 2, {}), 11).error_code,
            KafkaError::invalid_fetch_session_epoch);
  EXPECT_EQ(client.ask<FetchApi>(request(id, 1, {}), 13).error_code,
            KafkaError::fetch_session_topic_id_error);
  EXPECT_EQ(client.ask<FetchApi>(request(id, 1, {}), 11).error_code, KafkaError::none);
  // Closed by its client.
  EXPECT_EQ(client.ask<FetchApi>(request(id, -1, {"a"}), 11).session_id, 0);
  EXPECT_EQ(client.ask<FetchApi>(request(id, 2, {}), 11).error_code,
            KafkaError::fetch_session_id_not_found);
}

TEST_F(FetchSessionsTest, WithoutRoomThereIsNoNewOne) {
  ServerOptions options;
  options.fetch_sessions.sessions_max = 1;
  start(Commits::by_themselves, {}, options);
  make_topic("a");
  TestClient client(port());
  EXPECT_NE(client.ask<FetchApi>(request(0, 0, {"a"}), 11).session_id, 0);
  EXPECT_EQ(client.ask<FetchApi>(request(0, 0, {"a"}), 11).session_id, 0);
  FetchSessions idle({.sessions_max = 1, .kept_for = std::chrono::milliseconds(0)});
  FetchRequest one = request(0, 0, {"a"});
  auto first = idle.find(one, false).session, second = idle.find(one, false).session;
  ASSERT_TRUE(first && second);
  EXPECT_EQ(idle.size(), 1u);
  FetchSessions small({.partitions_max = 1});
  EXPECT_EQ(small.find(request(0, 0, {"a", "b"}), false).session, nullptr);
}

}  // namespace
}  // namespace efd::kafka
