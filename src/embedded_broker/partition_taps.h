// SPDX-License-Identifier: MIT
// PartitionTaps: the partitions of the embedded log that one reader or consumer reads, with one
// waiter for all. Those with something new stand in a list, so that a poll costs what it finds, not
// what there is. Used by one thread, but for wake(). For this module.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "broker/batch_storage.h"
#include "broker/broker.h"
#include "broker/commit_log.h"

namespace efd::embedded_broker {

class PartitionTaps {
 public:
  PartitionTaps(broker::CommitLog& log, broker::See see, size_t batch_bytes_max,
                broker::OnRotten on_rotten)
      : log_(log), see_(see), batch_bytes_max_(batch_bytes_max), on_rotten_(std::move(on_rotten)) {}
  ~PartitionTaps();

  // Known from now on, and not yet read. Its source lives as long as this.
  const broker::Source& add(broker::PartitionHandle partition);
  // Read from `next` on, or from the nearest offset that there is; which one, it returns.
  Offset open(const broker::Source& source, Offset next);
  void close(const broker::Source& source);
  bool is_open(const broker::Source& source) const { return taps_[source.index]->is_open; }

  Result<> seek(const broker::Source& source, Offset next);
  void pause(const broker::Source& source);
  void resume(const broker::Source& source);
  Result<broker::LogRange> range(const broker::Source& source) const;
  std::vector<const broker::Source*> sources() const;

  // What there is now of those that are open and not paused, finished as slices.
  Result<> read(broker::Batch::Storage& into);
  // False when the time is over and nothing has come, nor wake() been called.
  bool sleep_until(int64_t deadline_ns);  // of the log's clock
  void wake();                            // thread-safe

 private:
  // One partition, as this reader sees it.
  struct Tap : broker::CommitLog::Waiter {
    Tap(PartitionTaps& taps, broker::PartitionHandle handle, uint32_t index);
    void on_new_data(broker::LogPartition&) override { taps.mark_ready(*this); }

    PartitionTaps& taps;
    broker::PartitionHandle partition;
    broker::Source source;
    Offset next{0};
    bool is_open = false;
    bool is_paused = false;
    bool is_queued = false;  // in ready_ or turn_; guarded by the mutex
  };

  void mark_ready(Tap& tap);
  void take_ready();
  // What one of them gave; more: it is not at its end yet, and nobody will mark it ready for that.
  struct ReadTap {
    size_t bytes = 0;
    bool has_more = false;
  };
  Result<ReadTap> read_tap(Tap& tap, size_t bytes_max, broker::Batch::Storage& storage);
  Result<broker::FetchedBatches> fetch(Tap& tap, size_t bytes_max);
  Result<ReadTap> pass_over(Tap& tap, const broker::RottenRecords& rotten,
                            const broker::PartitionState& state);
  Result<> decode(Tap& tap, const broker::FetchedBatches& fetched, broker::Batch::Storage& storage);
  Result<> read_turn(broker::Batch::Storage& storage);
  broker::LogRange range_of(const Tap& tap) const;
  Offset end_of(const broker::PartitionState& state) const;

  broker::CommitLog& log_;
  const broker::See see_;
  const size_t batch_bytes_max_;
  const broker::OnRotten on_rotten_;
  std::vector<std::unique_ptr<Tap>> taps_;  // by index of their sources
  std::deque<Tap*> turn_;                   // to be read, in this order

  std::mutex mutex_;
  std::condition_variable_any waking_;
  std::vector<Tap*> ready_;
  bool is_woken_ = false;
  bool is_sleeping_ = false;
};

// What Reader::await_durable does, on the embedded log.
Result<> await_durable(broker::CommitLog& log, std::span<const Position> positions,
                       std::stop_token stop);

}  // namespace efd::embedded_broker
