// SPDX-License-Identifier: MIT
// How a group comes to its next generation.
#include <algorithm>

#include "groups/group.h"

namespace efd::groups {

// All members are to join again.
void Group::begin_rebalance(GroupEffects& effects) {
  int64_t now = clock_.monotonic_ns();
  bool was_empty = state_ == GroupState::empty;
  for (auto& [id, member] : members_) {
    answer_sync(member, GroupError::rebalance_in_progress, effects);
    member.owes_sync = false;
    if (member.on_rebalance && !member.on_joined) effects.answers.push_back(member.on_rebalance);
  }
  int64_t patience_ns = longest_rebalance_ms() * kNsPerMs;
  rebalance_end_ns_ = now + patience_ns;
  is_gathering_ = was_empty && options_.initial_rebalance_delay_ms > 0;
  if (is_gathering_) {
    gathering_end_ns_ = rebalance_end_ns_;
    rebalance_end_ns_ =
        std::min(now + options_.initial_rebalance_delay_ms * kNsPerMs, gathering_end_ns_);
  }
  enter(GroupState::preparing_rebalance);
}

void Group::complete_if_all_joined(GroupEffects& effects) {
  if (state_ != GroupState::preparing_rebalance || is_gathering_ || !pending_.empty()) return;
  bool all = std::all_of(members_.begin(), members_.end(),
                         [](const auto& entry) { return bool(entry.second.on_joined); });
  if (all) complete_join(effects);
}

void Group::complete_join(GroupEffects& effects) {
  drop_who_has_not_joined(effects);
  if (members_.empty()) return become_empty(effects);
  if (!elect_leader()) {  // only static members, and none is there
    rebalance_end_ns_ = clock_.monotonic_ns() + longest_rebalance_ms() * kNsPerMs;
    return;
  }
  ++generation_;
  protocol_ = vote();
  enter(GroupState::completing_rebalance);
  sync_end_ns_ = clock_.monotonic_ns() + longest_rebalance_ms() * kNsPerMs;
  for (auto& [id, member] : members_) {
    if (!member.on_joined) continue;
    answer_join(member, joined_as(member), effects);
    member.owes_sync = true;
    extend_session(member, 0);
  }
}

// A static member keeps its place until its session ends.
void Group::drop_who_has_not_joined(GroupEffects& effects) {
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_)
    if (!member.on_joined && !member.instance) gone.push_back(id);
  for (const std::string& id : gone) remove(id, effects);
}

// False: nobody has joined who could lead.
bool Group::elect_leader() {
  auto leader = members_.find(leader_);
  if (leader != members_.end() && leader->second.on_joined) return true;
  auto joined = std::find_if(members_.begin(), members_.end(),
                             [](const auto& entry) { return bool(entry.second.on_joined); });
  if (joined == members_.end()) return false;
  leader_ = joined->first;
  return true;
}

void Group::become_empty(GroupEffects& effects) {
  ++generation_;
  protocol_.reset();
  leader_.clear();
  is_gathering_ = false;
  enter(GroupState::empty);
  effects.is_changed = true;
}

// Each member votes for the first of its protocols that all members know.
std::string Group::vote() const {
  std::map<std::string, size_t> votes;
  for (const auto& [id, voter] : members_) {
    for (const GroupProtocol& protocol : voter.protocols) {
      bool is_common = std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
        return entry.second.metadata(protocol.name) != nullptr;
      });
      if (!is_common) continue;
      ++votes[protocol.name];
      break;
    }
  }
  auto most = std::max_element(votes.begin(), votes.end(),
                               [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? "" : most->first;
}

Joined Group::joined_as(const Member& member) const {
  Joined joined;
  joined.generation = generation_;
  joined.protocol_type = protocol_type_;
  joined.protocol = protocol_;
  joined.leader = leader_;
  joined.member = member.id;
  if (member.id != leader_) return joined;
  for (const auto& [id, other] : members_) {
    const std::string* metadata = other.metadata(protocol_.value_or(""));
    joined.members.push_back({id, other.instance, metadata ? *metadata : ""});
  }
  return joined;
}

void Group::answer_join(Member& member, Joined joined, GroupEffects& effects) {
  if (!member.on_joined) return;
  effects.answers.push_back([done = std::exchange(member.on_joined, nullptr),
                             joined = std::move(joined)]() mutable { done(std::move(joined)); });
}

void Group::answer_sync(Member& member, GroupError error, GroupEffects& effects) {
  if (!member.on_synced) return;
  Synced synced{error, std::nullopt, std::nullopt, {}};
  if (error == GroupError::none) synced = {error, protocol_type_, protocol_, member.assignment};
  effects.answers.push_back([done = std::exchange(member.on_synced, nullptr),
                             synced = std::move(synced)]() mutable { done(std::move(synced)); });
}

// ---------------------------------------------------------------------------------------- removal

void Group::remove(const std::string& id, GroupEffects& effects) {
  auto found = members_.find(id);
  Member& member = found->second;
  Joined gone;
  gone.error = GroupError::unknown_member_id;
  gone.member = id;
  answer_join(member, std::move(gone), effects);
  answer_sync(member, GroupError::unknown_member_id, effects);
  if (member.on_rebalance) effects.answers.push_back(member.on_rebalance);
  if (member.instance) instances_.erase(*member.instance);
  members_.erase(found);
  if (leader_ == id) leader_ = members_.empty() ? "" : members_.begin()->first;
}

void Group::after_removal(GroupEffects& effects) {
  if (state_ == GroupState::stable || state_ == GroupState::completing_rebalance)
    begin_rebalance(effects);
  complete_if_all_joined(effects);
}

void Group::expire_members(int64_t now_ns, GroupEffects& effects) {
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_)
    if (!member.waits() && member.session_end_ns <= now_ns) gone.push_back(id);
  for (const std::string& id : gone) remove(id, effects);
  if (!gone.empty()) after_removal(effects);
}

// Who has joined and does not ask for his assignment has no part in it.
void Group::expire_syncs(int64_t now_ns, GroupEffects& effects) {
  if (sync_end_ns_ > now_ns) return;
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_)
    if (member.owes_sync) gone.push_back(id);
  for (const std::string& id : gone) remove(id, effects);
  if (!gone.empty()) after_removal(effects);
}

}  // namespace efd::groups
