// SPDX-License-Identifier: MIT
// GroupMember: the intake of a lane that is a member of a consumer group. The group gives it
// partitions, takes them away, and keeps the positions.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "broker/topic_matcher.h"
#include "pipeline/dead_letters.h"
#include "pipeline/intake.h"
#include "sink/sink.h"

namespace efd::pipeline {

struct GroupMemberOptions {
  std::string group;
  broker::TopicPattern pattern;
  std::string instance;  // see broker::ConsumerOptions
  std::chrono::milliseconds session_timeout{6'000};
  size_t batch_bytes_max = 4u << 20;
};

class GroupMember : public Intake {
 public:
  // `broker`, `sink` and `events` outlive it.
  static Result<std::unique_ptr<Intake>> open(GroupMemberOptions options, broker::Broker& broker,
                                              sink::GroupSink& sink,
                                              std::shared_ptr<DeadLetters> dead_letters,
                                              IntakeEvents& events);

  bool takes(const TopicName& topic) const override { return matcher_.matches(topic); }
  Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) override;
  Result<> seek(const broker::Source& source, Offset next) override;
  void pause(const broker::Source& source) override { consumer_->pause(source); }
  void resume(const broker::Source& source) override { consumer_->resume(source); }
  Result<broker::LogRange> range(const broker::Source& source) override;
  // Behind the dead letters that it covers.
  Result<> release(std::span<const Position> durable) override;
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) override;
  Result<> finish() override;

 private:
  GroupMember(broker::TopicMatcher matcher, sink::GroupSink& sink,
              std::shared_ptr<DeadLetters> dead_letters, IntakeEvents& events);
  Result<> join(GroupMemberOptions options, broker::Broker& broker);
  Result<> commit();
  Result<Offset> assign(const broker::Source& source, const broker::LogRange& range,
                        const std::optional<broker::CommittedOffset>& committed);
  void leave(std::span<const broker::Source* const> sources, broker::Leaves why);

  const broker::TopicMatcher matcher_;
  sink::GroupSink& sink_;
  const std::shared_ptr<DeadLetters> dead_letters_;
  IntakeEvents& events_;
  bool is_finished_ = false;                    // nothing comes behind finish
  std::unique_ptr<broker::Consumer> consumer_;  // last: it calls back
};

}  // namespace efd::pipeline
