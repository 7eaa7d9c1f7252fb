// SPDX-License-Identifier: MIT
#include "pipeline/pipeline.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/testing/test_world.h"

namespace efd::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr SchemaId kSchema{1};

class PipelineTest : public ::testing::Test {
 protected:
  void SetUp() override { world_.start(); }
  Verdict verdict(const Position& position) {
    auto verdict = world_.pipeline->await_applied(ConnectorName("efd"), position, {});
    EXPECT_TRUE(verdict) << verdict.error().message;
    return verdict ? *verdict : Verdict{};
  }
  World world_;
};

TEST_F(PipelineTest, AStoredRecordIsVisibleWhenAwaitAppliedReturns) {
  for (int64_t number = 0; number < 20; ++number) {
    Position position = world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + number, number));
    EXPECT_TRUE(verdict(position).stored);
    EXPECT_EQ(world_.numbers("lsst.sal.a").size(), static_cast<size_t>(number + 1));
  }
}

TEST_F(PipelineTest, ARejectedRecordHasItsReasonAndALetter) {
  Position bad = world_.send("lsst.sal.a", "not framed");
  Verdict rejected = verdict(bad);
  EXPECT_FALSE(rejected.stored);
  EXPECT_NE(rejected.reason, "");
  Position cut_off = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 1).substr(0, 9));
  EXPECT_THAT(verdict(cut_off).reason, HasSubstr("private_efdStamp"));
  EXPECT_THAT(*world_.store->measurement_names("efd"), ElementsAre()) << "there is no row yet";
  EXPECT_TRUE(verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 2))).stored);
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(2));
  ASSERT_TRUE(world_.store->flush());
  EXPECT_EQ(world_.dead_letters(), 2);
}

TEST_F(PipelineTest, ARecordBehindABadOneOfTheSameBatchIsStoredOnce) {
  auto producer = world_.broker->producer({});
  ASSERT_TRUE(producer);
  ASSERT_TRUE(world_.broker->create_topic({.name = TopicName("lsst.sal.a")}));
  std::string good = reading(kSchema, 1.7e9, 1);
  for (std::string_view value : {std::string_view(good).substr(0, 9), std::string_view(good)}) {
    broker::NewRecord record{.topic = TopicName("lsst.sal.a"), .value = value};
    ASSERT_TRUE((*producer)->send(record));
  }
  ASSERT_TRUE((*producer)->flush(std::chrono::seconds(10)));
  verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 2)));
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(1, 2));
}

TEST_F(PipelineTest, ADeadLetterKeepsTheRecordAndSaysWhy) {
  verdict(world_.send("lsst.sal.a", "not framed"));
  ASSERT_TRUE(world_.store->flush());
  auto reader = world_.broker->reader({.pattern = {"efd\\.dead-letters"}});
  ASSERT_TRUE(reader);
  broker::Batch batch;
  ASSERT_TRUE((*reader)->poll(std::chrono::seconds(5), batch));
  ASSERT_EQ(batch.record_count(), 1u);
  const broker::RecordView& letter = batch.slices()[0].records[0];
  EXPECT_EQ(letter.value, "not framed");
  EXPECT_EQ(letter.timestamp_ms, 1'700'000'000'000);
  std::map<std::string_view, std::string_view> headers;
  for (const broker::HeaderView& header : letter.headers) headers[header.key] = *header.value;
  EXPECT_EQ(headers["__connect.errors.topic"], "lsst.sal.a");
  EXPECT_EQ(headers["__connect.errors.partition"], "0");
  EXPECT_EQ(headers["__connect.errors.offset"], "0");
  EXPECT_EQ(headers["__connect.errors.connector.name"], "efd");
  EXPECT_EQ(headers["__connect.errors.stage"], "VALUE_CONVERTER");
  EXPECT_NE(headers["__connect.errors.exception.message"], "");
}

TEST_F(PipelineTest, ATombstoneIsSkipped) {
  EXPECT_TRUE(verdict(world_.send("lsst.sal.a", std::nullopt)).stored);
  EXPECT_THAT(world_.numbers("lsst.sal.a"), IsEmpty());
  EXPECT_EQ(world_.pipeline->trouble(), "");
}

