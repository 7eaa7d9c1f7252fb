// SPDX-License-Identifier: MIT
// Whether the log takes anything in, and who is told when that changes.
#include "broker/log/log_state.h"
#include "broker/log/wal_writer.h"
#include "observe/log.h"

namespace efd::broker {

Result<> CommitLog::State::note_failure(const Error& error) {
  if (error.code == ErrorCode::overload) {
    set_disk_full(Error{ErrorCode::overload, error.message + ": intake stops until there is room"});
  } else {
    stop_intake_for_good(error);
  }
  return fail(error);
}

void CommitLog::State::set_disk_full(std::optional<Error> full) {
  bool was_full = false;
  std::vector<OnDurable> told;
  {
    std::lock_guard lock(mutex);
    was_full = disk_full.has_value();
    if (was_full && !full) commit_bell.ring();  // what was appended before is still to be written
    disk_full = full;
    if (full) told = durable_waiters.take_but_for_room();
  }
  for (const OnDurable& call : told) call(fail(*full));
  if (full && !was_full) observe::error("log", "{}", full->message);
  if (!full && was_full) observe::info("log", "{}: there is room: intake goes on", options.path);
}

void CommitLog::State::call_room_waiters() {
  std::vector<std::function<void()>> waiters;
  {
    std::lock_guard lock(mutex);
    if (is_full() && !failure) return;
    waiters = std::exchange(room_waiters, {});
  }
  for (const auto& call : waiters) call();
}

bool CommitLog::State::is_full() const {
  uint64_t unchecked = stats.unchecked_bytes.load(std::memory_order_relaxed);
  return unchecked >= options.wal_bytes_max - options.wal_bytes_max / 8;
}

void CommitLog::State::when_durable(uint64_t sequence, DurableWaiter waiter) {
  std::optional<Error> error;
  bool waits = false;
  {
    std::lock_guard lock(mutex);
    if (sequence > durable_sequence) error = failure;
    if (sequence > durable_sequence && !error && !waiter.waits_for_room) error = disk_full;
    waits = sequence > durable_sequence && !error;
    if (waits) {
      durable_waiters.add(sequence, std::move(waiter));
      sync_wanted = true;
    }
  }
  if (sync_wanted) commit_bell.ring();
  if (waits) return;
  waiter.done(error ? Result<>(fail(*error)) : Result<>());
}

void CommitLog::State::stop_intake_for_good(const Error& error) {
  std::vector<OnDurable> waiters;
  std::vector<PartitionHandle> partitions;
  {
    std::lock_guard lock(mutex);
    if (failure) return;
    failure = Error{ErrorCode::give_up,
                    error.message + ": the log takes nothing in until it is opened again"};
    waiters = durable_waiters.take_all();
    for (const auto& [name, topic] : topics.all())
      partitions.insert(partitions.end(), topic->partitions.begin(), topic->partitions.end());
  }
  observe::error("log", "{}: the log takes nothing in until it is opened again", error.message);
  for (const OnDurable& call : waiters) call(fail(error));
  call_room_waiters();
  for (const PartitionHandle& partition : partitions) {
    partition->watchers.tell(*partition, See::appended);
    partition->watchers.tell(*partition, See::durable);
  }
}

std::optional<Error> CommitLog::State::intake_error() const {
  std::lock_guard lock(mutex);
  return failure ? failure : disk_full;
}

// What a full disk does not take was promised to nobody. The last record spares the next start from
// writing again what is durable; it need not be durable itself.
Result<> CommitLog::State::close() {
  stop_threads();
  Result<> durable = wal->commit();
  if (!durable && durable.error().code != ErrorCode::overload) return durable;
  if (!durable) return {};
  {
    std::lock_guard lock(mutex);
    put_due_mark();
  }
  static_cast<void>(wal->write_out());
  return {};
}

}  // namespace efd::broker
