// SPDX-License-Identifier: MIT
#include "groups/group.h"

#include <algorithm>
#include <limits>

#include "groups/consumer_protocol.h"

namespace efd::groups {

const std::string* Group::Member::metadata(const std::string& protocol) const {
  for (const GroupProtocol& known : protocols)
    if (known.name == protocol) return &known.metadata;
  return nullptr;
}

size_t Group::Member::bytes() const {
  size_t bytes = id.size() + client_id.size() + client_host.size() + assignment.size();
  for (const GroupProtocol& known : protocols) bytes += known.name.size() + known.metadata.size();
  return bytes;
}

Group::Group(std::string name, const GroupOptions& options, const system::Clock& clock,
             const size_t& all_bytes)
    : name_(std::move(name)),
      options_(options),
      clock_(clock),
      all_bytes_(all_bytes),
      state_time_ms_(clock.now().ms()) {}

void Group::restore(const StoredGroup& stored) {
  members_.clear();
  instances_.clear();
  protocol_type_ = stored.protocol_type;
  generation_ = stored.generation;
  protocol_ = stored.protocol;
  leader_ = stored.leader.value_or("");
  state_ = stored.members.empty() ? GroupState::empty : GroupState::stable;
  if (stored.state_time_ms >= 0) state_time_ms_ = stored.state_time_ms;
  for (const StoredMember& from : stored.members) {
    Member& member = members_[from.id];
    member.id = from.id;
    member.instance = from.instance;
    member.client_id = from.client_id;
    member.client_host = from.client_host;
    member.session_timeout_ms = from.session_timeout_ms;
    member.rebalance_timeout_ms = from.rebalance_timeout_ms;
    member.protocols = {{protocol_.value_or(""), from.subscription}};
    member.assignment = from.assignment;
    if (from.instance) instances_[*from.instance] = from.id;
    extend_session(member, 0);
  }
  is_stored = true;
}

// Between two generations nobody has an assignment: who comes back then joins again.
StoredGroup Group::stored() const {
  if (state_ != GroupState::stable)
    return {protocol_type_, generation_, std::nullopt, std::nullopt, state_time_ms_, {}};
  StoredGroup stored{protocol_type_, generation_, protocol_, std::nullopt, state_time_ms_, {}};
  if (!leader_.empty()) stored.leader = leader_;
  for (const auto& [id, member] : members_) {
    const std::string* metadata = member.metadata(protocol_.value_or(""));
    stored.members.push_back({id, member.instance, member.client_id, member.client_host,
                              static_cast<int32_t>(member.rebalance_timeout_ms),
                              static_cast<int32_t>(member.session_timeout_ms),
                              metadata ? *metadata : "", member.assignment});
  }
  return stored;
}

GroupError Group::find(const GroupMember& who, Member*& member) {
  if (who.instance) {
    auto known = instances_.find(*who.instance);
    if (known == instances_.end()) return GroupError::unknown_member_id;
    if (known->second != who.member) return GroupError::fenced_instance_id;
  }
  auto found = members_.find(who.member);
  if (found == members_.end()) return GroupError::unknown_member_id;
  member = &found->second;
  return GroupError::none;
}

void Group::extend_session(Member& member, int64_t patience_ms) {
  int64_t session_ms = std::max(member.session_timeout_ms, patience_ms);
  member.session_end_ns = clock_.monotonic_ns() + session_ms * kNsPerMs;
}

void Group::enter(GroupState state) {
  state_ = state;
  state_time_ms_ = clock_.now().ms();
}

int64_t Group::longest_rebalance_ms() const {
  constexpr int64_t kShortestMs = 1'000;  // whatever members say: each end of a rebalance is work
  int64_t longest = kShortestMs;
  for (const auto& [id, member] : members_)
    longest = std::max(longest, member.rebalance_timeout_ms);
  return longest;
}

size_t Group::bytes() const {
  size_t bytes = 0;
  for (const auto& [id, member] : members_) bytes += member.bytes();
  return bytes;
}

size_t Group::memory_bytes() const {
  size_t bytes_of_all = bytes() + members_.size() * sizeof(Member);
  for (const auto& entry : pending_) bytes_of_all += entry.first.size() + sizeof(entry);
  return bytes_of_all;
}

// ------------------------------------------------------------------------------------------ sync

void Group::sync(SyncGroup request, OnSynced done, GroupEffects& effects) {
  Member* member = nullptr;
  GroupError error = check_sync(request, member);
  if (error != GroupError::none) {
    effects.answers.push_back(
        [done = std::move(done), error] { done({error, std::nullopt, std::nullopt, {}}); });
    return;
  }
  answer_sync(*member, GroupError::rebalance_in_progress, effects);  // asked twice
  member->on_synced = std::move(done);
  member->owes_sync = false;
  extend_session(*member, 0);
  if (state_ == GroupState::stable) return answer_sync(*member, GroupError::none, effects);
  if (request.who.member == leader_) assign(request, effects);
}

GroupError Group::check_sync(const SyncGroup& request, Member*& member) {
  if (GroupError error = find(request.who, member); error != GroupError::none) return error;
  if (state_ == GroupState::empty) return GroupError::unknown_member_id;
  if (request.who.generation != generation_) return GroupError::illegal_generation;
  bool is_other_protocol = (request.protocol_type && *request.protocol_type != protocol_type_) ||
                           (request.protocol && protocol_ && *request.protocol != *protocol_);
  if (is_other_protocol) return GroupError::inconsistent_group_protocol;
  if (state_ == GroupState::preparing_rebalance) return GroupError::rebalance_in_progress;
  bool assigns = state_ == GroupState::completing_rebalance && request.who.member == leader_;
  if (assigns && !has_room_for(request)) return GroupError::group_max_size_reached;
  return GroupError::none;
}

// A leader that assigns too much still owes an assignment: if it finds no smaller one in time it is
// put out, and another leads.
bool Group::has_room_for(const SyncGroup& request) const {
  size_t then = 0;
  for (const auto& [id, member] : members_) {
    auto given = request.assignments.find(id);
    size_t assigned = given == request.assignments.end() ? 0 : given->second.size();
    size_t bytes = member.bytes_without_assignment() + assigned;
    if (assigned > 0 && bytes > options_.member_bytes_max) return false;
    then += bytes;
  }
  return has_room(bytes(), then);
}

// What does not grow always has room: also in a group that was larger before.
bool Group::has_room(size_t bytes_before, size_t bytes_then) const {
  if (bytes_then <= bytes_before) return true;
  return bytes_then <= options_.group_bytes_max &&
         all_bytes_ + (bytes_then - bytes_before) <= options_.groups_bytes_max;
}

// The leader has spoken: all get their part.
void Group::assign(const SyncGroup& request, GroupEffects& effects) {
  for (auto& [id, member] : members_) {
    auto given = request.assignments.find(id);
    member.assignment = given == request.assignments.end() ? "" : given->second;
  }
  enter(GroupState::stable);
  effects.is_changed = true;
  for (auto& [id, member] : members_) answer_sync(member, GroupError::none, effects);
}

// ------------------------------------------------------------------------------ small requests

GroupError Group::heartbeat(const GroupMember& who, int64_t patience_ms) {
  Member* member = nullptr;
  if (GroupError error = find(who, member); error != GroupError::none) return error;
  if (who.generation != generation_) return GroupError::illegal_generation;
  extend_session(*member, patience_ms);
  return state_ == GroupState::preparing_rebalance ? GroupError::rebalance_in_progress
                                                   : GroupError::none;
}

GroupError Group::check_commit(const GroupMember& who) {
  if (who.generation < 0 && state_ == GroupState::empty) return GroupError::none;
  Member* member = nullptr;
  if (GroupError error = find(who, member); error != GroupError::none) return error;
  if (who.generation != generation_) return GroupError::illegal_generation;
  if (state_ == GroupState::completing_rebalance) return GroupError::rebalance_in_progress;
  int64_t end_ns = member->session_end_ns;
  extend_session(*member, 0);
  member->session_end_ns = std::max(member->session_end_ns, end_ns);
  return GroupError::none;
}

GroupError Group::leave(const Leaver& who, GroupEffects& effects) {
  std::string id = who.member;
  if (who.instance) {
    auto known = instances_.find(*who.instance);
    if (known == instances_.end()) return GroupError::unknown_member_id;
    if (!id.empty() && id != known->second) return GroupError::fenced_instance_id;
    id = known->second;
  }
  if (pending_.erase(id) > 0) {
    complete_if_all_joined(effects);
    return GroupError::none;
  }
  if (!members_.contains(id)) return GroupError::unknown_member_id;
  remove(id, effects);
  after_removal(effects);
  return GroupError::none;
}

// ------------------------------------------------------------------------------------------- time

void Group::expire(GroupEffects& effects) {
  int64_t now = clock_.monotonic_ns();
  bool had_pending = !pending_.empty();
  std::erase_if(pending_, [&](const auto& pending) { return pending.second <= now; });
  expire_members(now, effects);
  expire_syncs(now, effects);
  if (state_ != GroupState::preparing_rebalance) return;
  if (rebalance_end_ns_ <= now) {
    is_gathering_ = false;
    complete_join(effects);
  } else if (had_pending) {
    complete_if_all_joined(effects);
  }
}

int64_t Group::next_due_ns() const {
  int64_t next = std::numeric_limits<int64_t>::max();
  for (const auto& [id, end_ns] : pending_) next = std::min(next, end_ns);
  bool owes_sync = false;
  for (const auto& [id, member] : members_) {
    if (!member.waits()) next = std::min(next, member.session_end_ns);
    owes_sync |= member.owes_sync;
  }
  if (state_ == GroupState::preparing_rebalance) next = std::min(next, rebalance_end_ns_);
  if (owes_sync) next = std::min(next, sync_end_ns_);
  return next;
}

// ------------------------------------------------------------------------------------ description

GroupDescription Group::describe() const {
  GroupDescription description{state_, protocol_type_, "", {}};
  bool is_stable = state_ == GroupState::stable;
  if (is_stable) description.protocol = protocol_.value_or("");
  for (const auto& [id, member] : members_) {
    const std::string* metadata = member.metadata(description.protocol);
    description.members.push_back({id, member.instance, member.client_id, member.client_host,
                                   is_stable && metadata ? *metadata : "",
                                   is_stable ? member.assignment : ""});
  }
  return description;
}

// Bytes that are no subscription may mean any topic.
bool Group::is_subscribed_to(const TopicName& topic) const {
  for (const auto& [id, member] : members_) {
    for (const GroupProtocol& known : member.protocols) {
      auto subscription = decode_subscription(known.metadata);
      if (!subscription) return true;
      const auto& topics = subscription->topics;
      if (std::find(topics.begin(), topics.end(), topic.value()) != topics.end()) return true;
    }
  }
  return false;
}

}  // namespace efd::groups
