// SPDX-License-Identifier: MIT
// The registry under power cuts: random changes, checkpoints and kills of the process, the power
// fails at a random change of the disk, what was not synced is dropped or torn, and the registry is
// opened again. Everything that it answered must be there, and every id that it gave must mean the
// same schema. The registry keeps nothing but the records of its topic: its fsyncs are the log's,
// and each kind of those is left out once to show that it is noticed.
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "broker/batch_builder.h"
#include "observe/log.h"
#include "registry/schemas_topic.h"
#include "registry/testing/registry_fixture.h"
#include "system/testing/seeds.h"

namespace efd::registry {
namespace {

using broker::LastName;
using broker::SkipSync;
using broker::SyncCall;

// What was answered, by subject: each version's schema, and whether it is deleted.
struct ModelVersion {
  std::string schema;
  bool is_deleted = false;
};
using ModelSubject = std::map<int32_t, ModelVersion>;
using Model = std::map<std::string, ModelSubject>;

Model state_of(TestRegistry& registry) {
  Model model;
  for (const Subject& subject : registry->subjects("", Deleted::with)) {
    std::vector<int32_t> versions = *registry->versions(subject, Deleted::with);
    for (int32_t version : versions) {
      auto found = registry->version(subject, {version}, Deleted::with);
      bool is_live = registry->version(subject, {version}, Deleted::without).has_value();
      model[subject.value()][version] = {found->text, !is_live};
    }
  }
  return model;
}

class RegistrySimulation {
 public:
  RegistrySimulation(uint32_t seed, SkipSync skip)
      : seed_(seed), random_(seed), registry_(std::move(skip)) {}

  // Empty: all was well.
  std::string run() {
    constexpr int kCuts = 3;
    open_until_it_works(false);
    for (int cut = 0; cut < kCuts && failure_.empty(); ++cut) {
      arm();
      while (failure_.empty() && files().has_power()) step();
      if (!failure_.empty()) break;
      registry_.close();
      files().restore_power(random_());
      open_until_it_works(true);
      if (failure_.empty()) compare();
    }
    return failure_.empty() ? "" : fmt::format("seed {}: {}", seed_, failure_);
  }

 private:
  system::MemoryFileSystem& files() { return registry_.files(); }
  void arm() { files().cut_power_after(1 + random_() % (random_() % 2 ? 30 : 150)); }
  void fail_if(bool is_wrong, const std::string& what) {
    if (is_wrong && failure_.empty()) failure_ = what;
  }

  // The power may fail during recovery, too.
  void open_until_it_works(bool with_cuts) {
    while (failure_.empty()) {
      if (with_cuts && random_() % 3 == 0) files().cut_power_after(1 + random_() % 12);
      Result<> opened = registry_.open();
      if (opened) {
        fail_if(!registry_->trouble().empty(), registry_->trouble());
        if (auto damage = registry_.log().damage()) fail_if(true, "rot: " + damage->message);
        return files().cut_power_after(1u << 30);
      }
      if (files().has_power()) return fail_if(true, "cannot open: " + opened.error().message);
      registry_.close();
      files().restore_power(random_());
    }
  }

  void step() {
    uint32_t what = random_() % 20;
    if (what == 0) return restart();
    if (what < 3) return static_cast<void>(registry_.log().checkpoint_now());
    bool changed = change();
    fail_if(!changed && files().has_power(), "a change failed");
    if (changed) answered_ = state_of(registry_);
  }

  // The process is killed, perhaps between the write and the sync of a change, and the power stays:
  // the registry that comes then answers with what was written, so it must not be lost any more.
  void restart() {
    if (random_() % 2) write_unsynced_change();
    open_until_it_works(false);
    if (failure_.empty()) compare();
    arm();
  }

  void write_unsynced_change() {
    SchemaRecord record;
    record.key = {KeyType::schema, "unsynced", ++unsynced_};
    record.schema = SchemaValue{};
    record.schema->subject = "unsynced";
    record.schema->version = unsynced_;
    record.schema->id = 1000 * unsynced_;  // the registry goes on behind it
    record.schema->schema = fmt::format(R"({{"type":"fixed","name":"F","size":{}}})", unsynced_);
    std::string key = format_key(record.key), value = *format_value(record);
    broker::BatchBuilder batch;
    batch.add({1000, key, value});
    auto topic = registry_.log().partition(TopicName("_schemas"), Partition(0));
    registry_.log().append(*topic, *batch.finish({}, codec::Compression::none), false);
    static_cast<void>(registry_.log().write_out());
  }

  // One random change. False: it failed.
  bool change() {
    Subject subject(fmt::format("s{}", random_() % 3));
    switch (random_() % 6) {
      case 0: {
        auto removed = registry_->remove_subject(subject);
        return removed || removed.error().status() == 404;
      }
      case 1: {
        auto removed = registry_->remove_version(subject, {});
        return removed || removed.error().status() == 404;
      }
      default:
        return add(subject, random_() % 12);
    }
  }

