// SPDX-License-Identifier: MIT
// How InfluxSink takes what an InfluxDB answers.
#include "sink/influx_sink.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sink/testing/sinks_under_test.h"
#include "sink/testing/two_targets.h"

namespace efd::sink {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class InfluxSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    register_readings(log_.registry);
    log_.make_topic(kReadings);
    open();
  }
  void TearDown() override { log_.close_reader(); }

  void open(InfluxSinkOptions options, AvroConverterOptions converter = {}) {
    open(std::move(options), make_converter(log_, std::move(converter)));
  }
  void open(InfluxSinkOptions options, std::unique_ptr<Converter> converter) {
    log_.close_reader();
    sink_ = *InfluxSink::open(std::move(options), std::move(converter), log_.metrics,
                              system::real_clock());
    log_.open_reader(*sink_, "lsst\\.sal\\..*", sink_.get());
  }
  void open() { open(influx_options(influx_.url())); }
  void send(int from, int to) {
    for (int number = from; number < to; ++number) log_.send(kReadings, reading(number));
  }
  uint64_t counted(const std::string& name) {
    return log_.metrics.counter(name, "", {{"connector", "efd"}}).value();
  }
  // Until the double has so many points; `turn` goes back behind stalls at once.
  void turn_until(size_t points) {
    while (influx_.points(kReadings) < points) log_.turn();
  }

  void turn_until_both(size_t records) {
    while (influx_.points("of_left") < records || influx_.points("of_right") < 2 * records)
      log_.turn();
  }

  TestLog log_;
  InfluxDouble influx_;
  std::unique_ptr<InfluxSink> sink_;
};

TEST_F(InfluxSinkTest, WritesLinesWithTheRecordsTime) {
  send(7, 8);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.fields(kReadings, 1'700'000'007'000'000'000),
            "private_efdStamp=1700000007,number=7i");
  http::Request request = influx_.last_request();
  EXPECT_EQ(*request.query_value("db"), "efd");
  EXPECT_EQ(*request.query_value("precision"), "ns");
  EXPECT_EQ(request.query_value("rp"), nullptr);
}

TEST_F(InfluxSinkTest, SendsUserPolicyAndGzip) {
  InfluxSinkOptions options = influx_options(influx_.url());
  options.influx.target = *InfluxTarget::parse("http://ann:p%40ss@" + influx_.url().substr(7));
  options.influx.compresses = true;
  open(options, {.policy = "week"});
  send(0, 3);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.points(kReadings), 3u);
  http::Request request = influx_.last_request();
  EXPECT_EQ(request.headers.find("Authorization"), "Basic YW5uOnBAc3M=");
  EXPECT_EQ(*request.query_value("rp"), "week");
}

TEST_F(InfluxSinkTest, RequestsAreBounded) {
  InfluxSinkOptions options = influx_options(influx_.url());
  options.request_lines_max = 10;
  open(options);
  send(0, 95);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.points(kReadings), 95u);
  EXPECT_GE(influx_.requests(), 10u);
}

TEST_F(InfluxSinkTest, PassingFailuresAreSeenThroughWithoutLoss) {
  for (InfluxDouble::Answer failure : {InfluxDouble::Answer{503, "timeout"},
                                       {500, "engine is closed"},
                                       {429, "slow down"},
                                       {401, "authorization failed"},
                                       {403, "no right"},
                                       {200, "not an InfluxDB"},
                                       {0, ""}}) {
    int from = static_cast<int>(influx_.points(kReadings));
    std::atomic<int> left = 3;
    influx_.fails = [&](const std::string&) -> std::optional<InfluxDouble::Answer> {
      if (--left < 0) return std::nullopt;
      return failure;
    };
    send(from, from + 20);
    log_.turn();
    ASSERT_EQ(log_.stalls.size(), 1u) << failure.first;
    EXPECT_EQ(log_.stalls[0].next, Offset(from));
    if (failure.first != 0) {
      EXPECT_THAT(log_.stalls[0].reason, HasSubstr(failure.second));
    }
    EXPECT_EQ(log_.stalls[0].reason.find('\n'), std::string::npos);
    turn_until(static_cast<size_t>(from) + 20);
    EXPECT_LT(left, 0);
  }
  EXPECT_TRUE(log_.rejects.kept.empty());
}

