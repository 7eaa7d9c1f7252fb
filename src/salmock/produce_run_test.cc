// SPDX-License-Identifier: MIT
#include "salmock/produce_run.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "avro/value.h"
#include "avro/wire.h"
#include "kafka_cluster/kafka_cluster.h"
#include "kafka_cluster/testing/kafka_mock_cluster.h"
#include "sal/text_parser.h"
#include "salmock/testing/fakes.h"

namespace efd::salmock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr UtcTime kStart = UtcTime::from_ms(1'550'000'000'000);

sal::TopicShape shape(const std::string& name) {
  sal::TopicShape shape{.name = name, .subsystem = "Test", .fields = sal::header_fields()};
  shape.fields.push_back({.name = "reading",
                          .type = sal::FieldType::float64,
                          .length = 3,
                          .symbols = {},
                          .units = {}});
  return shape;
}

MockTopic topic(const std::string& name, std::vector<int> rates_hz) {
  return {TopicName("lsst.sal." + name), SchemaId(7), shape(name), std::move(rates_hz)};
}

class ProduceRunTest : public testing::Test {
 protected:
  void make(const std::vector<MockTopic>& topics, ProduceOptions options) {
    run_ = std::make_unique<ProduceRun>(std::make_unique<FakeProducer>(outbox_), clock_, topics,
                                        options);
  }
  Result<> run(int turns_max = INT_MAX) {
    return run_->run(
        [&, turns_max](milliseconds pause) mutable {
          clock_.advance_ns(pause.count() * kNsPerMs);
          pauses_.push_back(pause);
          if (on_pause_) on_pause_();
          return --turns_max == 0;
        },
        [&](const ProduceFigures& figures) { reports_.push_back(figures); });
  }
  std::map<std::string, size_t> counts() const {
    std::map<std::string, size_t> counts;
    for (const FakeRecord& record : outbox_.records) ++counts[record.topic];
    return counts;
  }

  system::FakeClock clock_{kStart};
  FakeOutbox outbox_;
  std::unique_ptr<ProduceRun> run_;
  std::vector<milliseconds> pauses_;
  std::vector<ProduceFigures> reports_;
  std::function<void()> on_pause_;
};

TEST_F(ProduceRunTest, TextsGoToTheTopicOfTheirComponentAndKind) {
  std::vector<MockTopic> topics = {topic("Test_a", {2}), topic("Test_logevent_b", {1})};
  topics[1].shape.kind = sal::Kind::event;
  ASSERT_TRUE(send_as_text(topics));
  make(topics, {.duration = 1s});
  ASSERT_TRUE(run());
  EXPECT_EQ(counts(), (std::map<std::string, size_t>{{"Test_telemetry", 2}, {"Test_logevent", 1}}));
  for (const FakeRecord& record : outbox_.records) {
    auto head = sal::read_text_head(record.value);
    ASSERT_TRUE(head) << record.value;
    const MockTopic& sent = topics[head->topic == "Test_a" ? 0 : 1];
    EXPECT_EQ(head->source, record.topic);
    EXPECT_EQ(head->topic, sent.shape.name);
    std::string datum;
    EXPECT_TRUE(sal::TextParser(sent.text).parse(head->values, kStart, datum)) << record.value;
  }
}

TEST_F(ProduceRunTest, TextsOfAKeyedComponentHaveItsIndex) {
  std::vector<MockTopic> topics = {topic("Test_a", {1}), topic("Script_b", {1})};
  topics[1].shape.subsystem = "Script";
  topics[1].is_keyed = true;
  ASSERT_TRUE(send_as_text(topics));
  make(topics, {.duration = 1s});
  ASSERT_TRUE(run());
  ASSERT_EQ(outbox_.records.size(), 2u);
  const size_t commas = static_cast<size_t>(
      std::count(outbox_.records[0].value.begin(), outbox_.records[0].value.end(), ','));
  for (const FakeRecord& record : outbox_.records) {
    const bool is_keyed = record.topic == "Script_telemetry";
    EXPECT_EQ(static_cast<size_t>(std::count(record.value.begin(), record.value.end(), ',')),
              commas + is_keyed)
        << record.value;
  }
}

TEST_F(ProduceRunTest, CharactersAreSentAsTexts) {
  MockTopic chars = topic("Test_a", {1});
  chars.shape.fields.push_back(
      {.name = "c", .type = sal::FieldType::bytes, .length = 5, .symbols = {}, .units = {}});
  chars.sal_types = {{"c", "char"}};
  std::vector<MockTopic> topics = {chars};
  ASSERT_TRUE(send_as_text(topics));
  make(topics, {.duration = 1s});
  ASSERT_TRUE(run());
  ASSERT_EQ(outbox_.records.size(), 1u);
  const std::string& value = outbox_.records[0].value;
  constexpr std::string_view kShape = ", 'ABCDE' )";
  ASSERT_GT(value.size(), kShape.size());
  EXPECT_EQ(value.substr(value.size() - kShape.size(), 3), ", '") << value;
  EXPECT_TRUE(value.ends_with("' )")) << value;
}

TEST_F(ProduceRunTest, SendsEachTopicAtItsRateForTheDuration) {
  make({topic("slow", {1}), topic("fast", {100}), topic("twice", {10, 1})}, {.duration = 3s});
  ASSERT_TRUE(run());
  EXPECT_EQ(counts(), (std::map<std::string, size_t>{
                          {"lsst.sal.slow", 3}, {"lsst.sal.fast", 300}, {"lsst.sal.twice", 33}}));
  ProduceFigures figures = run_->figures();
  EXPECT_EQ(figures.sent, 336u);
  EXPECT_EQ(figures.delivered, 336u);
  EXPECT_EQ(figures.failed, 0u);
  EXPECT_EQ(figures.late, 0u);
  EXPECT_EQ(figures.wanted_per_second, 112);
  EXPECT_EQ(figures.elapsed_ns, 3 * kNsPerSecond);
  EXPECT_DOUBLE_EQ(figures.achieved_per_second(), 112);
  EXPECT_EQ(outbox_.flushes, 1u);
  EXPECT_EQ(reports_.size(), 2u);
}

