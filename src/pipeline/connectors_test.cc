// SPDX-License-Identifier: MIT
// Connectors come, change and go while the pipeline runs.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/connector_topic.h"
#include "pipeline/testing/test_world.h"

namespace efd::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ConnectorName kTwo{"two"};
constexpr char kTopic[] = "other.a";
constexpr SchemaId kSchema{1};

class ConnectorsTest : public ::testing::Test {
 protected:
  void SetUp() override { world_.start(); }

  ConnectorOptions two() { return {.name = kTwo, .topics = "other\\..*"}; }
  Position send(int64_t number) {
    return world_.send(kTopic, reading(kSchema, 1.7e9 + static_cast<double>(number), number));
  }
  void send_and_await(int64_t number) {
    auto verdict = world_.pipeline->await_applied(kTwo, send(number), {});
    ASSERT_TRUE(verdict) << verdict.error().message;
  }
  // Its two lanes come to the end at times of their own.
  void await_caught_up() {
    for (int i = 0; i < 2000 && !world_.pipeline->has_caught_up(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(world_.pipeline->has_caught_up());
  }
  std::vector<int64_t> numbers() { return world_.numbers(kTopic); }
  // How far retention may drop what lies below.
  Offset start_after_trim(int64_t below) {
    auto log = world_.log->partition(TopicName(kTopic), Partition(0));
    broker::CommitLog::Trim trim{log.get(), Offset(below)};
    EXPECT_TRUE(world_.log->trim({&trim, 1}));
    return *world_.broker->offset({TopicName(kTopic), Partition(0)}, broker::At::earliest);
  }
  static ErrorCode code_of(const Result<>& result) {
    return result ? ErrorCode() : result.error().code;
  }

  World world_;
};

TEST_F(ConnectorsTest, OneIsPutWhileOthersRun) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  send_and_await(1);
  EXPECT_THAT(numbers(), ElementsAre(1));
  Position other = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 5));
  EXPECT_EQ(world_.pipeline->await_applied(kTwo, other, {}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(world_.pipeline->await_applied(ConnectorName("efd"), other, {}));
  auto all = world_.pipeline->list();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, ConnectorName("efd"));
  EXPECT_EQ(all[0].origin, ConnectorOrigin::file);
  EXPECT_EQ(all[1].name, kTwo);
  EXPECT_EQ(all[1].state, ConnectorState::running);
}

// Nobody vouches for what was kept last when the log is opened again, and a full disk keeps it from
// being made durable.
TEST(ConnectorTopicTest, WhatIsNotDurableYetAfterAStartOnAFullDiskIsThere) {
  system::MemoryFileSystem files;
  std::unique_ptr<broker::CommitLog> log;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker;
  auto start = [&] {
    broker.reset();
    log.reset();  // killed
    log = *broker::CommitLog::open(files, system::real_clock(), {.path = "/log"});
    broker = std::make_unique<embedded_broker::EmbeddedBroker>(*log);
  };
  start();
  {
    ConnectorTopic topic(*broker);
    ASSERT_TRUE(topic.write({.options = {.name = kTwo, .topics = "other"}}));
  }
  files.set_capacity_bytes(0);
  start();
  ASSERT_TRUE(log->intake_error());
  ConnectorTopic topic(*broker);
  auto kept = topic.read();
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_TRUE(kept->connectors.contains(kTwo));
}

TEST_F(ConnectorsTest, WhatTheFileHasNoCallChanges) {
  EXPECT_EQ(code_of(world_.pipeline->put({})), ErrorCode::conflict);
  EXPECT_EQ(code_of(world_.pipeline->remove(ConnectorName("efd"))), ErrorCode::conflict);
  EXPECT_TRUE(world_.pipeline->restart(ConnectorName("efd")));
}

TEST_F(ConnectorsTest, NamesAndPatternsAreChecked) {
  for (const char* name : {"", "a b", "a/b"})
    EXPECT_EQ(code_of(world_.pipeline->put({.name = ConnectorName(name)})), ErrorCode::bad_input);
  EXPECT_EQ(code_of(world_.pipeline->put({.name = kTwo, .topics = "("})), ErrorCode::bad_input);
  EXPECT_EQ(world_.pipeline->list().size(), 1u);
  EXPECT_EQ(code_of(world_.pipeline->remove(kTwo)), ErrorCode::not_found);
  EXPECT_EQ(code_of(world_.pipeline->pause(kTwo)), ErrorCode::not_found);
  EXPECT_FALSE(world_.pipeline->status(kTwo));
}

