// SPDX-License-Identifier: MIT
// One partition of the log, in memory. About 400 bytes while idle. For this module.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "broker/commit_log.h"
#include "broker/log/producer_table.h"
#include "broker/log/segment.h"
#include "broker/log/tail.h"
#include "broker/topic_config.h"

namespace efd::broker {

// What all partitions of a topic share.
struct TopicFacts {
  const TopicName name;
  const TopicId id;
  TopicConfig config;  // guarded by the log's lock
  TopicSettings settings;
};

// Who wants to be told of one partition. Its lock is held while they are: unwatch waits for that.
class Watchers {
 public:
  void add(CommitLog::Waiter& waiter, See see);
  void remove(CommitLog::Waiter& waiter);
  void tell(LogPartition& partition, See see);

 private:
  std::mutex mutex_;
  std::vector<std::pair<CommitLog::Waiter*, See>> waiters_;
};

// A position below which one holder has let go.
struct PartitionHold {
  uint32_t holder = 0;
  Offset from;
};

class LogPartition : public std::enable_shared_from_this<LogPartition> {
 public:
  LogPartition(std::shared_ptr<const TopicFacts> facts, Partition number)
      : topic(std::move(facts)), number(number) {}

  const std::shared_ptr<const TopicFacts> topic;
  const Partition number;
  Watchers watchers;

  // All that follows is guarded by the log's lock.
  bool is_deleted = false;
  bool is_uncommitted = false;  // in the list of those with something not durable
  bool is_untold = false;       // in the list of those whose watchers are to be told at write_out
  Offset log_start{0};
  Offset log_end{0};
  Offset durable_end{0};
  Offset commit_end{0};  // where the commit that runs will have made it durable
  Tail tail;
  std::unique_ptr<ProducerTable> producers;  // none: no idempotent producer has written
  std::vector<PartitionHold> holds;
  // Where somebody wants the log to start, though a hold forbids it: it will when that lets go.
  Offset wanted_start{0};

  // Changed under the log's lock and the checkpoint lock: either is enough to read it.
  std::vector<Segment> segments;
  // The last of them could not be synced: nothing more is written to it.
  bool must_roll = false;

  Offset high_watermark() const {
    return topic->settings.durability == Durability::sync ? durable_end : log_end;
  }
  // Behind the last batch that a checkpoint covers. The segments may end before: some have been
  // dropped since, or what was spoilt has.
  Offset checked_end{0};

  PartitionState state() const { return {log_start, high_watermark(), log_end}; }
};

}  // namespace efd::broker
