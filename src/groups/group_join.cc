// SPDX-License-Identifier: MIT
// JoinGroup: new members, members that come again, and static members that come back.
#include <algorithm>

#include "groups/consumer_protocol.h"
#include "groups/group.h"

namespace efd::groups {
namespace {

// Groups, members, their names and hosts: longer ones are nobody's.
constexpr size_t kNameBytesMax = 4096;
// Assignors of one member: clients have one to three. All members' are compared with each other.
constexpr size_t kProtocolsMax = 64;

std::string new_member_id(const JoinGroup& request) {
  std::string name = request.instance.value_or(request.client_id);
  return name.substr(0, 256) + "-" + Uuid::random().hex();
}

size_t bytes_of(const JoinGroup& request) {
  size_t bytes = request.client_id.size() + request.client_host.size();
  for (const GroupProtocol& protocol : request.protocols)
    bytes += protocol.name.size() + protocol.metadata.size();
  return bytes;
}

bool is_too_long(const JoinGroup& request) {
  return request.member.size() > kNameBytesMax || request.client_id.size() > kNameBytesMax ||
         request.instance.value_or("").size() > kNameBytesMax ||
         request.protocol_type.size() > kNameBytesMax;
}

void refuse(OnJoined done, GroupError error, std::string member, GroupEffects& effects) {
  effects.answers.push_back([done = std::move(done), error, member = std::move(member)] {
    Joined joined;
    joined.error = error;
    joined.member = member;
    done(std::move(joined));
  });
}

}  // namespace

void Group::join(JoinGroup request, OnJoined done, GroupEffects& effects) {
  GroupError error = check_join(request);
  if (error != GroupError::none)
    return refuse(std::move(done), error, std::move(request.member), effects);
  if (request.rebalance_timeout_ms < 0) request.rebalance_timeout_ms = request.session_timeout_ms;
  if (request.member.empty()) {
    join_new(std::move(request), std::move(done), effects);
  } else {
    join_known(std::move(request), std::move(done), effects);
  }
}

GroupError Group::check_join(const JoinGroup& request) const {
  if (is_too_long(request)) return GroupError::invalid_group_id;
  if (request.session_timeout_ms < options_.session_timeout_min_ms ||
      request.session_timeout_ms > options_.session_timeout_max_ms)
    return GroupError::invalid_session_timeout;
  bool has_too_many = request.protocols.size() > kProtocolsMax;
  if (has_too_many || !supports(request)) return GroupError::inconsistent_group_protocol;
  return check_room(request);
}

GroupError Group::check_room(const JoinGroup& request) const {
  const Member* old = find_replaced(request);
  bool is_pending = pending_.contains(request.member);
  if (!old && !is_pending && member_count() >= options_.members_max)
    return GroupError::group_max_size_reached;
  size_t has = old ? old->bytes() : 0;
  size_t wanted = bytes_of(request) + (old ? old->id.size() + old->assignment.size() : 0);
  bool fits = wanted <= std::max(has, options_.member_bytes_max);
  if (!fits || !has_room(bytes(), bytes() - has + wanted))
    return GroupError::group_max_size_reached;
  return GroupError::none;
}

// The member that joins again, or whose place a static member takes. None: it is a new one.
const Group::Member* Group::find_replaced(const JoinGroup& request) const {
  auto known = members_.find(request.member);
  if (known == members_.end() && request.instance) {
    auto instance = instances_.find(*request.instance);
    if (instance != instances_.end()) known = members_.find(instance->second);
  }
  return known == members_.end() ? nullptr : &known->second;
}

// Members of another group type, or with no protocol that all others know, cannot join.
bool Group::supports(const JoinGroup& request) const {
  if (request.protocol_type.empty() || request.protocols.empty()) return false;
  if (members_.empty()) return true;
  if (request.protocol_type != protocol_type_) return false;
  return std::any_of(
      request.protocols.begin(), request.protocols.end(), [&](const GroupProtocol& protocol) {
        return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
          return entry.first == request.member || entry.second.metadata(protocol.name) != nullptr;
        });
      });
}

void Group::join_new(JoinGroup request, OnJoined done, GroupEffects& effects) {
  if (request.instance) {
    auto known = instances_.find(*request.instance);
    if (known != instances_.end())
      return return_static(members_.at(known->second), std::move(request), std::move(done),
                           effects);
  }
  std::string id = new_member_id(request);
  if (request.instance || !request.requires_known_member)
    return add_member(id, std::move(request), std::move(done), effects);
  pending_[id] = clock_.monotonic_ns() + request.session_timeout_ms * kNsPerMs;
  refuse(std::move(done), GroupError::member_id_required, std::move(id), effects);
}

