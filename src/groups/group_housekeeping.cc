// SPDX-License-Identifier: MIT
// What time brings about, and how the topic is read and kept small.
#include <algorithm>

#include "broker/internal_topics.h"
#include "groups/coordinator_state.h"
#include "observe/log.h"

namespace efd::groups {

using State = GroupCoordinator::State;

namespace {

// All groups were in use when room was looked for: looked again so much later.
constexpr int64_t kRoomRetryNs = 1'000 * kNsPerMs;
// The thread looks at the clock at least so often.
constexpr int64_t kLongestSleepNs = kNsPerSecond;

}  // namespace

State::State(broker::CommitLog& log, system::Clock& clock, GroupOptions options)
    : log(log), clock(clock), options(options), topic(log) {
  retention_due_ns = clock.monotonic_ns() + options.retention_check_interval_ms * kNsPerMs;
}

// ------------------------------------------------------------------------------------------ start

Result<> State::open() {
  EFD_ASSIGN(bool is_there, topic.find());
  if (!is_there) return {};
  OffsetsTopic::Visitor visitor;
  visitor.on_offset = [this](const OffsetKey& key, std::optional<StoredOffset> offset) {
    restore(key, std::move(offset));
  };
  visitor.on_group = [this](const GroupKey& key, std::optional<StoredGroup> stored) {
    restore(key, std::move(stored));
  };
  visitor.on_restart = [this] { groups.clear(); };
  if (auto read = topic.read(visitor); !read) {
    if (read.error().code != ErrorCode::give_up) return read;
    groups.clear();
    unreadable = Error{ErrorCode::retry, "no group can be coordinated: " + read.error().message};
    observe::error("groups", "{}", unreadable->message);
    return {};
  }
  std::erase_if(groups, [](const auto& entry) {  // consumers whose offsets were all forgotten
    return !entry.second->is_stored && entry.second->offsets.empty();
  });
  for (const auto& [name, group] : groups) {
    for (const auto& [partition, offset] : group->offsets)
      offset_totals.bytes += bytes_of(name, partition, offset);
    offset_totals.count += group->offsets.size();
    count_bytes(*group);
    arm(*group);
  }
  return {};
}

void State::restore(const OffsetKey& key, std::optional<StoredOffset> offset) {
  if (offset) {
    make_group(key.group).offsets[key.partition] = std::move(*offset);
  } else if (Group* group = find(key.group)) {
    group->offsets.erase(key.partition);
  }
}

void State::restore(const GroupKey& key, std::optional<StoredGroup> stored) {
  if (stored) return make_group(key.group).restore(*stored);
  auto found = groups.find(key.group);
  if (found == groups.end()) return;
  auto offsets = std::move(found->second->offsets);
  groups.erase(found);
  if (!offsets.empty()) make_group(key.group).offsets = std::move(offsets);
}

Result<> State::make_topic() {
  if (unreadable) return fail(*unreadable);
  std::lock_guard once(topic_mutex);
  {
    std::lock_guard lock(mutex);
    if (topic.is_there()) return {};
  }
  EFD_TRY(topic.make());
  std::lock_guard lock(mutex);
  EFD_ASSIGN(bool is_there, topic.find());
  if (is_there) return {};
  return fail(ErrorCode::retry, "topic '{}' has been deleted", broker::kOffsetsTopic);
}

// ----------------------------------------------------------------------------------------- thread

void State::start_thread() {
  thread = std::thread([this] { run_thread(); });
}

void State::stop_thread() {
  {
    std::lock_guard lock(mutex);
    is_stopping = true;
    wake.notify_one();
  }
  if (thread.joinable()) thread.join();
}

void State::run_thread() {
  std::unique_lock lock(mutex);
  while (!is_stopping) {
    const int64_t now_ns = clock.monotonic_ns();
    const int64_t due_ns = next_due_ns();
    if (due_ns > now_ns) {
      clock.wait_until(lock, wake, std::min(due_ns, now_ns + kLongestSleepNs),
                       [&] { return is_stopping || next_due_ns() < due_ns; });
      continue;
    }
    lock.unlock();
    run_due();
    lock.lock();
  }
}

int64_t State::next_due_ns() const {
  int64_t next = retention_due_ns;
  if (!deadlines.empty()) next = std::min(next, deadlines.begin()->first);
  if (has_too_many_bytes()) next = std::min(next, state_due_ns);
  return next;
}

void State::run_due() {
  run_deadlines();
  forget_old();
  write_state_if_due();
}

void State::run_deadlines() {
  std::vector<std::function<void()>> answers;
  Result<uint64_t> sequence = uint64_t{0};
  {
    std::lock_guard lock(mutex);
    int64_t now = clock.monotonic_ns();
    while (!deadlines.empty() && deadlines.begin()->first <= now) {
      Group& group = *deadlines.begin()->second;
      disarm(group);
      GroupEffects effects;
      group.expire(effects);
      std::move(effects.answers.begin(), effects.answers.end(), std::back_inserter(answers));
      Result<uint64_t> stored = finish(group, effects);
      if (stored && *stored > 0) sequence = stored;
    }
  }
  answer(sequence, std::move(answers));
}

// -------------------------------------------------------------------------------------- retention

// Groups without members keep their offsets for a while; those without offsets go.
void State::forget_old() {
  std::lock_guard lock(mutex);
  int64_t now_ns = clock.monotonic_ns();
  if (now_ns < retention_due_ns) return;
  retention_due_ns = now_ns + options.retention_check_interval_ms * kNsPerMs;
  for (const auto& [name, group] : groups) forget_offsets(*group, clock.now().ms());
  erase_groups_if([](const Group& group) {
    return group.state() == GroupState::empty && group.member_count() == 0;
  });
}

// Only groups without offsets.
void State::erase_groups_if(const std::function<bool(const Group&)>& is_unused) {
  std::vector<Group*> gone;
  for (const auto& [name, group] : groups)
    if (group->offsets.empty() && is_unused(*group)) gone.push_back(group.get());
  for (Group* group : gone) erase_group(*group);
  if (auto appended = append(); !appended)
    observe::warn("groups", "what was forgotten comes back with the next start: {}",
                  appended.error().message);
}

// When groups_max is reached, groups with neither members nor offsets give way at once, also those
// for which somebody was given an id and has not come again (a first JoinGroup costs nothing): who
// does come is told that it is unknown, and begins anew.
bool State::has_room_for_group() {
  if (groups.size() < options.groups_max) return true;
  int64_t now_ns = clock.monotonic_ns();
  if (now_ns < room_due_ns) return false;
  room_due_ns = now_ns + kRoomRetryNs;
  erase_groups_if([](const Group& group) { return group.state() == GroupState::empty; });
  return groups.size() < options.groups_max;
}

void State::forget_offsets(Group& group, int64_t now_ms) {
  bool has_members = group.state() != GroupState::empty;
  // Consumers without members of a group have never joined: each offset counts for itself.
  int64_t empty_since_ms = group.protocol_type().empty() ? 0 : group.state_time_ms();
  for (auto offset = group.offsets.begin(); offset != group.offsets.end();) {
    int64_t unused_since_ms = std::max(empty_since_ms, offset->second.commit_time_ms);
    bool is_old = !has_members && now_ms - unused_since_ms > options.offsets_retention_ms;
    if (is_old || !is_current(offset->first, offset->second)) {
      offset = erase_offset(group, offset);
    } else {
      ++offset;
    }
  }
}

}  // namespace efd::groups