TEST_F(ConnectorsTest, OneThatComesBackGoesOnFromItsPositions) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  for (int number = 0; number < 3; ++number) send_and_await(number);
  ASSERT_TRUE(world_.pipeline->remove(kTwo));
  send(3);
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2));
  ASSERT_TRUE(world_.pipeline->put(two()));
  send_and_await(4);
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(world_.pipeline->gaps(), 0u);
}

TEST_F(ConnectorsTest, TheLogKeepsNothingForOneThatIsRemoved) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  for (int number = 0; number < 3; ++number) send_and_await(number);
  ASSERT_TRUE(world_.pipeline->remove(kTwo));
  for (int number = 3; number < 6; ++number) send(number);
  EXPECT_EQ(start_after_trim(5), Offset(5));
  ASSERT_TRUE(world_.pipeline->put(two()));
  send_and_await(6);
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 5, 6));
  EXPECT_EQ(world_.pipeline->gaps(), 1u);
  EXPECT_THAT(*system::read_file(world_.files, "/data/gaps.jsonl"),
              HasSubstr(R"("connector":"two")"));
}

TEST_F(ConnectorsTest, TheLogKeepsWhatAPausedOneHasNotStored) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  send_and_await(0);
  ASSERT_TRUE(world_.pipeline->pause(kTwo));
  ASSERT_TRUE(world_.pipeline->pause(kTwo)) << "it is paused";
  EXPECT_EQ(world_.pipeline->status(kTwo)->state, ConnectorState::paused);
  EXPECT_EQ(world_.pipeline->trouble(), "");
  await_caught_up();
  for (int number = 1; number < 4; ++number) send(number);
  EXPECT_LE(start_after_trim(3), Offset(1));
  ASSERT_TRUE(world_.pipeline->resume(kTwo));
  ASSERT_TRUE(world_.pipeline->resume(kTwo)) << "it runs";
  send_and_await(4);
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(world_.pipeline->status(kTwo)->state, ConnectorState::running);
}

// Nothing is lost or doubled, whatever the calls come between.
TEST_F(ConnectorsTest, RestartsAndChangesDoubleNothing) {
  std::vector<int64_t> sent;
  for (int round = 0; round < 8; ++round) {
    ASSERT_TRUE(world_.pipeline->put(two()));
    for (int i = 0; i < 5; ++i) {
      sent.push_back(static_cast<int64_t>(sent.size()));
      send(sent.back());
      if (i == 2) {
        ASSERT_TRUE(world_.pipeline->restart(kTwo));
      }
    }
    if (round % 3 == 2) {
      world_.stop();
      world_.start();
    } else {
      ASSERT_TRUE(world_.pipeline->remove(kTwo));
    }
  }
  ASSERT_TRUE(world_.pipeline->put(two()));
  sent.push_back(static_cast<int64_t>(sent.size()));
  send_and_await(sent.back());
  EXPECT_EQ(numbers(), sent);
  EXPECT_EQ(world_.pipeline->gaps(), 0u);
}

// What was put must be committed before the lane goes; the call can be made again.
TEST_F(ConnectorsTest, OneWhoseRowsCannotBeCommittedIsTold) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  send_and_await(0);
  world_.files.fail_sync_once({".seg", ErrorCode::overload});
  EXPECT_EQ(code_of(world_.pipeline->pause(kTwo)), ErrorCode::overload);
  EXPECT_EQ(world_.pipeline->status(kTwo)->state, ConnectorState::failed);
  EXPECT_THAT(world_.pipeline->trouble(), HasSubstr("connector two: "));
  EXPECT_TRUE(world_.pipeline->resume(kTwo));
  send_and_await(1);
  EXPECT_THAT(numbers(), ElementsAre(0, 1));
}

TEST_F(ConnectorsTest, WhatCallsHaveMadeIsThereAfterARestart) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  ASSERT_TRUE(world_.pipeline->put({.name = ConnectorName("three"), .topics = "three\\..*"}));
  ASSERT_TRUE(world_.pipeline->put({.name = ConnectorName("four")}));
  ASSERT_TRUE(world_.pipeline->pause(ConnectorName("three")));
  ASSERT_TRUE(world_.pipeline->pause(ConnectorName("efd")));
  ASSERT_TRUE(world_.pipeline->remove(ConnectorName("four")));
  send_and_await(0);
  world_.stop();
  world_.start();
  std::vector<std::string> all;
  for (const ConnectorStatus& status : world_.pipeline->list())
    all.push_back(status.name.value() + " " + to_string(status.state));
  EXPECT_THAT(all, ElementsAre("efd paused", "three paused", "two running"));
  send_and_await(1);
  EXPECT_THAT(numbers(), ElementsAre(0, 1));
  ASSERT_TRUE(world_.pipeline->put({.name = ConnectorName("three")}));
  EXPECT_EQ(world_.pipeline->status(ConnectorName("three"))->state, ConnectorState::paused);
  ASSERT_TRUE(world_.pipeline->resume(ConnectorName("efd")));
  world_.stop();
  world_.start();
  EXPECT_EQ(world_.pipeline->status(ConnectorName("efd"))->state, ConnectorState::running);
}

