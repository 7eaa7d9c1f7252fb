// SPDX-License-Identifier: MIT
// One sick connector holds up nobody: the store's commits leave it out.
#include <chrono>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/testing/test_world.h"

namespace efd::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

constexpr int kConnectors = 20;
constexpr int kSick = 3;
constexpr int64_t kFlushIntervalMs = 30'000;
constexpr SchemaId kSchema{1};
constexpr char kShared[] = "shared";

std::string name_of(int connector) {
  return "c" + std::to_string(connector);
}

// Takes no dead letters of one connector.
class PickyProducer : public broker::Producer {
 public:
  PickyProducer(std::unique_ptr<broker::Producer> inner, const std::atomic<bool>& is_sick)
      : inner_(std::move(inner)), is_sick_(is_sick) {}
  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override {
    for (const broker::Header& header : record.headers)
      if (is_sick_ && header.key == "__connect.errors.connector.name" &&
          header.value == name_of(kSick))
        return fail(ErrorCode::retry, "nobody is there");
    return inner_->send(record, std::move(on_delivery));
  }
  Result<> flush(std::chrono::milliseconds wait) override { return inner_->flush(wait); }

 private:
  const std::unique_ptr<broker::Producer> inner_;
  const std::atomic<bool>& is_sick_;
};

class PickyBroker : public embedded_broker::EmbeddedBroker {
 public:
  using EmbeddedBroker::EmbeddedBroker;
  Result<std::unique_ptr<broker::Producer>> producer(broker::ProducerOptions options) override {
    EFD_ASSIGN(auto inner, EmbeddedBroker::producer(options));
    return std::unique_ptr<broker::Producer>(new PickyProducer(std::move(inner), is_sick));
  }
  std::atomic<bool> is_sick = true;
};

// Twenty connectors, each with a topic and a measurement of its own, but that the last two share
// theirs. Lanes have no threads: turn() is one round of all. The store flushes by a fake clock.
class SickConnectorTest : public ::testing::Test {
 protected:
  void SetUp() override { start(true); }
  void TearDown() override { kill(); }

  void start(bool is_sick) {
    log_ = *broker::CommitLog::open(files_, system::real_clock(), {.path = "/data/log"});
    broker_ = std::make_unique<PickyBroker>(*log_);
    broker_->is_sick = is_sick;
    store_ = *store::Store::open(files_, clock_,
                                 {.path = "/data/store", .flush_interval_ms = kFlushIntervalMs});
    pipeline_ = *Pipeline::open({.broker = *broker_,
                                 .registry = registry_,
                                 .store = store_.get(),
                                 .metrics = metrics_,
                                 .files = files_,
                                 .clock = clock_,
                                 .gaps_path = "/data/gaps.jsonl",
                                 .log_id = log_->cluster_id(),
                                 .start_threads = false});
    for (int i = 0; i < kConnectors; ++i) {
      ConnectorOptions options{.name = ConnectorName(name_of(i)), .topics = "t" + name_of(i)};
      if (i >= kConnectors - 2) options.mapping.measurement = kShared;
      options.gather = std::chrono::microseconds(0);
      ASSERT_TRUE(pipeline_->add_connector(options));
    }
  }
  // What no sync has made durable is gone with the power.
  void kill() {
    pipeline_.reset();
    store_.reset();
    broker_.reset();
    log_.reset();
  }
  void cut_power(uint64_t seed, bool is_sick) {
    kill();
    files_.restore_power(seed);
    start(is_sick);
  }

