// SPDX-License-Identifier: MIT
// What a full disk does not take is in the log all the same, and becomes durable when there is
// room: whoever does it again does it once, and is told that it is done only when it is durable.
#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"
#include "embedded_broker/embedded_producer.h"

namespace efd::broker {
namespace {

struct SeenTopics : CommitLog::TopicWaiter {
  void on_new_topic(const TopicDescription& topic) override {
    seen.push_back(topic.name.value() + " " + std::to_string(topic.partitions));
  }
  std::vector<std::string> seen;
};

class FullDiskTest : public CommitLogTest {
 protected:
  FullDiskTest() { open(); }
  void fill_disk() { files_.set_capacity_bytes(0); }
  void make_room() {
    files_.set_capacity_bytes(1 << 30);
    ASSERT_TRUE(log_->retain_now());
  }
  static ErrorCode code_of(const Result<>& result) { return result.error().code; }
  Result<> make(const std::string& name) {
    EFD_TRY(log_->create_topic({TopicName(name), 1, 1, {}}));
    return {};
  }
  Result<> grow(const std::string& name) {
    EFD_TRY(log_->change_topic(TopicName(name), [](TopicDescription& topic) -> Result<> {
      topic.partitions = 3;
      topic.config["retention.ms"] = "12345";
      return {};
    }));
    return {};
  }
};

TEST_F(FullDiskTest, ATopicIsMadeOnce) {
  SeenTopics waiter;
  log_->watch_topics(waiter);
  fill_disk();
  EXPECT_EQ(code_of(make("a")), ErrorCode::overload);
  EXPECT_EQ(waiter.seen, std::vector<std::string>{"a 1"}) << "it is there";
  EXPECT_EQ(code_of(make("a")), ErrorCode::overload);
  TopicId id = log_->find_topic(TopicName("a"))->id;
  make_room();
  EXPECT_EQ(code_of(make("a")), ErrorCode::conflict);
  log_->unwatch_topics(waiter);
  kill_and_open();
  ASSERT_EQ(log_->topics().size(), 1u);
  EXPECT_EQ(log_->topics()[0].id, id);
}

TEST_F(FullDiskTest, ATopicIsChangedOnce) {
  create("a");
  SeenTopics waiter;
  log_->watch_topics(waiter);
  fill_disk();
  EXPECT_EQ(code_of(grow("a")), ErrorCode::overload);
  EXPECT_EQ(waiter.seen, std::vector<std::string>{"a 3"});
  EXPECT_EQ(code_of(grow("a")), ErrorCode::overload) << "not durable yet";
  make_room();
  EXPECT_TRUE(grow("a"));
  EXPECT_EQ(waiter.seen.size(), 1u);
  log_->unwatch_topics(waiter);
  kill_and_open();
  EXPECT_EQ(log_->find_topic(TopicName("a"))->partitions, 3);
  EXPECT_EQ(log_->find_topic(TopicName("a"))->config.at("retention.ms"), "12345");
}

TEST_F(FullDiskTest, ATopicIsGoneWhenNothingBringsItBack) {
  create("a");
  fill_disk();
  EXPECT_EQ(code_of(log_->delete_topic(TopicName("a"))), ErrorCode::overload);
  EXPECT_EQ(code_of(log_->delete_topic(TopicName("a"))), ErrorCode::overload);
  make_room();
  EXPECT_EQ(code_of(log_->delete_topic(TopicName("a"))), ErrorCode::not_found);
  kill_and_open();
  EXPECT_TRUE(log_->topics().empty());
}

TEST_F(FullDiskTest, FilesOfATopicGoWhenItsEndIsDurable) {
  append(create("a"), "old");
  checkpoint();
  fill_disk();
  EXPECT_EQ(code_of(log_->delete_topic(TopicName("a"))), ErrorCode::overload);
  EXPECT_TRUE(*files_.exists("/log/a-0"));
  make_room();
  ASSERT_TRUE(log_->retain_now());
  EXPECT_FALSE(*files_.exists("/log/a-0"));
}

TEST_F(FullDiskTest, ATopicMadeAnewHasNothingOfOneWhoseEndWasLate) {
  append(create("a"), "old");
  checkpoint();
  fill_disk();
  EXPECT_EQ(code_of(log_->delete_topic(TopicName("a"))), ErrorCode::overload);
  files_.set_capacity_bytes(1 << 30);
  commit();
  ASSERT_FALSE(make("a")) << "the disk counts as full until somebody has looked";
  make_room();
  append(create("a"), "new");
  checkpoint();
  EXPECT_EQ(values(find("a")), Values{"new"});
  kill_and_open();
  EXPECT_EQ(values(find("a")), Values{"new"});
}

TEST_F(FullDiskTest, DeletedRecordsAreGoneWhenNothingBringsThemBack) {
  auto a = create("a");
  append(a, "0");
  append(a, "1");
  commit();
  fill_disk();
  EXPECT_EQ(code_of(trim(*a, Offset(1))), ErrorCode::overload);
  EXPECT_EQ(code_of(trim(*a, Offset(1))), ErrorCode::overload);
  make_room();
  EXPECT_TRUE(trim(*a, Offset(1)));
  kill_and_open();
  EXPECT_EQ(log_->state(*find("a")).log_start, Offset(1));
}

TEST_F(FullDiskTest, ProducerIdsAreNeverGivenTwice) {
  fill_disk();
  EXPECT_FALSE(log_->new_producer_id());
  make_room();
  auto id = log_->new_producer_id();
  ASSERT_TRUE(id);
  kill_and_open();
  EXPECT_GT(*log_->new_producer_id(), *id);
}

TEST_F(FullDiskTest, AnEmbeddedProducerIsToldOfWhatTheLogKeepsWhenTheDiskHasIt) {
  create("a");
  for (Acks acks : {Acks::leader, Acks::all}) {
    auto producer = *embedded_broker::EmbeddedProducer::open(
        *log_, {.acks = acks, .linger = std::chrono::milliseconds(0), .idempotent = false});
    std::vector<Result<Delivery>> told;
    auto send = [&] {
      ASSERT_TRUE(producer->send({.topic = TopicName("a"), .value = "v"},
                                 [&](const auto& delivery) { told.push_back(delivery); }));
    };
    fill_disk();
    send();
    EXPECT_FALSE(log_->commit_now());
    EXPECT_TRUE(told.empty()) << "an error would have it sent again";
    send();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_FALSE(told[0]) << "this one was never appended";
    make_room();
    ASSERT_EQ(told.size(), 2u);
    EXPECT_TRUE(told[1]);
  }
  kill_and_open();
  EXPECT_EQ(values(find("a")), (Values{"v", "v"}));
}

}  // namespace
}  // namespace efd::broker