TEST_F(InfluxSinkTest, NothingIsCommittedThatWasNotWritten) {
  send(0, 4);
  log_.turn_until_idle();
  influx_.fails = [](const std::string&) { return InfluxDouble::Answer{503, "timeout"}; };
  send(4, 8);
  for (int i = 0; i < 5; ++i) log_.turn();
  ASSERT_TRUE(sink_->flush());
  EXPECT_EQ(sink_->durable()[0].next, Offset(4));
}

TEST_F(InfluxSinkTest, AServerThatIsAwayStallsAllAtOnceUntilItIsBack) {
  auto gone = std::make_unique<InfluxDouble>();
  InfluxSinkOptions options = influx_options(gone->url());
  gone.reset();
  options.backoff_min = options.backoff_max = std::chrono::minutes(1);
  open(options);
  log_.make_topic("lsst.sal.other");
  send(0, 2);
  log_.turn();
  ASSERT_EQ(log_.stalls.size(), 1u);
  EXPECT_THAT(log_.stalls[0].reason, HasSubstr("cannot reach http://127.0.0.1:"));
  EXPECT_GT(log_.stalls[0].wait, std::chrono::seconds(30));
  log_.send("lsst.sal.other", reading(1));
  log_.turn();
  EXPECT_EQ(log_.stalls.size(), 2u);
  EXPECT_EQ(counted("efd_influx_requests_total"), 1u);
}

TEST_F(InfluxSinkTest, RefusedLinesAreFoundAndTheOthersWritten) {
  influx_.refuses = [](const std::string& line) -> std::string {
    for (const char* number : {"number=3i", "number=40i", "number=41i", "number=99i"})
      if (line.find(number) != line.npos) return "field type conflict";
    return "";
  };
  send(0, 100);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.points(kReadings), 96u);
  std::vector<int64_t> refused;
  for (const auto& kept : log_.rejects.kept) {
    refused.push_back(kept.offset.value());
    EXPECT_EQ(kept.stage, Stage::task_put);
    EXPECT_THAT(kept.reason, StartsWith("InfluxDB: partial write: field type conflict dropped="));
  }
  EXPECT_EQ(refused, (std::vector<int64_t>{3, 40, 41, 99}));
  EXPECT_EQ(counted("efd_influx_refused_total"), 4u);
  EXPECT_EQ(sink_->durable()[0].next, Offset(100));
}

TEST_F(InfluxSinkTest, LinesThatAreAllRefusedTakeOneRequest) {
  influx_.refuses = [](const std::string&) { return "points beyond retention policy"; };
  send(0, 50);
  log_.turn_until_idle();
  EXPECT_EQ(log_.rejects.kept.size(), 50u);
  EXPECT_LE(influx_.requests(), 50u);
}

TEST_F(InfluxSinkTest, ABatchThatFailsAsAWholeIsHalved) {
  influx_.fails = [](const std::string& lines) -> std::optional<InfluxDouble::Answer> {
    if (lines.find("number=5i") == lines.npos) return std::nullopt;
    return InfluxDouble::Answer{400, "field type conflict"};
  };
  send(0, 16);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.points(kReadings), 15u);
  ASSERT_EQ(log_.rejects.kept.size(), 1u);
  EXPECT_EQ(log_.rejects.kept[0].offset, Offset(5));
}

TEST_F(InfluxSinkTest, TooLargeRequestsAreHalved) {
  influx_.fails = [](const std::string& lines) -> std::optional<InfluxDouble::Answer> {
    if (std::count(lines.begin(), lines.end(), '\n') <= 3) return std::nullopt;
    return InfluxDouble::Answer{413, "Request Entity Too Large"};
  };
  send(0, 40);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.points(kReadings), 40u);
  influx_.fails = [](const std::string&) { return InfluxDouble::Answer{413, "too large"}; };
  send(40, 42);
  log_.turn_until_idle();
  EXPECT_EQ(log_.rejects.kept.size(), 2u);
}