  void send(int connector, std::string_view value) {
    const TopicName topic("t" + name_of(connector));
    if (!broker_->topic(topic)) {
      ASSERT_TRUE(broker_->create_topic({.name = topic}));
    }
    auto producer = broker_->producer({.linger = std::chrono::milliseconds(0)});
    broker::NewRecord record{.topic = topic, .partition = Partition(0)};
    record.value = value;
    ASSERT_TRUE((*producer)->send(record));
    ASSERT_TRUE((*producer)->flush(std::chrono::seconds(30)));
    ++ends_[name_of(connector)];
  }
  void send_number(int connector, int64_t number) {
    send(connector, reading(kSchema, 1.7e9 + static_cast<double>(number), number));
  }
  void send_to_all(int64_t number) {
    for (int i = 0; i < kConnectors; ++i) send_number(i, 100 * i + number);
  }
  // As far as the log goes.
  void take_all() {
    pipeline_->turn({});
    for (auto [name, end] : ends_) {
      Position at{TopicName("t" + name), broker_->topic(TopicName("t" + name))->id, Partition(0),
                  Offset(end)};
      for (int rounds = 0; applied()[name] < end && rounds < 1000; ++rounds) pipeline_->turn({});
      ASSERT_EQ(applied()[name], end);
      EXPECT_TRUE(pipeline_->await_applied(ConnectorName(name), at, {}));
    }
  }
  std::map<std::string, int64_t> applied() { return ends_of(store_->positions()); }
  std::map<std::string, int64_t> committed() { return ends_of(store_->committed_positions()); }
  static std::map<std::string, int64_t> ends_of(const std::vector<StoredPosition>& positions) {
    std::map<std::string, int64_t> ends;
    for (const StoredPosition& one : positions)
      ends[one.connector.value()] = one.position.next.value();
    return ends;
  }
  // Lets flush intervals pass, and the store's thread run, until it is so.
  void await(int intervals, const std::function<bool()>& is_so) {
    for (int i = 0; i < intervals; ++i) {
      clock_.advance_ns(kFlushIntervalMs * kNsPerMs);
      const bool is_last = i + 1 == intervals;
      for (int tries = 0; !is_so() && tries < (is_last ? 30'000 : 100); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_TRUE(is_so());
  }
  std::map<std::string, int64_t> ends_of_the_well() {
    std::map<std::string, int64_t> ends = ends_;
    ends.erase(name_of(kSick));
    return ends;
  }
  std::vector<int64_t> numbers() {
    std::vector<int64_t> found;
    const auto names = *store_->measurement_names("efd");
    for (const std::string& name : names) {
      auto views = store_->views("efd", "", {&name, 1});
      auto scan = (*views)[0]->scan({.fields = {0}});
      store::Chunk chunk;
      while (*scan->next(chunk))
        found.insert(found.end(), chunk.columns[0].integers.begin(),
                     chunk.columns[0].integers.end());
    }
    return found;
  }
  static std::vector<int64_t> all_up_to(int64_t number) {
    std::vector<int64_t> all;
    for (int i = 0; i < kConnectors; ++i)
      for (int64_t n = 0; n <= number; ++n) all.push_back(100 * i + n);
    return all;
  }
  int64_t dead_letters() {
    return broker_->offset({kDeadLetterTopic, Partition(0)}, broker::At::latest)->value();
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(1'700'000'000'000)};
  registry::FakeRegistry registry_;
  observe::Metrics metrics_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<PickyBroker> broker_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Pipeline> pipeline_;
  std::map<std::string, int64_t> ends_;
};

TEST_F(SickConnectorTest, HoldsUpNobody) {
  registry_.know(kSchema, kReadingSchema);
  send(kSick, "no Avro");
  send_to_all(0);
  take_all();
  await(2, [this] { return committed() == ends_of_the_well(); });
  EXPECT_THAT(numbers(), UnorderedElementsAreArray(all_up_to(0))) << "readers see all";
  EXPECT_EQ(dead_letters(), 0);
  EXPECT_THAT(pipeline_->trouble(), HasSubstr("connector c3: commits leave out what it puts: "));
  EXPECT_THAT(pipeline_->trouble(), HasSubstr("nobody is there"));
  EXPECT_FALSE(store_->figures().intake_error);
  for (const ConnectorStatus& status : pipeline_->list())
    EXPECT_EQ(status.trouble.empty(), status.name != ConnectorName(name_of(kSick)));

  send_to_all(1);
  take_all();
  await(2, [this] { return committed() == ends_of_the_well(); });
  broker_->is_sick = false;
  await(2, [this] { return committed() == ends_; });
  EXPECT_EQ(dead_letters(), 1);
  EXPECT_EQ(pipeline_->trouble(), "");
}

TEST_F(SickConnectorTest, APowerCutLosesAndDoublesNothing) {
  registry_.know(kSchema, kReadingSchema);
  send(kSick, "no Avro");
  send_to_all(0);
  take_all();
  await(2, [this] { return committed() == ends_of_the_well(); });
  for (int64_t number = 1; number < 4; ++number) {
    send_to_all(number);
    cut_power(static_cast<uint64_t>(number), true);
    take_all();
    EXPECT_THAT(numbers(), UnorderedElementsAreArray(all_up_to(number)));
    await(2, [this] { return committed() == ends_of_the_well(); });
  }
  EXPECT_EQ(dead_letters(), 0);
  cut_power(7, false);
  take_all();
  await(2, [this] { return committed() == ends_; });
  cut_power(8, false);
  EXPECT_THAT(numbers(), UnorderedElementsAreArray(all_up_to(3)));
  EXPECT_EQ(dead_letters(), 1);
  EXPECT_EQ(pipeline_->gaps(), 0u);
}

// The call has stopped it and says why; it can be made again.
TEST_F(SickConnectorTest, CannotBePausedBeforeItIsReady) {
  registry_.know(kSchema, kReadingSchema);
  send(kSick, "no Avro");
  send_to_all(0);
  take_all();
  const ConnectorName sick(name_of(kSick));
  Result<> paused = pipeline_->pause(sick);
  ASSERT_FALSE(paused);
  EXPECT_THAT(paused.error().message, HasSubstr("nobody is there"));
  EXPECT_TRUE(pipeline_->pause(ConnectorName(name_of(0)))) << "another one can";
  broker_->is_sick = false;
  EXPECT_TRUE(pipeline_->pause(sick));
  EXPECT_EQ(committed(), ends_);
  EXPECT_EQ(dead_letters(), 1);
}

}  // namespace
}  // namespace efd::pipeline
