// SPDX-License-Identifier: MIT
#include "sink/topic_sink.h"

#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "avro/wire.h"
#include "codec/varint.h"
#include "embedded_broker/embedded_broker.h"
#include "registry/testing/fake_registry.h"
#include "sink/source_header.h"
#include "system/memory_file_system.h"

namespace efd::sink {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string text_of(const std::string& topic, int number) {
  return fmt::format("T_telemetry {}:( 'R' , 1 , 2 , 3 , 4 , 5 , {} )", topic, number);
}

class FakeRejects : public Rejects {
 public:
  void reject(const broker::Source&, const broker::RecordView& record, Stage,
              const std::string& reason) override {
    reasons.push_back(fmt::format("{}: {}", record.offset.value(), reason));
  }
  std::vector<std::string> reasons;
};

// Passes records on, but refuses some, loses others, or holds back what became of them, as told.
class WaywardProducer : public broker::Producer {
 public:
  explicit WaywardProducer(std::unique_ptr<broker::Producer> inner) : inner_(std::move(inner)) {}
  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override {
    if (refuses && refuses()) return fail(ErrorCode::overload, "full");
    if (holds) return inner_->send(record, {});
    if (!loses || !loses()) return inner_->send(record, std::move(on_delivery));
    on_delivery(fail(loss, "lost"));
    return {};
  }
  Result<> flush(milliseconds wait) override { return inner_->flush(wait); }
  std::function<bool()> refuses;
  std::function<bool()> loses;
  bool holds = false;
  ErrorCode loss = ErrorCode::retry;

 private:
  std::unique_ptr<broker::Producer> inner_;
};

// The log and the registry, and a sink that is made anew with each run of the program.
class World {
 public:
  World() {
    broker::CommitLogOptions options;
    options.path = "/log";
    log_ = *broker::CommitLog::open(files_, system::real_clock(), options);
    broker = std::make_unique<embedded_broker::EmbeddedBroker>(*log_);
    log_->start_housekeeping();
    make_topic("T_telemetry");
    registry.set("lsst.sal.T_a", R"({"name":"v","type":"int"})");
    registry.set("lsst.sal.T_b", R"({"name":"v","type":"int"})");
    run();
  }
  ~World() {
    stop();
    EXPECT_TRUE(log_->close());
  }

  void make_topic(const std::string& name) {
    EXPECT_TRUE(broker->create_topic({.name = TopicName(name)}));
  }
  // A new run of the program begins where the group has committed.
  void run(TopicSinkOptions options = {}) {
    options.transform.component = "T";
    options.commit_interval = milliseconds(0);
    auto inner = broker->producer({.linger = milliseconds(0), .idempotent = true});
    producer = std::make_shared<WaywardProducer>(std::move(*inner));
    sink = std::make_unique<TopicSink>(options, *broker, producer, registry, metrics, clock);
    read();
  }
  // Its source is assigned to the sink (once more).
  void read() {
    broker::ReaderOptions reader_options{.pattern = {"T_telemetry"}};
    reader_options.start = [this](const broker::Source& source, const broker::LogRange& range) {
      auto next = sink->assign(source, range, committed);
      EXPECT_TRUE(next) << next.error().message;
      commit();
      return *next;
    };
    reader_ = *broker->reader(std::move(reader_options));
  }
  void stop() {
    reader_.reset();
    sink.reset();
    producer.reset();
  }
  void commit() {
    const UtcTime as_of = sink->unsettled_since().value_or(clock.now());
    for (const Position& position : sink->durable()) committed = {position.next, as_of.ms()};
  }

  void send(const std::string& text, const std::string& topic = "T_telemetry",
            std::vector<broker::Header> headers = {}) {
    auto sender = *broker->producer({.linger = milliseconds(0)});
    EXPECT_TRUE(sender->send({.topic = TopicName(topic), .value = text, .headers = headers}));
    EXPECT_TRUE(sender->flush(std::chrono::seconds(5)));
  }
  // One turn of a lane; true: it brought something.
  bool turn() {
    EXPECT_TRUE(reader_->poll(milliseconds(0), batch_));
    stalls.clear();
    EXPECT_TRUE(sink->put(batch_, rejects, stalls, {}));
    const bool brought = batch_.record_count() > 0;
    EXPECT_TRUE(producer->flush(std::chrono::seconds(5)));
    sink->tick(stalls);
    for (const Stall& stall : stalls) EXPECT_TRUE(reader_->seek(*stall.source, stall.next));
    return brought || !stalls.empty();
  }
  void turn_until_idle() {
    while (turn()) {
    }
  }

  // The value and the source's offset of each record.
  std::vector<std::pair<int64_t, int64_t>> output(const std::string& topic) {
    std::vector<std::pair<int64_t, int64_t>> found;
    auto reader = *broker->reader({.pattern = {"lsst\\.sal\\." + topic}});
    broker::Batch batch;
    while (reader->poll(milliseconds(0), batch) && batch.record_count() > 0)
      for (const broker::Slice& slice : batch.slices())
        for (const broker::RecordView& record : slice.records) {
          ByteReader datum(avro::parse_wire(*record.value)->datum);
          const auto mark = source_mark_of(record);
          found.emplace_back(codec::read_zigzag64(datum), mark ? mark->offset.value() : -1);
        }
    return found;
  }

