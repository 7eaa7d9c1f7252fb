// SPDX-License-Identifier: MIT
// Power cuts, kills and failing syncs at random: what a store recovers is exactly the puts that its
// positions cover, and never less than the last flush that reported success, or than what it said
// was committed. Measurements are dropped, files merged and views held meanwhile.
#include <algorithm>

#include <gtest/gtest.h>

#include "observe/log.h"
#include "store/store.h"
#include "store/testing/test_rows.h"
#include "system/memory_file_system.h"
#include "system/testing/seeds.h"

namespace efd::store {
namespace {

using testing::ModelMeasurement;

constexpr int kSeedsOfOneSyncMax = 1000;
constexpr int kMeasurements = 3;
constexpr int kTriesMax = 10;

int seeds() {
  return static_cast<int>(system::seeds_or(1000));
}

// The files and folders that the store syncs.
const std::vector<std::pair<std::string, std::string>> kSyncs = {
    {"of segment files", ".seg"},
    {"of the segments' folder", "/segments$"},
    {"of the manifest's records", "/manifest$"},
    {"of a new manifest", "/manifest.new"},
    {"of the store's folder", "/store$"},
};

struct Faults {
  std::string ignored_syncs;
  std::vector<std::string> failing_syncs;  // some of them fail, each once
  bool kills = false;                      // lives end without a power cut, too
};

class Simulation {
 public:
  Simulation(uint64_t seed, Faults faults) : random_(seed), faults_(std::move(faults)) {
    files_.ignore_syncs_of(faults_.ignored_syncs);
    for (int i = 0; i < kMeasurements; ++i) layouts_.push_back(testing::random_layout(random_));
  }

  size_t puts_recovered() const { return puts_.size(); }
  size_t failures() const { return failures_; }  // of flushes and at starts

  // Empty when all was well.
  std::string run() {
    for (int life = 0; life < 3; ++life) {
      bool is_killed = faults_.kills && random_() % 2 == 0;
      if (!is_killed) files_.cut_power_after(1 + random_() % 120);
      live();
      if (random_() % 2) held_.clear();
      store_.reset();
      held_.clear();
      if (is_killed && random_() % 2 == 0) {
        // Started again at once, it believes what the kernel shows of files that are not durable.
        if (open()) note_committed();
        store_.reset();
      }
      if (!is_killed || random_() % 2 == 0) files_.restore_power(random_());
      if (std::string wrong = recover_and_compare(); !wrong.empty()) return wrong;
      if (files_.uses_of_given_up_files()) return "a file was used after its sync had failed";
    }
    return {};
  }

 private:
  // One life of the process, until the power goes.
  void live() {
    if (random_() % 2 == 0) fail_a_sync();
    if (!open()) return;
    for (int i = 0; i < 30 && files_.has_power(); ++i) {
      if (random_() % 6 == 0) fail_a_sync();
      if (random_() % 3 == 0) {
        flush();
      } else if (random_() % 12 == 0) {
        drop();
      } else if (random_() % 6 == 0) {
        merge();
      } else if (random_() % 12 == 0) {
        hold_a_view();
      } else if (random_() % 10 == 0) {
        if (store_->close()) flushed_ = puts_.size();
        return;
      } else {
        put();
      }
    }
  }

  bool open() {
    auto opened = Store::open(files_, clock_, {.path = "/data/store", .start_threads = false});
    if (!opened) {
      open_error_ = opened.error().message;
      return false;
    }
    store_ = std::move(*opened);
    failures_ += store_->figures().intake_error.has_value();
    // The log has all that no commit covers.
    EXPECT_TRUE(store_->settle_aside([](auto) { return Result<bool>(true); }));
    auto made = store_->create_database("efd");
    if (made) return true;
    open_error_ = made.error().message;
    store_ = nullptr;
    return false;
  }

  void flush() {
    uint64_t put = puts_.size();
    if (store_->flush()) {
      flushed_ = std::max(flushed_, put);
    } else {
      ++failures_;
    }
    note_committed();
  }

  // It lies behind all puts so far. Whatever came of it, puts that follow see it.
  void drop() {
    size_t m = random_() % kMeasurements;
    bool is_stopped = store_->figures().intake_error &&
                      store_->figures().intake_error->code == ErrorCode::give_up;
    if (is_stopped) return;
    const std::vector<std::string> there = *store_->measurement_names("efd");
    if (std::find(there.begin(), there.end(), name(m)) == there.end()) return;
    drops_.push_back({puts_.size(), m, false});
    if (store_->drop_measurement("efd", name(m))) {
      drops_.back().is_durable = true;
      flushed_ = puts_.size();
    }
    note_committed();
  }