TEST_F(InfluxSinkTest, AMissingDatabaseIsMadeIfThatIsWanted) {
  influx_.databases.clear();
  InfluxSinkOptions options = influx_options(influx_.url());
  options.influx.creates_database = false;
  open(options);
  send(0, 2);
  log_.turn();
  ASSERT_EQ(log_.stalls.size(), 1u);
  EXPECT_THAT(log_.stalls[0].reason, HasSubstr("database not found: \"efd\"; create it"));
  options.influx.creates_database = true;
  open(options);
  turn_until(2);
  EXPECT_TRUE(influx_.databases.contains("efd"));
  EXPECT_TRUE(log_.rejects.kept.empty());
}

// Requests of two databases take turns; the second one's fail for a while.
TEST_F(InfluxSinkTest, WritesEachTargetsRowsToItsDatabase) {
  influx_.databases = {"left", "right"};
  open(influx_options(influx_.url()), std::make_unique<TwoTargets>());
  std::atomic<int> failures = 3;
  influx_.fails = [&](const std::string& lines) -> std::optional<InfluxDouble::Answer> {
    bool is_right = lines.starts_with("of_right");
    if (is_right && failures-- > 0) return InfluxDouble::Answer{503, "busy"};
    return std::nullopt;
  };
  send(0, 5);
  turn_until_both(5);
  EXPECT_EQ(influx_.points("of_left"), 5u);
  EXPECT_EQ(influx_.points("of_right"), 10u) << "two of each record";
  EXPECT_TRUE(log_.rejects.kept.empty());
}

TEST_F(InfluxSinkTest, AFailureInTheMiddleGoesBackToWhatWasNotWritten) {
  InfluxSinkOptions options = influx_options(influx_.url());
  options.request_lines_max = 4;
  open(options);
  log_.make_topic("lsst.sal.other");
  std::atomic<int> requests = 0;
  influx_.fails = [&](const std::string&) -> std::optional<InfluxDouble::Answer> {
    if (++requests != 2) return std::nullopt;
    return InfluxDouble::Answer{503, "busy"};
  };
  send(0, 10);
  log_.send("lsst.sal.other", reading(1));
  log_.turn();
  ASSERT_FALSE(log_.stalls.empty());
  EXPECT_EQ(log_.stalls[0].source->topic.value(), kReadings);
  EXPECT_EQ(log_.stalls[0].next, Offset(4));
  turn_until(10);
  log_.turn_until_idle();
  EXPECT_EQ(influx_.points("lsst.sal.other"), 1u);
}

TEST_F(InfluxSinkTest, AStopEndsAWaitForASlowServer) {
  std::atomic<bool> stopped = false;
  influx_.fails = [&](const std::string&) -> std::optional<InfluxDouble::Answer> {
    while (!stopped) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return std::nullopt;
  };
  send(0, 1);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request_stop();
  });
  log_.turn(stop.get_token());
  EXPECT_TRUE(stop.stop_requested());
  stopped = true;
  EXPECT_EQ(influx_.requests(), 1u);  // once its handler has ended
  ASSERT_TRUE(sink_->flush());
  EXPECT_EQ(sink_->durable()[0].next, Offset(0));
}

TEST_F(InfluxSinkTest, PartitionsThatLeaveAreNamedNoLonger) {
  send(0, 1);
  log_.turn_until_idle();
  EXPECT_EQ(sink_->durable().size(), 1u);
  broker::Source source{.index = 0, .topic = TopicName(kReadings)};
  const broker::Source* sources[] = {&source};
  sink_->leave(sources);
  EXPECT_TRUE(sink_->durable().empty());
}

TEST(InfluxTarget, TakesUserAndPasswordOutOfTheUrl) {
  auto target = InfluxTarget::parse("http://ann:p%3Ass@influx:8086/efd");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->url, "http://influx:8086/efd");
  EXPECT_EQ(target->user, "ann");
  EXPECT_EQ(target->password, "p:ss");
  EXPECT_EQ(InfluxTarget::parse("http://influx:8086")->authorization(), "");
  for (const char* url : {"influx:8086", "https://influx:8086", "http://a:secret@", ""}) {
    auto refused = InfluxTarget::parse(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace efd::sink
