// SPDX-License-Identifier: MIT
// What committed offsets survive: power cuts at random changes of the disk.
#include <random>

#include <gtest/gtest.h>

#include "broker/testing/stepped_log.h"
#include "groups/group_coordinator.h"
#include "observe/log.h"
#include "system/memory_file_system.h"
#include "system/testing/seeds.h"

namespace efd::groups {
namespace {

// Commits, whole states written anew, checkpoints and retention, with the power cut in between: an
// offset that was answered is there afterwards, or a later one.
class GroupPowerLoss {
 public:
  explicit GroupPowerLoss(uint64_t seed) : random_(seed), model_(4, 0), answered_(4, 0) {
    log_options_ = broker::stepped_log_options();
    log_options_.recent_bytes_max = 0;
    group_options_.start_thread = false;
    group_options_.snapshot_bytes = 600;
  }

  std::string run() {
    for (int cut = 0; cut < 4; ++cut) {
      if (!open()) return "cannot open";
      if (std::string wrong = compare(); !wrong.empty()) return wrong;
      files_.cut_power_after(1 + random_() % 200);
      while (files_.has_power()) step();
      groups_.reset();
      log_.reset();
      files_.restore_power(random_());
    }
    if (!open()) return "cannot open";
    return compare();
  }

 private:
  bool open() {
    auto log = broker::CommitLog::open(files_, clock_, log_options_);
    if (!log) return false;
    log_ = std::move(*log);
    broker::NewTopic topic;
    topic.name = TopicName("t");
    topic.partitions = 4;
    if (!log_->find_topic(topic.name) && !log_->create_topic(topic)) return false;
    auto groups = GroupCoordinator::open(*log_, clock_, group_options_);
    if (!groups || !(*groups)->make_topic()) return false;
    groups_ = std::move(*groups);
    return true;
  }

  void step() {
    clock_.advance_ns(kNsPerMs);
    switch (random_() % 8) {
      case 0:
        return void(log_->commit_now());
      case 1:
        return void(log_->checkpoint_now());
      case 2:
        return void(log_->retain_now());
      case 3:
        return groups_->run_due();
      default:
        return commit();
    }
  }
  void commit() {
    auto p = static_cast<int32_t>(random_() % 4);
    auto index = static_cast<size_t>(p);
    int64_t next = ++model_[index];
    groups_->commit({"g", "", std::nullopt, -1}, {{{TopicName("t"), Partition(p)}, next, -1, ""}},
                    [this, index, next](const std::vector<GroupError>& errors) {
                      if (errors[0] != GroupError::none) return;
                      answered_[index] = std::max(answered_[index], next);
                    });
  }
  std::string compare() {
    std::string wrong;
    for (size_t p = 0; p < model_.size(); ++p) {
      TopicPartition partition{TopicName("t"), Partition(static_cast<int32_t>(p))};
      groups_->fetch("g", std::vector<TopicPartition>{partition}, [&](const FetchedOffsets& all) {
        int64_t next = std::max<int64_t>(all.offsets[0].second.next, 0);
        if (next < answered_[p] || next > model_[p])
          wrong = fmt::format("partition {}: {} is there, {} was answered", p, next, answered_[p]);
        model_[p] = answered_[p] = next;
      });
    }
    return wrong;
  }

  std::mt19937_64 random_;
  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(1'700'000'000'000)};
  broker::CommitLogOptions log_options_;
  GroupOptions group_options_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<GroupCoordinator> groups_;
  std::vector<int64_t> model_;     // the last offset of each partition
  std::vector<int64_t> answered_;  // and the last one that was answered
};

TEST(GroupPowerLossTest, AnsweredOffsetsAreNeverLost) {
  observe::start_logging(observe::Level::error);  // that the power is off is no news
  const uint64_t seeds = system::seeds_or(500);
  for (uint64_t seed = 1; seed <= seeds; ++seed)
    ASSERT_EQ(GroupPowerLoss(seed).run(), "") << "seed " << seed;
  printf("power-loss seeds of committed offsets: %d\n", static_cast<int>(seeds));
}

}  // namespace
}  // namespace efd::groups
