// SPDX-License-Identifier: MIT
// The topic is kept small: all groups and offsets are written anew, and what came before goes.
//
// They are written in portions, and the lock is free between two of them: what changes meanwhile
// has its own record behind the state's first mark. So each portion says what is so when it is
// written, and the last record of a key is right, wherever it stands.
#include "broker/internal_topics.h"
#include "groups/coordinator_state.h"
#include "observe/log.h"

namespace efd::groups {

using State = GroupCoordinator::State;

namespace {

// The log did not take the state: tried again so much later.
constexpr int64_t kStateRetryNs = 10'000 * kNsPerMs;
// Less than what a log that is not full still takes (an eighth of its wal_bytes_max).
constexpr uint64_t kPortionBytes = 256u << 10;

}  // namespace

bool State::has_too_many_bytes() const {
  return topic.bytes_since_state() >= std::max(options.snapshot_bytes, 2 * topic.state_bytes());
}

Result<uint64_t> State::append() {
  bool had_too_many = has_too_many_bytes();
  auto appended = topic.append();
  note_appended(appended);
  if (!had_too_many && has_too_many_bytes()) wake.notify_one();
  return appended;
}

// What the log did not take holds in memory, and has no record that could become durable.
void State::note_appended(const Result<uint64_t>& appended) {
  uint64_t durable = log.durable_sequence();
  for (auto before = offsets_before.rbegin(); before != offsets_before.rend(); ++before) {
    if (before->sequence != 0) break;
    before->sequence = appended ? *appended : durable;
  }
  while (!offsets_before.empty() && offsets_before.front().sequence <= durable)
    offsets_before.pop_front();
}

// What came before the state goes only when the state is durable: until then a start reads both.
void State::write_state_if_due() {
  {
    std::lock_guard lock(mutex);
    if (!has_too_many_bytes() || clock.monotonic_ns() < state_due_ns) return;
  }
  Result<Offset> begin = write_state();
  {
    std::lock_guard lock(mutex);
    state_due_ns = begin ? 0 : clock.monotonic_ns() + kStateRetryNs;
  }
  Result<> done = begin ? log.commit_now() : fail(begin.error());
  if (done) done = topic.drop_before(*begin);
  if (!done)
    observe::warn("groups", "{} is not shortened: {}", broker::kOffsetsTopic, done.error().message);
}

Result<Offset> State::write_state() {
  std::vector<std::string> names;
  {
    std::lock_guard lock(mutex);
    EFD_TRY(topic.begin_state(clock.now().ms()));
    for (const auto& [name, group] : groups) names.push_back(name);
  }
  StateCursor next;
  while (next.group < names.size()) {
    if (log.is_full()) EFD_TRY(log.checkpoint_now());  // room, also for those who commit meanwhile
    std::lock_guard lock(mutex);
    if (is_stopping) return fail(ErrorCode::retry, "the program stops");
    EFD_ASSIGN(next, write_portion(names, next));
  }
  std::lock_guard lock(mutex);
  return topic.end_state(clock.now().ms());
}

// Where the next portion begins.
Result<StateCursor> State::write_portion(const std::vector<std::string>& names, StateCursor next) {
  uint64_t end_bytes = topic.bytes_with_gathered() + kPortionBytes;
  while (next.group < names.size() && topic.bytes_with_gathered() < end_bytes)
    write_group(names[next.group], next, end_bytes);
  EFD_TRY(append());
  return next;
}

// All of the group, or what the portion has room for. Its own record, which may be large, is the
// last one: whatever its size, the log has room for all but that.
void State::write_group(const std::string& name, StateCursor& next, uint64_t end_bytes) {
  int64_t now_ms = clock.now().ms();
  if (const Group* group = find(name)) {
    const auto& offsets = group->offsets;
    auto offset = next.after ? offsets.upper_bound(*next.after) : offsets.begin();
    for (; offset != offsets.end(); ++offset) {
      if (topic.bytes_with_gathered() >= end_bytes) return;
      topic.add(OffsetKey{name, offset->first}, offset->second, now_ms);
      next.after = offset->first;
    }
    if (group->is_stored) topic.add(GroupKey{name}, group->stored(), now_ms);
  }
  next = {next.group + 1, std::nullopt};
}

}  // namespace efd::groups