  // Two neighbours of a shard.
  void merge() {
    std::vector<Store::FileInfo> files = store_->files();
    if (files.size() < 2) return;
    const Store::FileInfo& one = files[random_() % files.size()];
    const Store::FileInfo* next = nullptr;
    for (const Store::FileInfo& other : files)
      if (other.shard_start_ns == one.shard_start_ns && other.first_order > one.last_order &&
          (!next || other.first_order < next->first_order))
        next = &other;
    if (!next) return;
    const uint64_t numbers[] = {one.number, next->number};
    if (!store_->merge(numbers, random_() % 4 ? "segments" : "more")) ++failures_;
    note_committed();
  }

  // Files that are removed stay as long as it is held.
  void hold_a_view() {
    std::string name = this->name(random_() % kMeasurements);
    held_.clear();
    if (auto views = store_->views("efd", "", {&name, 1})) held_ = *views;
  }

  void fail_a_sync() {
    if (faults_.failing_syncs.empty()) return;
    system::SyncFailure failure{faults_.failing_syncs[random_() % faults_.failing_syncs.size()]};
    failure.code = random_() % 8 == 0 ? ErrorCode::give_up : ErrorCode::overload;
    failure.drops_pages = random_() % 2 == 0;
    files_.fail_sync_once(std::move(failure));
  }

  // What the log may drop from now on.
  void note_committed() {
    if (!store_) return;
    for (const StoredPosition& stored : store_->committed_positions())
      flushed_ = std::max(flushed_, static_cast<uint64_t>(stored.position.next.value()));
  }

  // What the store says it has, counted in puts.
  uint64_t covered() const {
    for (const StoredPosition& stored : store_->positions())
      return static_cast<uint64_t>(stored.position.next.value());
    return 0;
  }

  void put() {
    size_t m = random_() % kMeasurements;
    rows::Rows rows(layouts_[m]);
    size_t n = 1 + random_() % 5;
    for (size_t i = 0; i < n; ++i) {
      time_ns_ += static_cast<int64_t>(random_() % 5) - 1;
      if (random_() % 30 == 0) time_ns_ += kNsPerDay;
      testing::append_random_row(random_, rows, time_ns_, 3);
    }
    auto measurement = store_->measurement("efd", "", name(m));
    if (!measurement) return;
    puts_.push_back({m, rows});
    PutRows one{measurement->get(), &rows};
    int64_t next = static_cast<int64_t>(puts_.size());
    Position at = position_at(next);
    PutPosition position{store_->position_slot(connector_, {at.topic, at.partition}),
                         at.id,
                         at.next,
                         {Offset(next - 1), next, 7}};
    if (!store_->put({&one, 1}, {&position, 1})) puts_.pop_back();
  }

  std::string recover_and_compare() {
    // A failure that is still to come may hit the making of a database that no commit holds yet.
    for (int tries = 0; tries < kTriesMax && !open(); ++tries) continue;
    if (!store_) return open_error_;
    uint64_t covered = this->covered();
    if (covered < flushed_) return "a commit is lost";
    if (covered > puts_.size()) return "a position that nobody put";
    puts_.resize(covered, {0, rows::Rows(layouts_[0])});
    for (const Drop& drop : drops_)
      if (drop.at > covered && drop.is_durable) return "a drop is lost";
    std::erase_if(drops_, [&](const Drop& drop) { return drop.at > covered; });
    if (faults_.failing_syncs.empty() && store_->positions() != store_->committed_positions())
      return "positions";
    flushed_ = 0;
    note_committed();
    for (size_t m = 0; m < kMeasurements; ++m)
      if (!same_as_model(m) && !is_undone(m)) return "the rows of " + name(m);
    return {};
  }

  // Did the last drop, that nobody said was durable, not happen?
  bool is_undone(size_t m) {
    auto last = std::find_if(drops_.rbegin(), drops_.rend(),
                             [m](const Drop& drop) { return drop.measurement == m; });
    if (last == drops_.rend() || last->is_durable || last->at < puts_.size()) return false;
    drops_.erase(std::prev(last.base()));
    return same_as_model(m) || is_undone(m);
  }