TEST_F(ProduceRunTest, ScalesTheRates) {
  make({topic("a", {10})}, {.rate_scale = 2.5, .duration = 2s});
  ASSERT_TRUE(run());
  EXPECT_EQ(outbox_.records.size(), 50u);
}

TEST_F(ProduceRunTest, WakesAsSeldomAsItCan) {
  make({topic("a", {1})}, {.duration = 3s});
  ASSERT_TRUE(run());
  EXPECT_EQ(pauses_, (std::vector<milliseconds>{1000ms, 1000ms, 1000ms}));
  pauses_.clear();
  make({topic("b", {1000})}, {.duration = 1s});
  ASSERT_TRUE(run());
  EXPECT_EQ(pauses_.size(), 200u);
}

TEST_F(ProduceRunTest, MessagesDecodeAndCarryTheirTime) {
  make({topic("a", {10})}, {.duration = 1s});
  ASSERT_TRUE(run());
  auto schema = avro::Schema::from_json(sal::schema_of(shape("a")));
  ASSERT_TRUE(schema);
  for (size_t i = 0; i < outbox_.records.size(); ++i) {
    const FakeRecord& record = outbox_.records[i];
    EXPECT_EQ(record.timestamp_ms, kStart.ms() + static_cast<int64_t>(i) * 100);
    auto wire = avro::parse_wire(record.value);
    ASSERT_TRUE(wire);
    EXPECT_EQ(wire->id, SchemaId(7));
    auto value = avro::decode(*schema, wire->datum);
    ASSERT_TRUE(value) << value.error().message;
    const auto& fields = std::get<avro::Record>(value->data).fields;
    EXPECT_EQ(std::get<avro::Array>(fields.back().data).size(), 3u);
  }
}

TEST_F(ProduceRunTest, StopsWhenToldAndFlushes) {
  make({topic("a", {100})}, {});
  ASSERT_TRUE(run(10));
  EXPECT_EQ(pauses_.size(), 10u);
  EXPECT_EQ(outbox_.flushes, 1u);
}

TEST_F(ProduceRunTest, CatchesUpWhenItHasFallenBehind) {
  make({topic("a", {100})}, {.duration = 4s});
  outbox_.room = 50;
  on_pause_ = [&] {
    if (clock_.now() >= kStart + 2'500 * kNsPerMs) outbox_.room = SIZE_MAX;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(outbox_.records.size(), 400u);
  EXPECT_GT(reports_.at(1).behind_ns, kNsPerSecond);
  EXPECT_EQ(reports_.at(2).behind_ns, 0);
  // Nos. 50 .. 239 are sent at 2.5 s, more than 100 ms after their time.
  EXPECT_EQ(run_->figures().late, 190u);
  std::set<std::string> values;
  for (const FakeRecord& record : outbox_.records) values.insert(record.value);
  EXPECT_EQ(values.size(), 400u);
}

TEST_F(ProduceRunTest, GivesUpCatchingUpSomeTimeAfterItsEnd) {
  make({topic("a", {100})}, {.duration = 2s});
  outbox_.room = 50;
  ASSERT_TRUE(run());
  EXPECT_EQ(run_->figures().sent, 50u);
  EXPECT_GE(run_->figures().elapsed_ns, 12 * kNsPerSecond);
  EXPECT_GT(run_->figures().behind_ns, 10 * kNsPerSecond);
}

TEST_F(ProduceRunTest, CountsWhatWasNotDelivered) {
  make({topic("a", {10})}, {.duration = 1s});
  outbox_.deliveries = 4;
  ASSERT_TRUE(run());
  EXPECT_EQ(run_->figures().delivered, 4u);
  EXPECT_EQ(run_->figures().failed, 6u);
  EXPECT_EQ(run_->last_failure()->message, "lost");
}

TEST(ProduceRunOverKafka, EveryMessageArrives) {
  auto& mock = kafka_cluster::KafkaMockCluster::instance();
  std::vector<MockTopic> topics{topic("a", {100}), topic("b", {10, 1})};
  for (const MockTopic& topic : topics) mock.create_topic(topic.name.value(), 1);
  auto broker =
      kafka_cluster::connect_kafka_cluster({.bootstrap = mock.bootstrap(), .settings = {}});
  ASSERT_TRUE(broker);
  auto producer = (*broker)->producer({.acks = broker::Acks::leader});
  ASSERT_TRUE(producer);
  system::FakeClock clock(kStart);
  ProduceRun run(std::move(*producer), clock, topics, {.duration = 5s});
  auto no_sleep = [&](milliseconds pause) {
    clock.advance_ns(pause.count() * kNsPerMs);
    return false;
  };
  ASSERT_TRUE(run.run(no_sleep, [](const ProduceFigures&) {}));
  EXPECT_EQ(run.figures().delivered, 555u);
  EXPECT_EQ((*broker)->offset({TopicName("lsst.sal.a"), Partition(0)}, broker::At::latest),
            Offset(500));
  EXPECT_EQ((*broker)->offset({TopicName("lsst.sal.b"), Partition(0)}, broker::At::latest),
            Offset(55));
}

}  // namespace
}  // namespace efd::salmock