void Group::join_known(JoinGroup request, OnJoined done, GroupEffects& effects) {
  if (!request.instance && pending_.erase(request.member) > 0) {
    std::string id = request.member;
    return add_member(id, std::move(request), std::move(done), effects);
  }
  Member* member = nullptr;
  GroupError error = find({name_, request.member, request.instance, generation_}, member);
  if (error != GroupError::none)
    return refuse(std::move(done), error, std::move(request.member), effects);
  rejoin(*member, std::move(request), std::move(done), effects);
}

// Nothing has changed for a follower that comes again, nor for anybody whose answer was lost.
void Group::rejoin(Member& member, JoinGroup request, OnJoined done, GroupEffects& effects) {
  bool is_same = has_same_protocols(member, request);
  bool is_leader = member.id == leader_;
  bool rebalances = !is_same || (state_ == GroupState::stable && is_leader);
  update(member, std::move(request), std::move(done));
  if (state_ == GroupState::preparing_rebalance) return complete_if_all_joined(effects);
  if (!rebalances) {
    answer_join(member, joined_as(member), effects);
    return extend_session(member, 0);
  }
  begin_rebalance(effects);
  complete_if_all_joined(effects);
}

bool Group::has_same_protocols(const Member& member, const JoinGroup& request) const {
  return std::equal(member.protocols.begin(), member.protocols.end(), request.protocols.begin(),
                    request.protocols.end(), [](const GroupProtocol& a, const GroupProtocol& b) {
                      return a.name == b.name && a.metadata == b.metadata;
                    });
}

void Group::add_member(const std::string& id, JoinGroup request, OnJoined done,
                       GroupEffects& effects) {
  if (members_.empty()) protocol_type_ = request.protocol_type;
  Member& member = members_[id];
  member.id = id;
  member.instance = request.instance;
  if (request.instance) instances_[*request.instance] = id;
  update(member, std::move(request), std::move(done));
  if (leader_.empty()) leader_ = id;
  if (state_ != GroupState::preparing_rebalance) {
    begin_rebalance(effects);
  } else if (is_gathering_) {
    int64_t longer = clock_.monotonic_ns() + options_.initial_rebalance_delay_ms * kNsPerMs;
    rebalance_end_ns_ = std::min(longer, gathering_end_ns_);
  }
  complete_if_all_joined(effects);
}

void Group::update(Member& member, JoinGroup request, OnJoined done) {
  member.client_id = std::move(request.client_id);
  member.client_host = std::move(request.client_host);
  member.session_timeout_ms = request.session_timeout_ms;
  member.rebalance_timeout_ms = request.rebalance_timeout_ms;
  member.protocols = std::move(request.protocols);
  member.knows_skip_assignment = request.knows_skip_assignment;
  member.on_rebalance = std::move(request.on_rebalance);
  member.on_joined = std::move(done);
}

// ---------------------------------------------------------------------------- static members

// A static member's next life: it has the old one's place and assignment, under a new id. The group
// is only asked again when it wants something else than before.
void Group::return_static(Member& old, JoinGroup request, OnJoined done, GroupEffects& effects) {
  std::string old_leader = leader_;
  bool was_leader = old.id == leader_;
  std::string old_metadata = protocol_ && old.metadata(*protocol_) ? *old.metadata(*protocol_) : "";
  Member& member = replace_static(old, new_member_id(request), effects);
  update(member, std::move(request), std::move(done));
  extend_session(member, 0);
  if (state_ == GroupState::preparing_rebalance) return complete_if_all_joined(effects);
  const std::string* metadata = member.metadata(protocol_.value_or(""));
  bool goes_on = state_ == GroupState::stable && metadata && vote() == protocol_ &&
                 wants_same_topics(old_metadata, *metadata);
  if (goes_on) return answer_returned(member, old_leader, was_leader, effects);
  begin_rebalance(effects);
  complete_if_all_joined(effects);
}

Group::Member& Group::replace_static(Member& old, const std::string& id, GroupEffects& effects) {
  std::string old_id = old.id;
  Joined fenced;
  fenced.error = GroupError::fenced_instance_id;
  fenced.member = old_id;
  answer_join(old, std::move(fenced), effects);
  answer_sync(old, GroupError::fenced_instance_id, effects);
  if (old.on_rebalance) effects.answers.push_back(old.on_rebalance);
  auto node = members_.extract(old_id);
  node.key() = id;
  Member& member = members_.insert(std::move(node)).position->second;
  member.id = id;
  instances_[*member.instance] = id;
  if (leader_ == old_id) leader_ = id;
  effects.is_changed |= state_ == GroupState::stable;
  return member;
}

// A leader that does not know how to skip the assignment is told the old leader's id: it must not
// assign, the group has its assignment (KIP-814).
void Group::answer_returned(Member& member, const std::string& old_leader, bool was_leader,
                            GroupEffects& effects) {
  Joined joined = joined_as(member);
  if (was_leader && member.knows_skip_assignment) {
    joined.skip_assignment = true;
  } else if (was_leader) {
    joined.leader = old_leader;
    joined.members.clear();
  }
  answer_join(member, std::move(joined), effects);
}

}  // namespace efd::groups
