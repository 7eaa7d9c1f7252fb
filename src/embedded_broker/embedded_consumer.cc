// SPDX-License-Identifier: MIT
#include "embedded_broker/embedded_consumer.h"

#include <algorithm>

#include "broker/commit_note.h"
#include "broker/internal_topics.h"
#include "groups/assignors.h"
#include "groups/consumer_protocol.h"

namespace efd::embedded_broker {
namespace {

using std::chrono::milliseconds;

// Topics are made many at a time: the group is asked again when so much time has passed.
constexpr int64_t kTopicGatheringNs = 200 * kNsPerMs;
// How often the group is told that a member is here.
constexpr int64_t kHeartbeatNs = 1'000 * kNsPerMs;
// An answer that wakes nobody is looked for so often: it was there before the sleep.
constexpr int64_t kAnswerPauseNs = 50 * kNsPerMs;

ErrorCode code_of(groups::GroupError error) {
  switch (error) {
    case groups::GroupError::coordinator_not_available:
    case groups::GroupError::rebalance_in_progress:
      return ErrorCode::retry;
    case groups::GroupError::illegal_generation:
    case groups::GroupError::unknown_member_id:
    case groups::GroupError::fenced_instance_id:
    case groups::GroupError::inconsistent_group_protocol:
      return ErrorCode::conflict;
    case groups::GroupError::group_max_size_reached:
    case groups::GroupError::invalid_commit_offset_size:
      return ErrorCode::overload;
    case groups::GroupError::unknown_topic_or_partition:
      return ErrorCode::not_found;
    default:
      return ErrorCode::bad_input;
  }
}

}  // namespace

Result<std::unique_ptr<EmbeddedConsumer>> EmbeddedConsumer::open(broker::CommitLog& log,
                                                                 groups::GroupCoordinator& groups,
                                                                 broker::ConsumerOptions options) {
  EFD_ASSIGN(broker::TopicMatcher matcher, broker::TopicMatcher::compile(options.pattern));
  if (options.group.empty()) return fail(ErrorCode::bad_input, "a consumer's group needs a name");
  if (!groups.unreadable()) EFD_TRY(groups.make_topic());
  return std::unique_ptr<EmbeddedConsumer>(
      new EmbeddedConsumer(log, groups, std::move(options), std::move(matcher)));
}

EmbeddedConsumer::EmbeddedConsumer(broker::CommitLog& log, groups::GroupCoordinator& groups,
                                   broker::ConsumerOptions options, broker::TopicMatcher matcher)
    : log_(log),
      options_(std::move(options)),
      matcher_(std::move(matcher)),
      taps_(log, broker::See::durable, options_.batch_bytes_max, options_.on_rotten),
      membership_(log, groups, {options_.group, options_.instance, options_.session_timeout},
                  [this] { taps_.wake(); }) {
  log_.watch_topics(*this);
}

EmbeddedConsumer::~EmbeddedConsumer() {
  log_.unwatch_topics(*this);
  leave_all(step_ == Step::replaced ? broker::Leaves::lost : broker::Leaves::revoked);
}

void EmbeddedConsumer::on_new_topic(const broker::TopicDescription& topic) {
  if (!matcher_.matches(topic.name) || broker::is_internal_topic(topic.name.value())) return;
  int64_t none = 0;
  if (new_topic_ns_.compare_exchange_strong(none, log_.clock().monotonic_ns())) taps_.wake();
}

Result<> EmbeddedConsumer::poll(milliseconds wait, broker::Batch& into) {
  int64_t now_ns = log_.clock().monotonic_ns();
  const int64_t deadline_ns = log_.clock().monotonic_ns_in(wait);
  broker::Batch::Storage& storage = into.storage();
  storage.clear();
  for (bool is_first = true; is_first || now_ns < deadline_ns; is_first = false) {
    EFD_TRY(keep_membership(now_ns));
    EFD_TRY(taps_.read(storage));
    if (!storage.slices.empty()) return {};
    taps_.sleep_until(std::min(deadline_ns, next_step_ns(now_ns)));
    now_ns = log_.clock().monotonic_ns();
  }
  return {};
}

// ------------------------------------------------------------------------------------- membership

Result<> EmbeddedConsumer::keep_membership(int64_t now_ns) {
  Step before;
  do {
    before = step_;
    if (step_ == Step::out) {
      join();
    } else if (step_ == Step::joining) {
      if (auto joined = membership_.take_joined()) EFD_TRY(on_joined(*joined));
    } else if (step_ == Step::syncing) {
      if (auto synced = membership_.take_synced()) EFD_TRY(on_synced(*synced));
    } else {
      EFD_TRY(check(now_ns));
    }
  } while (step_ != before);
  return start_assigned();
}

int64_t EmbeddedConsumer::next_step_ns(int64_t now_ns) const {
  if (step_ != Step::in) return now_ns + kAnswerPauseNs;
  int64_t next_ns = checked_ns_ + kHeartbeatNs;
  int64_t new_topic_ns = new_topic_ns_;
  return new_topic_ns == 0 ? next_ns : std::min(next_ns, new_topic_ns + kTopicGatheringNs);
}

void EmbeddedConsumer::join() {
  new_topic_ns_ = 0;
  membership_.join(subscription());
  step_ = Step::joining;
}

std::string EmbeddedConsumer::subscription() {
  groups::Subscription wanted;
  topics_.clear();
  for (const broker::TopicDescription& topic : log_.topics()) {
    if (!matcher_.matches(topic.name) || broker::is_internal_topic(topic.name.value())) continue;
    wanted.topics.push_back(topic.name.value());
    topics_[topic.id] = topic.partitions;
  }
  return groups::encode(wanted);
}

Result<> EmbeddedConsumer::on_joined(const groups::Joined& joined) {
  if (joined.error != groups::GroupError::none) return on_error(joined.error);
  checked_ns_ = log_.clock().monotonic_ns();
  bool assigns = joined.leader == joined.member && !joined.skip_assignment;
  step_ = Step::syncing;
  membership_.sync(assigns ? assignments(joined) : std::map<std::string, std::string>());
  return {};
}

std::map<std::string, std::string> EmbeddedConsumer::assignments(
    const groups::Joined& joined) const {
  std::vector<groups::AssignedMember> members;
  for (const groups::JoinedMember& member : joined.members) {
    auto subscription = groups::decode_subscription(member.metadata);
    if (!subscription) continue;  // gets nothing
    members.push_back({member.member, member.instance, std::move(subscription->topics)});
  }
  auto partition_count = [this](const std::string& name) {
    auto topic = log_.find_topic(TopicName(name));
    return topic ? topic->partitions : 0;
  };
  auto assign = joined.protocol == groups::kRoundRobinAssignor ? groups::assign_in_turn
                                                               : groups::assign_ranges;
  std::map<std::string, std::string> encoded;
  for (const auto& [id, assignment] : assign(std::move(members), partition_count))
    encoded[id] = groups::encode(assignment);
  return encoded;
}

Result<> EmbeddedConsumer::on_synced(const groups::Synced& synced) {
  if (synced.error != groups::GroupError::none) return on_error(synced.error);
  EFD_ASSIGN(groups::Assignment assignment, groups::decode_assignment(synced.assignment));
  take_over(assignment);
  step_ = Step::in;
  return {};
}

// A member that is called gives everything back, and joins again (the eager protocol).
Result<> EmbeddedConsumer::check(int64_t now_ns) {
  if (step_ == Step::replaced)
    return fail(ErrorCode::conflict, "group '{}': another member has taken the name '{}'",
                options_.group, options_.instance);
  bool wants_more = has_other_topics(now_ns);
  if (!wants_more && !membership_.is_called() && now_ns < checked_ns_ + kHeartbeatNs) return {};
  checked_ns_ = now_ns;
  groups::GroupError error = membership_.keep_alive();
  if (error != groups::GroupError::none && error != groups::GroupError::rebalance_in_progress)
    return on_error(error);
  if (error == groups::GroupError::none && !wants_more) return {};
  leave_all(broker::Leaves::revoked);
  step_ = Step::out;
  return {};
}

// Also one that was deleted and made anew, or has more partitions.
bool EmbeddedConsumer::has_other_topics(int64_t now_ns) {
  int64_t new_topic_ns = new_topic_ns_;
  if (new_topic_ns == 0 || now_ns < new_topic_ns + kTopicGatheringNs) return false;
  new_topic_ns_ = 0;
  std::map<TopicId, int32_t> joined_for = topics_;
  static_cast<void>(subscription());
  return topics_ != joined_for;
}

// What the group says when this member has no part in it any more, or not yet.
Result<> EmbeddedConsumer::on_error(groups::GroupError error) {
  step_ = Step::out;
  if (error == groups::GroupError::rebalance_in_progress) return {};
  leave_all(broker::Leaves::lost);
  if (error == groups::GroupError::illegal_generation) return {};
  if (error == groups::GroupError::unknown_member_id) return membership_.forget(), Result<>();
  if (error == groups::GroupError::fenced_instance_id) step_ = Step::replaced;
  return fail(code_of(error), "group '{}': {}", options_.group, to_string(error));
}

// ------------------------------------------------------------------------------------- partitions

void EmbeddedConsumer::leave_all(broker::Leaves how) {
  if (assigned_.empty()) return;
  for (const broker::Source* source : assigned_) taps_.pause(*source);
  if (options_.on_leave) options_.on_leave(assigned_, how);
  for (const broker::Source* source : assigned_) taps_.close(*source);
  assigned_.clear();
  not_started_.clear();
}

void EmbeddedConsumer::take_over(const groups::Assignment& assignment) {
  leave_all(broker::Leaves::lost);
  for (const groups::TopicPartitions& topic : assignment.partitions)
    for (int32_t number : topic.partitions)
      if (auto partition = log_.partition(TopicName(topic.topic), Partition(number)))
        assigned_.push_back(&source_of(std::move(partition)));
  not_started_ = assigned_;
}

const broker::Source& EmbeddedConsumer::source_of(broker::PartitionHandle partition) {
  for (const broker::Source* known : taps_.sources())
    if (known->id == broker::topic_id(*partition) &&
        known->partition == broker::partition_number(*partition))
      return *known;
  return taps_.add(std::move(partition));
}

Result<> EmbeddedConsumer::start_assigned() {
  if (not_started_.empty()) return {};
  std::vector<TopicPartition> partitions;
  for (const broker::Source* source : not_started_)
    partitions.push_back({source->topic, source->partition});
  groups::FetchedOffsets stored = membership_.fetch(std::move(partitions));
  if (stored.error != groups::GroupError::none)
    return fail(code_of(stored.error), "group '{}': {}", options_.group, to_string(stored.error));
  size_t done = 0;
  Result<> started;
  for (; done < not_started_.size() && started; ++done)
    started = start(*not_started_[done], stored.offsets[done].second);
  if (!started) --done;  // asked for again
  not_started_.erase(not_started_.begin(),
                     not_started_.begin() + static_cast<std::ptrdiff_t>(done));
  return started;
}

Result<> EmbeddedConsumer::start(const broker::Source& source, const groups::StoredOffset& stored) {
  auto range = taps_.range(source);
  if (!range) return {};  // deleted meanwhile
  std::optional<broker::CommittedOffset> committed;
  if (stored.next >= 0) {
    auto noted_ms = broker::commit_note_time_ms(stored.metadata);
    committed =
        broker::CommittedOffset{Offset(stored.next), noted_ms.value_or(stored.commit_time_ms)};
  }
  Offset next = committed ? committed->next : range->start;
  if (options_.start) {
    EFD_ASSIGN(next, options_.start(source, *range, committed));
  }
  taps_.open(source, next);
  return {};
}

Result<> EmbeddedConsumer::seek(const broker::Source& source, Offset next) {
  if (taps_.is_open(source)) return taps_.seek(source, next);
  return fail(ErrorCode::conflict, "{}-{} is not this member's", source.topic.value(),
              source.partition.value());
}

Result<> EmbeddedConsumer::await_durable(std::span<const Position> positions,
                                         std::stop_token stop) {
  return embedded_broker::await_durable(log_, positions, stop);
}

bool EmbeddedConsumer::is_assigned(const Position& position) const {
  return std::any_of(assigned_.begin(), assigned_.end(), [&](const broker::Source* source) {
    return source->id == position.id && source->partition == position.partition;
  });
}

Result<> EmbeddedConsumer::release(std::span<const Position> positions,
                                   std::optional<UtcTime> as_of) {
  std::vector<groups::OffsetToCommit> offsets;
  const std::string note = broker::commit_note(as_of ? as_of->ms() : membership_.now_ms());
  for (const Position& position : positions) {
    if (!is_assigned(position))
      return fail(ErrorCode::conflict, "group '{}': {}-{} is not this member's", options_.group,
                  position.topic.value(), position.partition.value());
    if (!log_.partition(position.id, position.partition)) continue;  // deleted
    offsets.push_back({{position.topic, position.partition}, position.next.value(), 0, note});
  }
  if (offsets.empty()) return {};
  for (groups::GroupError error : membership_.commit(std::move(offsets)))
    if (error != groups::GroupError::none)
      return fail(code_of(error), "group '{}': {}", options_.group, to_string(error));
  return {};
}

}  // namespace efd::embedded_broker
