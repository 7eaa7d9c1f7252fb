// SPDX-License-Identifier: MIT
#include "pipeline/group_member.h"

#include "observe/log.h"

namespace efd::pipeline {

GroupMember::GroupMember(broker::TopicMatcher matcher, sink::GroupSink& sink,
                         std::shared_ptr<DeadLetters> dead_letters, IntakeEvents& events)
    : matcher_(std::move(matcher)),
      sink_(sink),
      dead_letters_(std::move(dead_letters)),
      events_(events) {}

Result<std::unique_ptr<Intake>> GroupMember::open(GroupMemberOptions options,
                                                  broker::Broker& broker, sink::GroupSink& sink,
                                                  std::shared_ptr<DeadLetters> dead_letters,
                                                  IntakeEvents& events) {
  EFD_ASSIGN(auto matcher, broker::TopicMatcher::compile(options.pattern));
  std::unique_ptr<GroupMember> member(
      new GroupMember(std::move(matcher), sink, std::move(dead_letters), events));
  EFD_TRY(member->join(std::move(options), broker));
  return member;
}

Result<> GroupMember::join(GroupMemberOptions options, broker::Broker& broker) {
  broker::ConsumerOptions consumer{.group = std::move(options.group),
                                   .pattern = std::move(options.pattern),
                                   .instance = std::move(options.instance),
                                   .session_timeout = options.session_timeout,
                                   .batch_bytes_max = options.batch_bytes_max};
  consumer.start = [this](const broker::Source& source, const broker::LogRange& range,
                          const std::optional<broker::CommittedOffset>& committed) {
    return assign(source, range, committed);
  };
  consumer.on_leave = [this](std::span<const broker::Source* const> sources, broker::Leaves why) {
    leave(sources, why);
  };
  consumer.on_rotten = [this](const broker::Source& source, const broker::RottenRecords& rotten) {
    events_.on_rotten(source, rotten);
  };
  EFD_ASSIGN(consumer_, broker.consumer(std::move(consumer)));
  return {};
}

Result<Offset> GroupMember::assign(const broker::Source& source, const broker::LogRange& range,
                                   const std::optional<broker::CommittedOffset>& committed) {
  EFD_TRY(dead_letters_->catch_up());
  EFD_ASSIGN(Offset next, sink_.assign(source, range, committed));
  if (committed && committed->next < range.start)
    events_.on_gap(source, Continuity::missed_records, committed->next, next);
  if (committed && committed->next > range.end)
    events_.on_gap(source, Continuity::made_anew, committed->next, next);
  events_.on_begin(source, next, range.end);
  return next;
}

void GroupMember::leave(std::span<const broker::Source* const> sources, broker::Leaves why) {
  if (why == broker::Leaves::revoked && !is_finished_)
    if (auto done = commit(); !done) observe::warn("pipeline", "{}", done.error().message);
  sink_.leave(sources);
  events_.on_leave(sources);
}

// What was put, so that whoever comes next need not look for it.
Result<> GroupMember::commit() {
  EFD_TRY(sink_.flush());
  return release(sink_.durable());
}

Result<> GroupMember::finish() {
  Result<> done = commit();
  is_finished_ = true;
  return done;
}

Result<> GroupMember::release(std::span<const Position> durable) {
  EFD_TRY(dead_letters_->await_delivered(kDeliveryWait));
  return consumer_->release(durable, sink_.unsettled_since());
}

Result<> GroupMember::poll(std::chrono::milliseconds wait, broker::Batch& into) {
  return consumer_->poll(wait, into);
}

Result<> GroupMember::seek(const broker::Source& source, Offset next) {
  return consumer_->seek(source, next);
}

Result<broker::LogRange> GroupMember::range(const broker::Source& source) {
  return consumer_->range(source);
}

Result<> GroupMember::await_durable(std::span<const Position> positions, std::stop_token stop) {
  return consumer_->await_durable(positions, std::move(stop));
}

}  // namespace efd::pipeline