  system::FakeClock clock{system::real_clock().now()};
  registry::FakeRegistry registry;
  observe::Metrics metrics;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker;
  std::shared_ptr<WaywardProducer> producer;
  std::unique_ptr<TopicSink> sink;
  std::optional<broker::CommittedOffset> committed;
  std::vector<Stall> stalls;
  FakeRejects rejects;

 private:
  system::MemoryFileSystem files_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<broker::Reader> reader_;
  broker::Batch batch_;
};

using Output = std::vector<std::pair<int64_t, int64_t>>;

TEST(TopicSink, TextsBecomeRecordsOfTheirTopics) {
  World world;
  world.send(text_of("T_a", 10));
  world.send(text_of("T_b", 11));
  world.send(text_of("T_a", 12));
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{10, 0}, {12, 2}}));
  EXPECT_EQ(world.output("T_b"), (Output{{11, 1}}));
  world.commit();
  EXPECT_EQ(world.committed->next, Offset(3));
}

TEST(TopicSink, WhatCannotBeReadIsRejected) {
  World world;
  world.send("nonsense");
  world.send(text_of("U_a", 1));
  world.send(text_of("T_unknown", 1));
  world.send(text_of("T_a", 1));
  world.turn_until_idle();
  EXPECT_THAT(world.rejects.reasons,
              ElementsAre(HasSubstr("0: 'nonsense' is not"), HasSubstr("1: 'U_a' is no topic of"),
                          HasSubstr("2: no schema is registered under lsst.sal.T_unknown")));
  EXPECT_EQ(world.output("T_a"), (Output{{1, 3}}));
}

TEST(TopicSink, WhatACrashLeftBehindIsNotSentAgain) {
  World world;
  world.turn();  // assigned, and committed so
  for (int i = 0; i < 4; ++i) world.send(text_of(i % 2 ? "T_b" : "T_a", i));
  world.turn();  // sent, not committed
  world.stop();
  world.run();
  world.send(text_of("T_a", 4));
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{0, 0}, {2, 2}, {4, 4}}));
  EXPECT_EQ(world.output("T_b"), (Output{{1, 1}, {3, 3}}));
}

TEST(TopicSink, WhatWasLostBeforeALaterRecordIsSentAfterACrash) {
  World world;
  world.turn();
  for (int i = 0; i < 3; ++i) world.send(text_of("T_a", i));
  world.producer->loses = [n = 0]() mutable { return n++ == 1; };
  world.turn();  // the second is not delivered; the crash comes before it is sent again
  world.stop();
  world.run();
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{0, 0}, {2, 2}, {1, 1}}));
}

TEST(TopicSink, WhatTwoCrashesLeftBehindIsNotSentAgain) {
  World world;
  world.turn();
  world.send(text_of("T_a", 0));
  world.turn();  // sent, not committed
  for (int i = 0; i < 2; ++i) {
    world.stop();
    world.clock.advance_ns(kCommitAgeMaxNs);
    world.run();
    world.turn();  // assigned, and only that committed
  }
  EXPECT_EQ(world.output("T_a"), (Output{{0, 0}}));
}

TEST(TopicSink, MarksOfAnotherTopicOrAboveTheEndCountForNothing) {
  World world;
  world.turn();
  world.send(text_of("T_a", 1));
  world.make_topic("lsst.sal.T_a");
  const std::string id = world.broker->topic(TopicName("T_telemetry"))->id.value().hex();
  for (const std::string& mark :
       {"T_telemetry/0/0/" + Uuid::random().hex(), "T_telemetry/0/7/" + id, "T_telemetry/1/0/" + id,
        "T_event/0/0/" + id, std::string("nonsense")})
    world.send(std::string("\0\0\0\0\1\0", 6), "lsst.sal.T_a", {{kSourceHeader, mark}});
  world.run();
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a").back(), (std::pair<int64_t, int64_t>{1, 0}));
  EXPECT_EQ(world.output("T_a").size(), 6u);
}

TEST(TopicSink, ARegistryThatIsAwayStallsThePartition) {
  World world;
  world.registry.away = true;
  world.send(text_of("T_a", 1));
  world.turn();
  ASSERT_EQ(world.stalls.size(), 1u);
  EXPECT_EQ(world.stalls[0].next, Offset(0));
  EXPECT_THAT(world.stalls[0].reason, HasSubstr("away"));
  world.registry.away = false;
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{1, 0}}));
  EXPECT_THAT(world.rejects.reasons, IsEmpty());
}

TEST(TopicSink, WhatTheLogRefusesForGoodIsRejected) {
  World world;
  world.producer->loss = ErrorCode::bad_input;
  world.producer->loses = [n = 0]() mutable { return n++ == 1; };
  for (int i = 0; i < 3; ++i) world.send(text_of("T_a", i));
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{0, 0}, {2, 2}}));
  EXPECT_THAT(world.rejects.reasons, ElementsAre("1: lost"));
  world.commit();
  EXPECT_EQ(world.committed->next, Offset(3));
}