  bool same_as_model(size_t m) {
    ModelMeasurement model;
    size_t from = 0;
    for (const Drop& drop : drops_)
      if (drop.measurement == m) from = drop.at;
    for (size_t i = from; i < puts_.size(); ++i)
      if (puts_[i].measurement == m) model.put(puts_[i].rows);
    std::string name = this->name(m);
    auto views = store_->views("efd", "", {&name, 1});
    if (!views) return false;
    if (views->empty()) return model.size() == 0;
    const MeasurementView& view = *(*views)[0];
    if (view.row_count() != model.size()) return false;
    if (testing::field_list(view) != testing::field_list(model)) return false;
    ScanRequest request;
    for (uint32_t field = 0; field < view.fields().size(); ++field) request.fields.push_back(field);
    Result<> failed;
    return testing::scan_text(view, request, &failed) ==
               testing::model_text(model, view, request) &&
           failed;
  }

  static std::string name(size_t m) { return "m" + std::to_string(m); }
  Position position_at(int64_t next) const {
    return {TopicName("t"), TopicId(), Partition(0), Offset(next)};
  }

  struct Put {
    size_t measurement;
    rows::Rows rows;
  };
  struct Drop {
    size_t at;  // puts before it
    size_t measurement;
    bool is_durable;
  };

  std::mt19937_64 random_;
  const Faults faults_;
  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(0)};
  std::unique_ptr<Store> store_;
  ConnectorName connector_{"sink"};
  std::vector<std::shared_ptr<const rows::Layout>> layouts_;
  std::vector<Put> puts_;
  std::vector<Drop> drops_;
  std::vector<std::shared_ptr<const MeasurementView>> held_;
  uint64_t flushed_ = 0;
  size_t failures_ = 0;
  std::string open_error_;
  int64_t time_ns_ = 1'700'000'000'000'000'000;
};

TEST(PowerLoss, WhatIsRecoveredIsWhatThePositionsCover) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  int n = seeds();
  size_t recovered = 0;
  for (int seed = 0; seed < n; ++seed) {
    Simulation simulation(static_cast<uint64_t>(seed), Faults());
    ASSERT_EQ(simulation.run(), "") << "seed " << seed;
    recovered += simulation.puts_recovered();
  }
  EXPECT_GE(recovered, static_cast<size_t>(n));
  std::printf("power-loss simulation of the store: %d seeds, %zu puts recovered\n", n, recovered);
}

// The simulation notices when any of the syncs is missing.
TEST(PowerLoss, EverySyncIsNeeded) {
  observe::start_logging(observe::Level::off);
  for (const auto& [what, path] : kSyncs) {
    int seed = 0;
    std::string wrong;
    while (wrong.empty() && seed < kSeedsOfOneSyncMax)
      wrong = Simulation(static_cast<uint64_t>(seed++), {path, {}, false}).run();
    EXPECT_NE(wrong, "") << "syncs " << what << " are not missed";
    std::printf("without syncs %s: seed %d: %s\n", what.c_str(), seed - 1, wrong.c_str());
  }
}

// With and without pages dropped, for want of room or for good.
TEST(PowerLoss, AFailedSyncOfAnyFileLosesNothing) {
  observe::start_logging(observe::Level::off);
  int n = seeds() / 2;
  for (const auto& [what, path] : kSyncs) {
    size_t failed = 0;
    for (int seed = 0; seed < n; ++seed) {
      Simulation simulation(static_cast<uint64_t>(seed), {"", {path}, true});
      ASSERT_EQ(simulation.run(), "") << "syncs " << what << " fail: seed " << seed;
      failed += simulation.failures();
    }
    EXPECT_GE(failed, static_cast<size_t>(n) / 4) << what;
    std::printf("failing syncs %s: %d seeds, %zu failures\n", what.c_str(), n, failed);
  }
}

TEST(PowerLoss, FailedSyncsOfAllFilesLoseNothing) {
  observe::start_logging(observe::Level::off);
  std::vector<std::string> all;
  for (const auto& [what, path] : kSyncs) all.push_back(path);
  for (int seed = 0; seed < seeds(); ++seed) {
    Simulation simulation(static_cast<uint64_t>(seed), {"", all, true});
    ASSERT_EQ(simulation.run(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace efd::store
