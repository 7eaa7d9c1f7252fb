// SPDX-License-Identifier: MIT
// Reader over the commit log: all partitions of a pattern. For this module.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "broker/broker.h"
#include "broker/commit_log.h"
#include "broker/topic_matcher.h"
#include "embedded_broker/partition_taps.h"

namespace efd::embedded_broker {

class EmbeddedReader : public broker::Reader, private broker::CommitLog::TopicWaiter {
 public:
  // bad_input: the pattern is no regular expression.
  static Result<std::unique_ptr<EmbeddedReader>> open(broker::CommitLog& log,
                                                      broker::ReaderOptions options);
  ~EmbeddedReader() override;

  Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) override;
  Result<> seek(const broker::Source& source, Offset next) override {
    return taps_.seek(source, next);
  }
  void pause(const broker::Source& source) override { taps_.pause(source); }
  void resume(const broker::Source& source) override { taps_.resume(source); }
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) override;
  Result<> release(std::span<const Position> positions, std::optional<UtcTime> as_of) override;
  std::vector<const broker::Source*> sources() const override { return taps_.sources(); }
  Result<broker::LogRange> range(const broker::Source& source) override {
    return taps_.range(source);
  }

 private:
  EmbeddedReader(broker::CommitLog& log, broker::ReaderOptions options,
                 broker::TopicMatcher matcher);
  void on_new_topic(const broker::TopicDescription& topic) override;
  void adopt_new_topics();
  void adopt(const broker::TopicDescription& topic);
  void adopt(broker::PartitionHandle partition);

  broker::CommitLog& log_;
  const broker::ReaderOptions options_;
  const broker::TopicMatcher matcher_;
  PartitionTaps taps_;
  std::map<TopicId, int32_t> adopted_;  // how many partitions of each

  std::mutex mutex_;
  std::vector<broker::TopicDescription> new_topics_;
};

}  // namespace efd::embedded_broker