TEST(TopicSink, BeginsAtTheEndOrTheStartAsAsked) {
  World world;
  world.send(text_of("T_a", 0));
  world.run({.reset = broker::At::latest});
  world.turn_until_idle();
  world.send(text_of("T_a", 1));
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{1, 1}}));
  world.commit();
  const TopicSinkOptions once_more{.rewinds = std::make_shared<Rewinds>()};
  world.run(once_more);
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{1, 1}, {0, 0}, {1, 1}}));
  world.commit();
  world.run(once_more);  // in the same process
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a").size(), 3u);
}

TEST(TopicSink, WithoutACommitItGoesOnWhereItBegan) {
  World world;
  world.send(text_of("T_a", 0));
  world.run({.reset = broker::At::latest});
  world.turn();
  world.committed.reset();  // that one did not reach the group
  world.send(text_of("T_a", 1));
  world.read();
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{1, 1}}));
}

TEST(TopicSink, ATopicMadeAnewIsReadFromItsStart) {
  World world;
  world.send(text_of("T_a", 0));
  world.run({.reset = broker::At::latest});
  world.turn();
  world.committed.reset();  // the group forgets a topic that is deleted
  ASSERT_TRUE(world.broker->delete_topic(TopicName("T_telemetry")));
  world.make_topic("T_telemetry");
  world.send(text_of("T_a", 1));
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_a"), (Output{{1, 0}}));
}

// Commits go on while the log takes its time: as of when it was given what it has not answered.
TEST(TopicSink, WhatWasNotAcknowledgedForLongIsNotSentAgain) {
  World world;
  world.turn();
  world.send(text_of("T_a", 0));
  world.turn();
  world.clock.advance_ns(kNsPerSecond);
  world.producer->holds = true;
  world.send(text_of("T_b", 1));
  world.turn();
  for (int i = 0; i < 3; ++i) {
    world.clock.advance_ns(kCommitAgeMaxNs);
    world.turn();
    world.commit();
  }
  EXPECT_EQ(world.committed->next, Offset(1));
  world.stop();
  world.run();
  world.turn_until_idle();
  EXPECT_EQ(world.output("T_b"), (Output{{1, 1}}));
}

// Lost deliveries, full queues, crashes, commits, at random: each text becomes one record.
RC_GTEST_PROP(TopicSink, NothingIsLostOrDoubled, (uint32_t seed)) {
  World world;
  std::mt19937 random(seed);
  const auto one_in = [&](uint32_t n) { return random() % n == 0; };
  const auto misbehave = [&] {
    world.producer->refuses = [&] { return one_in(9); };
    world.producer->loses = [&] { return one_in(9); };
  };
  misbehave();
  Output want_a, want_b;
  int sent = 0;
  for (int step = 0; step < 60; ++step) {
    for (uint32_t n = random() % 4; n > 0; --n, ++sent) {
      const bool is_a = one_in(2);
      world.send(text_of(is_a ? "T_a" : "T_b", sent));
      (is_a ? want_a : want_b).emplace_back(sent, sent);
    }
    world.turn();
    // A crash while records are lost is another matter: then the log broke its promise of order.
    const bool is_settled = world.stalls.empty();
    if (one_in(3)) world.commit();
    if (!is_settled || !one_in(4)) continue;
    world.stop();
    world.run();
    misbehave();
  }
  world.producer->refuses = world.producer->loses = {};
  world.turn_until_idle();
  Output a = world.output("T_a"), b = world.output("T_b");
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  RC_ASSERT(a == want_a);
  RC_ASSERT(b == want_b);
}

RC_GTEST_PROP(OutputMarks, HasWhatWasAdded, (const std::vector<uint8_t>& offsets)) {
  OutputMarks marks;
  std::set<int64_t> added;
  for (uint8_t offset : offsets) {
    marks.add(Offset(offset));
    added.insert(offset);
  }
  for (int64_t i = 0; i < 258; ++i) RC_ASSERT(marks.contains(Offset(i)) == added.contains(i));
  RC_ASSERT(marks.empty() == added.empty());
  RC_ASSERT(marks.end() == Offset(added.empty() ? 0 : *added.rbegin() + 1));
}

TEST(SourceMark, ReadsWhatItWrites) {
  broker::Source source{0, TopicName("T_event"), TopicId(Uuid::random()), Partition(3)};
  std::string text;
  write_source_mark(source, Offset(42), text);
  EXPECT_EQ(text, "T_event/3/42/" + source.id.value().hex());
  EXPECT_EQ(read_source_mark(text),
            (SourceMark{source.topic, source.partition, Offset(42), source.id}));
  for (const char* bad :
       {"", "/", "a/1/2", "a/1/2/3", "a/x/2/00000000000000000000000000000000",
        "a/1/-2/00000000000000000000000000000000", "/1/2/00000000000000000000000000000000"})
    EXPECT_FALSE(read_source_mark(bad)) << bad;
}

}  // namespace
}  // namespace efd::sink
