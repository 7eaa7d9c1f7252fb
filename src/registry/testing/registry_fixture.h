// SPDX-License-Identifier: MIT
// For tests: an embedded registry over a log in memory, which can be closed, killed and lose power.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "broker/testing/skipping_file_system.h"
#include "broker/testing/stepped_log.h"
#include "embedded_broker/embedded_broker.h"
#include "registry/embedded_registry.h"
#include "system/clock.h"

namespace efd::registry {

class TestRegistry {
 public:
  // Syncs of the log are left out where `skip` says so.
  explicit TestRegistry(broker::SkipSync skip = {}) : files_(std::move(skip)) {}

  // Fails, too, when the power fails meanwhile.
  Result<> open() {
    close();
    files_.set_opening(true);
    auto log = broker::CommitLog::open(files_, system::real_clock(), log_options());
    files_.set_opening(false);
    if (!log) return fail(log.error());
    log_ = std::move(*log);
    broker_ = std::make_unique<embedded_broker::EmbeddedBroker>(*log_);
    EmbeddedRegistryOptions options;
    options.follow_interval = std::chrono::milliseconds(0);
    EFD_ASSIGN(registry_, EmbeddedRegistry::open(*broker_, system::real_clock(), options));
    return {};
  }
  void close() {
    registry_.reset();
    broker_.reset();
    log_.reset();
  }
  // Keys and values of the topic, one record a line, "-" for a tombstone.
  std::string records() {
    auto reader =
        broker_->reader({.pattern = {"_schemas"},
                         .see = broker::See::durable,
                         .hold = "",
                         .start = [](const broker::Source&, const broker::LogRange& range) {
                           return range.start;
                         }});
    std::string out;
    broker::Batch batch;
    do {
      if (!(*reader)->poll(std::chrono::milliseconds(0), batch)) return "unreadable";
      for (const broker::Slice& slice : batch.slices()) {
        for (const broker::RecordView& record : slice.records) {
          out += fmt::format("{} {}\n", record.key.value_or("-"), record.value.value_or("-"));
        }
      }
    } while (batch.record_count() > 0);
    return out;
  }
  // Another registry's record.
  void put(std::string_view key, std::optional<std::string_view> value) {
    auto producer = broker_->producer({});
    broker::NewRecord record;
    record.topic = TopicName("_schemas");
    record.key = key;
    record.value = value;
    EXPECT_TRUE((*producer)->send(record));
    EXPECT_TRUE((*producer)->flush(std::chrono::seconds(10)));
  }

  EmbeddedRegistry& operator*() { return *registry_; }
  EmbeddedRegistry* operator->() { return registry_.get(); }
  system::MemoryFileSystem& files() { return files_.memory(); }
  broker::CommitLog& log() { return *log_; }
  broker::Broker& broker() { return *broker_; }

 private:
  static broker::CommitLogOptions log_options() {
    broker::CommitLogOptions options = broker::stepped_log_options();
    options.segment_bytes = 1500;
    options.recent_bytes_max = 0;
    return options;
  }

  broker::SkippingFileSystem files_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker_;
  std::unique_ptr<EmbeddedRegistry> registry_;
};

}  // namespace efd::registry
