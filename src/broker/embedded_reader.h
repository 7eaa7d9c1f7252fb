// SPDX-License-Identifier: MIT
// Reader over the commit log: all partitions of a pattern. For this module.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "broker/broker.h"
#include "broker/commit_log.h"
#include "broker/partition_taps.h"
#include "broker/topic_matcher.h"

namespace efd::broker {

class EmbeddedReader : public Reader, private CommitLog::TopicWaiter {
 public:
  // bad_input: the pattern is no regular expression.
  static Result<std::unique_ptr<EmbeddedReader>> open(CommitLog& log, ReaderOptions options);
  ~EmbeddedReader() override;

  Result<> poll(std::chrono::milliseconds wait, Batch& into) override;
  Result<> seek(const Source& source, Offset next) override { return taps_.seek(source, next); }
  void pause(const Source& source) override { taps_.pause(source); }
  void resume(const Source& source) override { taps_.resume(source); }
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) override;
  Result<> release(std::span<const Position> positions, std::optional<UtcTime> as_of) override;
  std::vector<const Source*> sources() const override { return taps_.sources(); }
  Result<LogRange> range(const Source& source) override { return taps_.range(source); }

 private:
  EmbeddedReader(CommitLog& log, ReaderOptions options, TopicMatcher matcher);
  void on_new_topic(const TopicDescription& topic) override;
  void adopt_new_topics();
  void adopt(const TopicDescription& topic);
  void adopt(PartitionHandle partition);

  CommitLog& log_;
  const ReaderOptions options_;
  const TopicMatcher matcher_;
  PartitionTaps taps_;
  std::map<TopicId, int32_t> adopted_;  // how many partitions of each

  std::mutex mutex_;
  std::vector<TopicDescription> new_topics_;
};

}  // namespace efd::broker
