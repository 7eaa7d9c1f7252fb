// SPDX-License-Identifier: MIT
// For tests: what every Sink is put through, and a lane's turns over an embedded log in memory.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "embedded_broker/embedded_broker.h"
#include "registry/testing/fake_registry.h"
#include "sink/sink.h"
#include "system/memory_file_system.h"

namespace efd::sink {

// A record that comes again is known by its partition and offset, as dead letters are.
class KeptRejects : public Rejects {
 public:
  struct Kept {
    Offset offset;
    Stage stage;
    std::string reason;
  };
  void reject(const broker::Source& source, const broker::RecordView& record, Stage stage,
              const std::string& reason) override {
    if (known_.emplace(source.index, record.offset).second)
      kept.push_back({record.offset, stage, reason});
  }
  std::vector<Kept> kept;

 private:
  std::set<std::pair<uint32_t, Offset>> known_;
};

// A log and a registry, and what goes on in a lane.
class TestLog {
 public:
  TestLog();
  ~TestLog();

  void make_topic(const std::string& topic);
  void send(const std::string& topic, std::optional<std::string_view> value);
  // Reads from now on for `sink`; as `member` (or null) it has the partitions of a group.
  void open_reader(Sink& sink, const std::string& pattern, GroupSink* member);
  void close_reader() { reader_.reset(); }
  // One turn of a lane; true: it brought something, or has to go back.
  bool turn(std::stop_token stop = {});
  void turn_until_idle() {
    while (turn()) {
    }
  }

  system::MemoryFileSystem files;
  registry::FakeRegistry registry;
  observe::Metrics metrics;
  std::unique_ptr<broker::CommitLog> log;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker;
  KeptRejects rejects;
  std::vector<Stall> stalls;  // of the last turn

 private:
  Sink* sink_ = nullptr;
  std::unique_ptr<broker::Reader> reader_;
  broker::Batch batch_;
};

inline TestLog::TestLog() {
  auto opened = broker::CommitLog::open(files, system::real_clock(), {.path = "/log"});
  EXPECT_TRUE(opened);
  log = std::move(*opened);
  broker = std::make_unique<embedded_broker::EmbeddedBroker>(*log);
  log->start_housekeeping();
}

inline TestLog::~TestLog() {
  reader_.reset();
  EXPECT_TRUE(log->close());
}

inline void TestLog::make_topic(const std::string& topic) {
  EXPECT_TRUE(broker->create_topic({.name = TopicName(topic)}));
}

inline void TestLog::send(const std::string& topic, std::optional<std::string_view> value) {
  auto producer = *broker->producer({.linger = std::chrono::milliseconds(0)});
  broker::NewRecord record{.topic = TopicName(topic), .timestamp_ms = 1'700'000'000'000};
  record.value = value;
  EXPECT_TRUE(producer->send(record));
  EXPECT_TRUE(producer->flush(std::chrono::seconds(10)));
}

inline void TestLog::open_reader(Sink& sink, const std::string& pattern, GroupSink* member) {
  sink_ = &sink;
  broker::ReaderOptions options{.pattern = {pattern}};
  options.start = [member](const broker::Source& source, const broker::LogRange& range) {
    if (!member) return range.start;
    auto next = member->assign(source, range, std::nullopt);
    EXPECT_TRUE(next) << next.error().message;
    return next.value_or(range.start);
  };
  reader_ = *broker->reader(std::move(options));
}

inline bool TestLog::turn(std::stop_token stop) {
  EXPECT_TRUE(reader_->poll(std::chrono::milliseconds(0), batch_));
  stalls.clear();
  const bool brought = !batch_.slices().empty();
  if (brought) {
    Result<> put = sink_->put(batch_, rejects, stalls, stop);
    EXPECT_TRUE(put || put.error().code == ErrorCode::cancelled) << put.error().message;
  }
  sink_->tick(stalls);
  for (const Stall& stall : stalls) EXPECT_TRUE(reader_->seek(*stall.source, stall.next));
  return brought || !stalls.empty();
}

// One kind of sink over a TestLog.
class SinkUnderTest {
 public:
  explicit SinkUnderTest(TestLog& log) : log_(log) {}
  virtual ~SinkUnderTest() = default;
  virtual Sink& sink() = 0;
  virtual GroupSink* member() { return nullptr; }  // null: it is in no group
  virtual std::string topic() const = 0;
  virtual std::string good(int number) const = 0;  // a record's value; another one for each number
  virtual std::string bad() const = 0;
  virtual size_t visible() = 0;  // good ones, in whatever the sink fills

 protected:
  TestLog& log_;
};

}  // namespace efd::sink