  bool add(const Subject& subject, uint32_t number) {
    std::string schema = fmt::format(
        R"({{"type":"record","name":"R{}","fields":[{{"name":"f","type":"int"}}]}})", number);
    auto id = registry_->add(subject, schema);
    if (!id) return false;
    auto [known, is_new] = ids_.try_emplace(number, id->value());
    fail_if(known->second != id->value(), "an id given out is lost");
    return true;
  }

  // Everything answered, and of the change that failed all, a part, or nothing.
  void compare() {
    Model found = state_of(registry_);
    for (const auto& [subject, versions] : answered_)
      for (const auto& [version, state] : versions) compare_version(found[subject], version, state);
    auto ids = ids_;
    for (const auto& [number, id] : ids)
      fail_if(!add(Subject("check"), number), "a schema cannot be registered again");
    answered_ = state_of(registry_);
  }

  // The change that failed may have deleted what was live, and have dropped what was deleted.
  void compare_version(const ModelSubject& found, int32_t version, const ModelVersion& answered) {
    auto it = found.find(version);
    if (it == found.end()) return fail_if(!answered.is_deleted, "a live version is lost");
    fail_if(it->second.schema != answered.schema, "a version has another schema");
    fail_if(answered.is_deleted && !it->second.is_deleted, "a deletion is lost");
  }

  uint32_t seed_;
  std::mt19937 random_;
  TestRegistry registry_;
  std::map<uint32_t, int32_t> ids_;  // by the schema's number
  Model answered_;
  int32_t unsynced_ = 0;
  std::string failure_;
};

TEST(RegistryPowerLoss, WhatWasAnsweredStays) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  const auto seeds = static_cast<uint32_t>(system::seeds_or(1000));
  for (uint32_t seed = 0; seed < seeds; ++seed) {
    std::string failure = RegistrySimulation(seed, {}).run();
    ASSERT_EQ(failure, "");
  }
  fmt::print("registry power-loss seeds: {}\n", seeds);
}

// ------------------------------------------------------------------------------ one left out each

struct LeftOut {
  const char* name;
  SkipSync skip;
};

class RegistryPowerLossWithout : public ::testing::TestWithParam<LeftOut> {};

TEST_P(RegistryPowerLossWithout, IsNoticed) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  constexpr uint32_t kSeeds = 1000;
  std::string notice;
  for (uint32_t seed = 0; seed < kSeeds && notice.empty(); ++seed)
    notice = RegistrySimulation(seed, GetParam().skip).run();
  fmt::print("registry without {}: {}\n", GetParam().name, notice);
  EXPECT_NE(notice, "");
}

constexpr uint64_t kWalFileHeaderBytes = 40;

bool is_file(const SyncCall& call, std::string_view ending) {
  return !call.is_directory && call.path.ends_with(ending);
}
// A file of the write-ahead log gets its name when its header, or what it repeats, is durable.
bool has_records(const SyncCall& call) {
  bool is_wal = is_file(call, ".wal") || is_file(call, ".wal.new");
  return is_wal && call.file_bytes > kWalFileHeaderBytes;
}
bool is_folder(const SyncCall& call, std::string_view path) {
  return call.is_directory && call.path == path;
}
bool is_log_folder(const SyncCall& call, LastName last) {
  return is_folder(call, "/log") && call.last == last;
}

INSTANTIATE_TEST_SUITE_P(
    Each, RegistryPowerLossWithout,
    ::testing::Values(
        LeftOut{"SyncOfWalRecords", has_records},
        LeftOut{"SyncOfReplayedWal",
                [](const SyncCall& call) { return has_records(call) && call.while_opening; }},
        LeftOut{
            "SyncOfWalHeader",
            [](const SyncCall& call) { return is_file(call, ".wal.new") && !has_records(call); }},
        LeftOut{"SyncOfWalFolder",
                [](const SyncCall& call) { return is_folder(call, "/log/wal"); }},
        LeftOut{"SyncOfSegments", [](const SyncCall& call) { return is_file(call, ".log"); }},
        LeftOut{"SyncOfSegmentFolder",
                [](const SyncCall& call) { return is_folder(call, "/log/_schemas-0"); }},
        LeftOut{"SyncOfBothCheckpoints",
                [](const SyncCall& call) {
                  return is_file(call, "checkpoint.new") || is_file(call, "checkpoint.copy.new");
                }},
        LeftOut{"SyncOfCheckpointRename",
                [](const SyncCall& call) { return is_log_folder(call, LastName::renamed); }},
        LeftOut{"SyncOfNewFolder",
                [](const SyncCall& call) { return is_log_folder(call, LastName::made); }}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace efd::registry
