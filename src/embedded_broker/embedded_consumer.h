// SPDX-License-Identifier: MIT
// Consumer over the commit log: a member, in this process, of a group of the GroupCoordinator.
// For this module.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "broker/topic_matcher.h"
#include "embedded_broker/partition_taps.h"
#include "groups/consumer_protocol.h"
#include "groups/membership.h"

namespace efd::embedded_broker {

class EmbeddedConsumer : public broker::Consumer, private broker::CommitLog::TopicWaiter {
 public:
  // bad_input: the pattern is no regular expression, or the group has no name.
  static Result<std::unique_ptr<EmbeddedConsumer>> open(broker::CommitLog& log,
                                                        groups::GroupCoordinator& groups,
                                                        broker::ConsumerOptions options);
  ~EmbeddedConsumer() override;

  Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) override;
  Result<> seek(const broker::Source& source, Offset next) override;
  void pause(const broker::Source& source) override { taps_.pause(source); }
  void resume(const broker::Source& source) override { taps_.resume(source); }
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) override;
  Result<> release(std::span<const Position> positions, std::optional<UtcTime> as_of) override;
  std::vector<const broker::Source*> sources() const override { return taps_.sources(); }
  std::vector<const broker::Source*> assigned() const override { return assigned_; }
  Result<broker::LogRange> range(const broker::Source& source) override {
    return taps_.range(source);
  }

 private:
  enum class Step { out, joining, syncing, in, replaced };

  EmbeddedConsumer(broker::CommitLog& log, groups::GroupCoordinator& groups,
                   broker::ConsumerOptions options, broker::TopicMatcher matcher);
  void on_new_topic(const broker::TopicDescription& topic) override;

  // Membership: each call goes one step, if it can.
  Result<> keep_membership(int64_t now_ns);
  void join();
  Result<> on_joined(const groups::Joined& joined);
  Result<> on_synced(const groups::Synced& synced);
  Result<> check(int64_t now_ns);
  Result<> on_error(groups::GroupError error);
  bool has_other_topics(int64_t now_ns);
  std::string subscription();
  std::map<std::string, std::string> assignments(const groups::Joined& joined) const;
  int64_t next_step_ns(int64_t now_ns) const;

  // Partitions
  void leave_all(broker::Leaves how);
  void take_over(const groups::Assignment& assignment);
  const broker::Source& source_of(broker::PartitionHandle partition);
  Result<> start_assigned();
  Result<> start(const broker::Source& source, const groups::StoredOffset& stored);
  bool is_assigned(const Position& position) const;

  broker::CommitLog& log_;
  const broker::ConsumerOptions options_;
  const broker::TopicMatcher matcher_;
  PartitionTaps taps_;
  groups::Membership membership_;
  Step step_ = Step::out;
  int64_t checked_ns_ = 0;                       // when the group was last told that we are here
  std::map<TopicId, int32_t> topics_;            // with their partitions, that we have joined for
  std::vector<const broker::Source*> assigned_;  // ours
  std::vector<const broker::Source*>
      not_started_;                       // of those, what `start` has not yet been asked for
  std::atomic<int64_t> new_topic_ns_{0};  // when the first topic since the last join came; 0: none
};

}  // namespace efd::embedded_broker
