// SPDX-License-Identifier: MIT
// Reader over the commit log: one waiter for all partitions of a pattern. Those with something new
// stand in a list, so that a poll costs what it finds, not what there is. For this module.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "broker/batch_storage.h"
#include "broker/broker.h"
#include "broker/commit_log.h"
#include "broker/topic_matcher.h"

namespace efd::broker {

class EmbeddedReader : public Reader, private CommitLog::TopicWaiter {
 public:
  // bad_input: the pattern is no regular expression.
  static Result<std::unique_ptr<EmbeddedReader>> open(CommitLog& log, ReaderOptions options);
  ~EmbeddedReader() override;

  Result<> poll(std::chrono::milliseconds wait, Batch& into) override;
  Result<> seek(const Source& source, Offset next) override;
  void pause(const Source& source) override;
  void resume(const Source& source) override;
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) override;
  Result<> release(std::span<const Position> positions) override;
  std::vector<const Source*> sources() const override;
  Result<LogRange> range(const Source& source) override;

 private:
  // One partition, as this reader sees it.
  struct Tap : CommitLog::Waiter {
    Tap(EmbeddedReader& reader, PartitionHandle handle, uint32_t index);
    void on_new_data(LogPartition&) override { reader.mark_ready(*this); }

    EmbeddedReader& reader;
    PartitionHandle partition;
    Source source;
    Offset next{0};
    bool is_paused = false;
    bool is_gone = false;    // its topic was deleted
    bool is_queued = false;  // in ready_ or turn_; guarded by the reader's mutex
  };

  EmbeddedReader(CommitLog& log, ReaderOptions options, TopicMatcher matcher);
  void on_new_topic(const TopicDescription& topic) override;
  void mark_ready(Tap& tap);
  void adopt_new_topics();
  void adopt(const TopicDescription& topic);
  void add_tap(PartitionHandle partition);
  void take_ready();
  bool sleep_until(std::chrono::steady_clock::time_point deadline);
  Result<> read_turn(Batch::Storage& storage);
  struct ReadTap {
    size_t bytes = 0;
    bool has_more = false;  // it is not at its end yet: nobody will mark it ready for that
  };
  Result<ReadTap> read_tap(Tap& tap, size_t bytes_max, Batch::Storage& storage);
  Result<FetchedBatches> fetch(Tap& tap, size_t bytes_max);
  Result<> decode(Tap& tap, const FetchedBatches& fetched, Batch::Storage& storage);
  void forget(Tap& tap);
  LogRange range_of(const Tap& tap) const;
  Offset end_of(const PartitionState& state) const;

  CommitLog& log_;
  const ReaderOptions options_;
  const TopicMatcher matcher_;
  std::vector<std::unique_ptr<Tap>> taps_;  // by index of their sources
  std::set<TopicId> adopted_;
  std::deque<Tap*> turn_;  // to be read, in this order

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Tap*> ready_;
  std::vector<TopicDescription> new_topics_;
  bool is_sleeping_ = false;
};

}  // namespace efd::broker