TEST_F(PipelineTest, StopEndsTheWait) {
  Position position = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 1));
  position.next = position.next + 1;  // of a record that never comes
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request_stop();
  });
  EXPECT_EQ(
      world_.pipeline->await_applied(ConnectorName("efd"), position, stop.get_token()).error().code,
      ErrorCode::cancelled);
}

TEST_F(PipelineTest, StoppingThePipelineEndsTheWait) {
  Position position = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 1));
  position.next = position.next + 1;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    world_.pipeline->stop();
  });
  EXPECT_EQ(world_.pipeline->await_applied(ConnectorName("efd"), position, {}).error().code,
            ErrorCode::cancelled);
}

TEST_F(PipelineTest, VerdictsOutliveARestart) {
  Position bad = world_.send("lsst.sal.a", "not framed");
  std::string reason = verdict(bad).reason;
  Position good = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 1));
  verdict(good);
  world_.stop();
  world_.start();
  EXPECT_EQ(verdict(bad).reason, reason);
  EXPECT_TRUE(verdict(good).stored);
  EXPECT_EQ(world_.dead_letters(), 1);
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(1));
}

TEST_F(PipelineTest, AnUnknownSchemaIsAskedForTwiceThenRejected) {
  Position position = world_.send("lsst.sal.a", reading(SchemaId(99), 1.7e9, 1));
  Position other = world_.send("lsst.sal.b", reading(kSchema, 1.7e9, 2));
  EXPECT_TRUE(verdict(other).stored);
  EXPECT_THAT(world_.pipeline->trouble(), HasSubstr("lsst.sal.a/0 waits"));
  Verdict rejected = verdict(position);
  EXPECT_FALSE(rejected.stored);
  EXPECT_THAT(rejected.reason, HasSubstr("99"));
  int asked = world_.registry.find_asked;
  EXPECT_FALSE(verdict(world_.send("lsst.sal.a", reading(SchemaId(99), 1.7e9, 1))).stored);
  EXPECT_EQ(world_.registry.find_asked, asked) << "an unknown id is remembered";
}

TEST_F(PipelineTest, ASchemaThatComesLateIsUsed) {
  Position position = world_.send("lsst.sal.a", reading(SchemaId(7), 1.7e9, 1));
  world_.registry.know(SchemaId(7), kReadingSchema);
  EXPECT_TRUE(verdict(position).stored);
}

TEST_F(PipelineTest, AnAnswerCondemnsNoRecordThatIsYounger) {
  EXPECT_FALSE(verdict(world_.send("lsst.sal.a", reading(SchemaId(99), 1.7e9, 1))).stored);
  world_.registry.know(SchemaId(99), kReadingSchema);
  int64_t later_ms = system::real_clock().now().ms() + 1'000;
  EXPECT_TRUE(verdict(world_.send("lsst.sal.a", reading(SchemaId(99), 1.7e9, 2), later_ms)).stored);
}

TEST_F(PipelineTest, AnUnreachableRegistryCondemnsNothing) {
  verdict(world_.send("lsst.sal.b", reading(kSchema, 1.7e9, 1)));
  world_.registry.away = true;
  Position waiting = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 1));
  for (int64_t i = 0; i < 5; ++i)
    EXPECT_TRUE(verdict(world_.send("lsst.sal.b", reading(kSchema, 1.7e9 + 1, i))).stored);
  EXPECT_THAT(world_.pipeline->trouble(), HasSubstr("the registry is away"));
  world_.registry.away = false;
  EXPECT_TRUE(verdict(waiting).stored);
  EXPECT_EQ(world_.dead_letters(), 0);
}