TEST(ConnectorJson, IsReadAsItWasWritten) {
  KeptConnector into_store{.options = {.name = kTwo, .topics = "a\\.b"}};
  into_store.options.database = "other";
  into_store.options.time_rounding = Rounding::truncate;
  into_store.options.gather = std::chrono::microseconds(5);
  into_store.options.mapping = {.measurement = "m",
                                .fields = {{"a.b", "c"}, {"d", ""}},
                                .takes_others = false,
                                .time_field = "t",
                                .time_unit = sink::TimeUnit::microseconds,
                                .tags = {{"h", ""}, {"o.r", "region"}}};
  KeptConnector into_influx{.options = {.name = kTwo}};
  into_influx.influx.emplace().influx.target = {"http://h:1", "ann", "p\"w"};
  into_influx.influx->influx.creates_database = true;
  into_influx.influx->group = "g";
  for (const KeptConnector& written : {into_store, into_influx}) {
    std::string text = format_connector(written);
    auto read = parse_connector(kTwo, text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(format_connector(*read), text);
    EXPECT_EQ(read->options.mapping, written.options.mapping);
    EXPECT_EQ(read->options.topics, written.options.topics);
    EXPECT_EQ(read->influx.has_value(), written.influx.has_value());
  }
}

TEST(ConnectorJson, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[]", "it is no object"},
      {R"({"topics":1})", "\"topics\" is of another kind"},
      {R"({"target":{"type":"tape"}})", "there is no target \"tape\""},
      {R"({"mapping":{"time_unit":"weeks"}})", "there is no time unit \"weeks\""},
      {R"({"mapping":{"fields":[{"name":"x"}]}})", "a field or tag of the mapping has no path"},
      {R"({"topics":"("})", "connector two"},
  };
  for (auto [text, message] : wrong) {
    auto read = parse_connector(kTwo, text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::bad_input) << text;
    EXPECT_THAT(read.error().message, HasSubstr(message));
  }
  EXPECT_TRUE(parse_connector(kTwo, "{}")) << "all have defaults";
}

// A record that says nothing sensible costs the connector that it names.
TEST_F(ConnectorsTest, WhatCannotBeReadIsLeftOut) {
  ASSERT_TRUE(world_.pipeline->put(two()));
  auto producer = *world_.broker->producer({.linger = std::chrono::milliseconds(0)});
  broker::NewRecord record{.topic = kConnectorTopic, .key = "spoilt", .value = "{"};
  ASSERT_TRUE(producer->send(record));
  ASSERT_TRUE(producer->flush(std::chrono::seconds(10)));
  world_.stop();
  world_.start();
  EXPECT_EQ(world_.pipeline->list().size(), 2u);
  send_and_await(0);
}

TEST_F(ConnectorsTest, TwoOfOneNameInTheFileAreRefused) {
  EXPECT_EQ(code_of(world_.pipeline->add_connector({})), ErrorCode::conflict);
}

// A mapping is the connector's.
TEST_F(ConnectorsTest, TwoConnectorsTakeOneTopicEachInItsWay) {
  ConnectorOptions options{.name = kTwo, .topics = "lsst\\.sal\\.a"};
  options.mapping = {.measurement = "copy", .fields = {{"number", ""}}, .takes_others = false};
  ASSERT_TRUE(world_.pipeline->put(options));
  Position position = world_.send("lsst.sal.a", reading(kSchema, 1.7e9, 5));
  ASSERT_TRUE(world_.pipeline->await_applied(kTwo, position, {}));
  ASSERT_TRUE(world_.pipeline->await_applied(ConnectorName("efd"), position, {}));
  EXPECT_THAT(world_.numbers("copy"), ElementsAre(5));
  EXPECT_THAT(world_.numbers("lsst.sal.a"), ElementsAre(5));
}

}  // namespace
}  // namespace efd::pipeline
