// SPDX-License-Identifier: MIT
// For tests: a log, a store and a pipeline in memory, and a registry that can be told to be away.
#pragma once

#include <atomic>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "avro/binary.h"
#include "avro/wire.h"
#include "embedded_broker/embedded_broker.h"
#include "pipeline/pipeline.h"
#include "registry/testing/fake_registry.h"
#include "system/memory_file_system.h"

namespace efd::pipeline {

constexpr char kReadingSchema[] =
    R"({"type":"record","name":"r","fields":[{"name":"private_efdStamp","type":"double"},)"
    R"({"name":"number","type":"long"}]})";

inline std::string reading(SchemaId schema, double stamp_s, int64_t number) {
  std::string value;
  avro::append_wire_header(schema, value);
  avro::write_double(stamp_s, value);
  avro::write_long(number, value);
  return value;
}

// Starts and stops as the program does; the file system stays.
class World {
 public:
  World() { registry.know(SchemaId(1), kReadingSchema); }
  ~World() { stop(); }

  void start() {
    broker::CommitLogOptions log_options;
    log_options.path = "/data/log";
    auto opened = broker::CommitLog::open(files, system::real_clock(), log_options);
    ASSERT_TRUE(opened) << opened.error().message;
    log = std::move(*opened);
    broker = std::make_unique<embedded_broker::EmbeddedBroker>(*log);
    auto store_opened = store::Store::open(files, system::real_clock(), {.path = "/data/store"});
    ASSERT_TRUE(store_opened) << store_opened.error().message;
    store = std::move(*store_opened);
    auto made = Pipeline::open({*broker, registry, store.get(), metrics, files,
                                system::real_clock(), "/data/gaps.jsonl", log->cluster_id(),
                                [this](const std::string& name) { broker->drop_hold(name); }});
    ASSERT_TRUE(made) << made.error().message;
    pipeline = std::move(*made);
    auto added = pipeline->add_connector({});
    ASSERT_TRUE(added) << added.error().message;
    ASSERT_TRUE(pipeline->add_kept_connectors());
    log->start_housekeeping();
  }

  void stop() {
    if (!log) return;
    pipeline->stop();
    EXPECT_TRUE(store->close());
    pipeline.reset();
    store.reset();
    EXPECT_TRUE(log->close());
    broker.reset();
    log.reset();
  }

  // Position behind the record.
  Position send(const std::string& topic, std::optional<std::string_view> value,
                int64_t timestamp_ms = 1'700'000'000'000) {
    auto producer = broker->producer({.linger = std::chrono::milliseconds(0)});
    EXPECT_TRUE(producer);
    Position position{TopicName(topic), {}, Partition(0), {}};
    if (!broker->topic(TopicName(topic))) {
      EXPECT_TRUE(broker->create_topic({.name = TopicName(topic)}));
    }
    broker::NewRecord record{.topic = TopicName(topic), .timestamp_ms = timestamp_ms};
    record.value = value;
    auto delivered = [&](const Result<broker::Delivery>& delivery) {
      EXPECT_TRUE(delivery) << delivery.error().message;
      position.id = delivery->id;
      position.next = delivery->offset + 1;
    };
    EXPECT_TRUE((*producer)->send(record, delivered));
    EXPECT_TRUE((*producer)->flush(std::chrono::seconds(10)));
    return position;
  }

  // The column `number` of a topic's rows, in order of time.
  std::vector<int64_t> numbers(const std::string& topic) {
    std::string names[] = {topic};
    auto views = store->views("efd", "", names);
    EXPECT_TRUE(views);
    std::vector<int64_t> found;
    for (const auto& view : *views) {
      uint32_t field = 0;
      while (field < view->fields().size() && view->fields()[field].name != "number") ++field;
      if (field == view->fields().size()) continue;
      auto scan = view->scan({.fields = {field}});
      store::Chunk chunk;
      while (*scan->next(chunk))
        found.insert(found.end(), chunk.columns[0].integers.begin(),
                     chunk.columns[0].integers.end());
    }
    return found;
  }

  int64_t dead_letters() {
    auto end = broker->offset({kDeadLetterTopic, Partition(0)}, broker::At::latest);
    return end ? end->value() : -1;
  }

  system::MemoryFileSystem files;
  registry::FakeRegistry registry;
  observe::Metrics metrics;
  std::unique_ptr<broker::CommitLog> log;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Pipeline> pipeline;
};

}  // namespace efd::pipeline