TEST_F(PipelineTest, ATopicMadeAnewIsReadFromItsStartAndOldRowsStay) {
  for (int64_t i = 0; i < 3; ++i)
    verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + i, i)));
  verdict(world_.send("lsst.sal.a", "rejected"));
  ASSERT_TRUE(world_.broker->delete_topic(TopicName("lsst.sal.a")));
  EXPECT_TRUE(verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + 10, 10))).stored);
  for (int i = 0; i < 2; ++i) verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + 11, 11)));
  EXPECT_FALSE(verdict(world_.send("lsst.sal.a", "rejected, at the same offset")).stored);
  ASSERT_TRUE(world_.store->flush());
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(0, 1, 2, 10, 11, 11));
  EXPECT_EQ(world_.dead_letters(), 2);
  EXPECT_EQ(world_.pipeline->gaps(), 1u);
}

// The store cannot commit when it is told to stop: the log has all that it could not.
TEST_F(PipelineTest, AStopOnAFullDiskLosesNothing) {
  for (int64_t i = 0; i < 5; ++i)
    verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + static_cast<double>(i), i)));
  ASSERT_TRUE(world_.log->commit_now());
  world_.files.set_capacity_bytes(0);
  world_.pipeline->stop();
  EXPECT_EQ(world_.store->close().error().code, ErrorCode::overload);
  world_.pipeline.reset();
  world_.store.reset();
  static_cast<void>(world_.log->close());
  world_.broker.reset();
  world_.log.reset();
  world_.files.set_capacity_bytes(UINT64_MAX);
  world_.start();
  verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + 5, 5)));
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(0, 1, 2, 3, 4, 5));
}

// A store that commits nothing more keeps no lane from ending.
TEST_F(PipelineTest, AStoreThatStoppedForGoodIsLeft) {
  verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 1)));
  world_.files.fail_sync_once({".seg", ErrorCode::give_up});
  EXPECT_EQ(world_.store->flush().error().code, ErrorCode::give_up);
  world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 2));
  while (world_.pipeline->trouble().empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_THAT(world_.pipeline->trouble(), HasSubstr("takes nothing more"));
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(1));
  world_.pipeline->stop();
  EXPECT_FALSE(world_.store->close());
  world_.pipeline.reset();
  world_.store.reset();
  EXPECT_TRUE(world_.log->close());
  world_.broker.reset();
  world_.log.reset();
  world_.start();
  verdict(world_.send("lsst.sal.a", reading(kSchema, 1.7e9 + 5, 3)));
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(1, 2, 3));
}

TEST_F(PipelineTest, OtherTopicsAreLeftAlone) {
  Position position = world_.send("efd.something", reading(kSchema, 1.7e9, 1));
  EXPECT_EQ(world_.pipeline->await_applied(ConnectorName("efd"), position, {}).error().code,
            ErrorCode::not_found);
}

StoredPosition kept_at(const TopicId& id, int64_t next) {
  return {ConnectorName("efd"), {TopicName("t"), id, Partition(0), Offset(next)}, {}};
}

TEST(StartPosition, FollowsTheCasesOfTheArchitecture) {
  TopicId id(Uuid::random());
  TopicId other(Uuid::random());
  broker::LogRange range{Offset(10), Offset(20)};
  auto start = [&](auto kept, TopicId now) { return start_position(kept, now, range); };
  std::optional<StoredPosition> none;
  EXPECT_EQ(start(none, id).next, Offset(10));
  EXPECT_EQ(start(none, id).continuity, Continuity::fresh);
  EXPECT_EQ(start(std::optional(kept_at(id, 15)), id).next, Offset(15));
  EXPECT_EQ(start(std::optional(kept_at(id, 15)), id).continuity, Continuity::continues);
  EXPECT_EQ(start(std::optional(kept_at(other, 15)), id).next, Offset(10));
  EXPECT_EQ(start(std::optional(kept_at(other, 15)), id).continuity, Continuity::made_anew);
  EXPECT_EQ(start(std::optional(kept_at(id, 25)), id).next, Offset(20));
  EXPECT_EQ(start(std::optional(kept_at(id, 25)), id).continuity, Continuity::lost_tail);
  EXPECT_EQ(start(std::optional(kept_at(id, 5)), id).next, Offset(10));
  EXPECT_EQ(start(std::optional(kept_at(id, 5)), id).continuity, Continuity::missed_records);
}

}  // namespace
}  // namespace efd::pipeline
