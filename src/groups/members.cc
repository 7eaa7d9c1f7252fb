// SPDX-License-Identifier: MIT
#include "groups/coordinator_state.h"
#include "observe/log.h"

namespace efd::groups {

using State = GroupCoordinator::State;

bool is_group_name(const std::string& name) {
  constexpr size_t kBytesMax = 4096;
  return !name.empty() && name.size() <= kBytesMax;
}

Group* State::find(const std::string& name) {
  auto found = groups.find(name);
  return found == groups.end() ? nullptr : found->second.get();
}

Group& State::make_group(const std::string& name) {
  auto& group = groups[name];
  if (!group) group = std::make_unique<Group>(name, options, clock, member_bytes);
  return *group;
}

void State::join(JoinGroup request, OnJoined done) {
  Joined refused;
  refused.member = request.member;
  GroupEffects effects;
  std::unique_lock lock(mutex);
  Group* group = find(request.group);
  if (!is_group_name(request.group)) {
    refused.error = GroupError::invalid_group_id;
  } else if (!group && !request.member.empty()) {
    refused.error = GroupError::unknown_member_id;
  } else if (!group && !has_room_for_group()) {
    refused.error = GroupError::group_max_size_reached;
  }
  if (refused.error != GroupError::none) {
    lock.unlock();
    return done(std::move(refused));
  }
  if (!group) group = &make_group(request.group);
  group->join(std::move(request), std::move(done), effects);
  Result<uint64_t> sequence = finish(*group, effects);
  lock.unlock();
  answer(sequence, std::move(effects.answers));
}

void State::sync(SyncGroup request, OnSynced done) {
  GroupEffects effects;
  std::unique_lock lock(mutex);
  Group* group = find(request.who.group);
  if (!group) {
    lock.unlock();
    return done({GroupError::unknown_member_id, std::nullopt, std::nullopt, {}});
  }
  group->sync(std::move(request), std::move(done), effects);
  Result<uint64_t> sequence = finish(*group, effects);
  lock.unlock();
  answer(sequence, std::move(effects.answers));
}

GroupError State::heartbeat(const GroupMember& member, int64_t patience_ms) {
  std::lock_guard lock(mutex);
  Group* group = find(member.group);
  if (!group) return GroupError::unknown_member_id;
  GroupError error = group->heartbeat(member, patience_ms);
  arm(*group);
  return error;
}

void State::leave(const std::string& name, const std::vector<Leaver>& leavers, OnLeft done) {
  GroupEffects effects;
  std::vector<GroupError> errors(leavers.size(), GroupError::unknown_member_id);
  Result<uint64_t> sequence = uint64_t{0};
  {
    std::lock_guard lock(mutex);
    if (Group* group = find(name)) {
      for (size_t i = 0; i < leavers.size(); ++i) errors[i] = group->leave(leavers[i], effects);
      sequence = finish(*group, effects);
    }
  }
  effects.answers.push_back(
      [done = std::move(done), errors = std::move(errors)]() mutable { done(std::move(errors)); });
  answer(sequence, std::move(effects.answers));
}

// -------------------------------------------------------------------------- the end of every event

// A group whose record the log does not take goes on without: its members join again when the
// program has been started anew.
Result<uint64_t> State::finish(Group& group, const GroupEffects& effects) {
  arm(group);
  count_bytes(group);
  if (!effects.is_changed || !topic.is_there()) return uint64_t{0};
  topic.add(GroupKey{group.name()}, group.stored(), clock.now().ms());
  auto appended = append();
  if (appended) group.is_stored = true;
  if (!appended)
    observe::warn("groups", "group '{}' is not stored: {}", group.name(), appended.error().message);
  return appended;
}

void State::count_bytes(Group& group) {
  member_bytes -= group.counted_bytes;
  group.counted_bytes = group.memory_bytes();
  member_bytes += group.counted_bytes;
}

void State::arm(Group& group) {
  int64_t due = group.next_due_ns();
  auto set = armed.find(&group);
  if (set != armed.end() && set->second <= due) return;  // looked at then, and armed again
  disarm(group);
  if (due == INT64_MAX) return;
  armed[&group] = due;
  bool is_first = deadlines.empty() || due < deadlines.begin()->first;
  deadlines.insert({due, &group});
  if (is_first) wake.notify_one();
}

void State::disarm(Group& group) {
  auto set = armed.find(&group);
  if (set == armed.end()) return;
  deadlines.erase({set->second, &group});
  armed.erase(set);
}

// While the disk is full groups go on in memory, as where the log does not take their records: who
// has joined may read.
void State::answer(const Result<uint64_t>& sequence, std::vector<std::function<void()>> answers) {
  if (answers.empty()) return;
  auto call_all = [answers = std::move(answers)] {
    for (const auto& call : answers) call();
  };
  if (!sequence || *sequence == 0) return call_all();
  log.when_durable_or_full(*sequence,
                           [call_all = std::move(call_all)](const Result<>&) { call_all(); });
}

}  // namespace efd::groups
