// SPDX-License-Identifier: MIT
// Group commit: what was appended is written by one write, synced by one fdatasync, and only then
// counts as durable.
#include "broker/log/log_state.h"
#include "observe/log.h"

namespace efd::broker {

struct CommitLog::State::CommitCut {
  uint64_t sequence = 0;
  std::vector<PartitionHandle> partitions;
  std::vector<PartitionHandle> untold;
  std::vector<std::shared_ptr<WalFile>> files;  // to be synced, in order
};

namespace {

void append_runs(std::vector<UnwrittenRun>& to, std::vector<UnwrittenRun> runs) {
  for (UnwrittenRun& run : runs) to.push_back(std::move(run));
}

void tell_all(const std::vector<PartitionHandle>& partitions, See see) {
  for (const PartitionHandle& partition : partitions) partition->watchers.tell(*partition, see);
}

// At write_out: readers of what is appended, and under the lazy policies everybody.
void tell_of_append(const std::vector<PartitionHandle>& partitions) {
  for (const PartitionHandle& partition : partitions) {
    partition->watchers.tell(*partition, See::appended);
    if (partition->topic->settings.durability != Durability::sync)
      partition->watchers.tell(*partition, See::durable);
  }
}

std::vector<PartitionHandle> take_untold(std::vector<PartitionHandle>& untold) {
  for (const PartitionHandle& partition : untold) partition->is_untold = false;
  return std::exchange(untold, {});
}

}  // namespace

// The runs that could not be written stay, and are written again from their beginning.
Result<> CommitLog::State::write_runs() {
  size_t done = 0;
  Result<> result;
  for (; done < unwritten.size(); ++done) {
    UnwrittenRun& run = unwritten[done];
    if (unsynced_files.empty() || unsynced_files.back() != run.file)
      unsynced_files.push_back(run.file);
    result = run.file->file->write_at(run.offset, run.parts);
    if (!result) break;
  }
  unwritten.erase(unwritten.begin(), unwritten.begin() + static_cast<std::ptrdiff_t>(done));
  return result;
}

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
    if (full) told = take_waiters_but_for_room();
  }
  for (const OnDurable& call : told) call(fail(*full));
  if (full && !was_full) observe::error("log", "{}", full->message);
  if (!full && was_full) observe::info("log", "{}: there is room: intake goes on", options.path);
}

std::vector<OnDurable> CommitLog::State::take_waiters_but_for_room() {
  std::vector<OnDurable> taken;
  for (auto waiter = durable_waiters.begin(); waiter != durable_waiters.end();) {
    if (waiter->second.waits_for_room) {
      ++waiter;
    } else {
      taken.push_back(std::move(waiter->second.done));
      waiter = durable_waiters.erase(waiter);
    }
  }
  return taken;
}

Result<> CommitLog::State::write_out() {
  std::vector<PartitionHandle> told;
  Result<> result;
  {
    std::lock_guard write(write_mutex);
    {
      std::lock_guard lock(mutex);
      if (failure) return fail(*failure);
      if (needs_wal_file && disk_full) return fail(*disk_full);
      append_runs(unwritten, chunks.take_unwritten());
      told = take_untold(untold);
    }
    result = write_runs();
  }
  tell_of_append(told);
  if (checkpoint_wanted) housekeeping_bell.ring_if_idle();
  if (!result) return note_failure(result.error());
  if (sync_wanted) {
    commit_bell.ring();
  } else if (!told.empty()) {
    commit_bell.ring_if_idle();
  }
  return {};
}

Result<> CommitLog::State::write_cut(CommitCut& cut) {
  std::lock_guard write(write_mutex);
  {
    std::lock_guard lock(mutex);
    if (failure) return fail(*failure);
    append_runs(unwritten, chunks.take_unwritten());
    sync_wanted = false;
    cut.sequence = last_sequence;
    cut.untold = take_untold(untold);
    cut.partitions = std::exchange(uncommitted, {});
    for (const PartitionHandle& partition : cut.partitions) {
      partition->is_uncommitted = false;
      partition->commit_end = partition->log_end;
    }
  }
  Result<> written = write_runs();
  if (written) cut.files = std::exchange(unsynced_files, {});
  return written;
}

Result<> CommitLog::State::commit() {
  std::lock_guard commit(commit_mutex);
  CommitCut cut;
  Result<> durable = commit_cut(cut);
  if (!durable) {
    put_back(cut);
    return note_failure(durable.error());
  }
  finish_commit(cut);
  return {};
}

Result<> CommitLog::State::commit_cut(CommitCut& cut) {
  EFD_TRY(put_undurable_checkpoint());
  EFD_ASSIGN(bool is_again, must_write_again());
  std::unique_lock wal_file(wal_file_mutex, std::defer_lock);
  std::shared_ptr<WalFile> file;
  if (is_again) {
    wal_file.lock();
    EFD_ASSIGN(file, write_again());
  }
  Result<> written = write_cut(cut);
  tell_of_append(cut.untold);
  EFD_TRY(std::move(written));
  EFD_TRY(sync_cut(cut));
  if (!file) return {};
  EFD_TRY(name_wal_file(*file));
  std::lock_guard lock(mutex);
  needs_wal_file = false;
  return {};
}

// Intake is closed until then, and so no checkpoint is made meanwhile.
Result<> CommitLog::State::put_undurable_checkpoint() {
  std::string bytes;
  {
    std::lock_guard lock(mutex);
    if (failure) return fail(*failure);
    bytes = undurable_checkpoint;
  }
  if (bytes.empty()) return {};
  EFD_TRY(put_checkpoint(files, options.path, bytes));
  std::lock_guard lock(mutex);
  undurable_checkpoint.clear();
  return {};
}

Result<bool> CommitLog::State::must_write_again() const {
  std::lock_guard lock(mutex);
  if (failure) return fail(*failure);
  return needs_wal_file;
}

// A file whose sync failed is given up: the kernel may have marked as clean what it could not
// write, so that the next sync would succeed without having done anything.
Result<> CommitLog::State::sync_cut(const CommitCut& cut) {
  int64_t began = clock.monotonic_ns();
  for (const std::shared_ptr<WalFile>& file : cut.files) {
    Result<> synced = file->file->sync();
    if (synced) continue;
    std::lock_guard lock(mutex);
    needs_wal_file = true;
    return synced;
  }
  stats.commit_ns += static_cast<uint64_t>(clock.monotonic_ns() - began);
  stats.commits += !cut.files.empty();
  return {};
}

void CommitLog::State::put_back(CommitCut& cut) {
  std::lock_guard lock(mutex);
  for (PartitionHandle& partition : cut.partitions)
    if (!std::exchange(partition->is_uncommitted, true))
      uncommitted.push_back(std::move(partition));
}

// Everything since the last good sync is still in memory, and goes to a new file. That gets its
// name when all of it is durable: until then what was given up is the better copy, should the
// process be killed.
Result<std::shared_ptr<WalFile>> CommitLog::State::write_again() {
  EFD_ASSIGN(auto file, begin_wal_file());
  std::lock_guard write(write_mutex);
  std::lock_guard lock(mutex);
  unwritten.clear();
  unsynced_files.assign(1, file);
  chunks.write_again(durable_sequence, file, kWalFileHeaderBytes);
  return file;
}

// It gets its name when it is durable: one that is there already, and was never used, is replaced
// without being away for a moment.
Result<std::shared_ptr<WalFile>> CommitLog::State::begin_wal_file() {
  auto file = std::make_shared<WalFile>();
  file->number = wal_number + 1;
  file->path = wal_path(file->number) + ".new";
  EFD_TRY(system::remove_if_there(files, file->path));
  EFD_ASSIGN(file->file, files.open(file->path, system::Open::create_new));
  EFD_TRY(file->file->write_at(0, wal_file_header(log_id, file->number)));
  return file;
}

Result<> CommitLog::State::name_wal_file(WalFile& file) {
  EFD_TRY(files.rename(file.path, wal_path(file.number)));
  EFD_TRY(files.sync_directory(options.path + "/wal"));
  file.path = wal_path(file.number);
  wal_number = file.number;
  return {};
}

void CommitLog::State::finish_commit(const CommitCut& cut) {
  std::vector<OnDurable> done;
  {
    std::lock_guard lock(mutex);
    for (const PartitionHandle& partition : cut.partitions)
      partition->durable_end = partition->commit_end;
    if (cut.sequence > durable_sequence) mark_due = cut.sequence;
    durable_sequence = cut.sequence;
    auto end = durable_waiters.upper_bound(cut.sequence);
    for (auto waiter = durable_waiters.begin(); waiter != end; ++waiter)
      done.push_back(std::move(waiter->second.done));
    durable_waiters.erase(durable_waiters.begin(), end);
  }
  tell_all(cut.partitions, See::durable);
  for (const OnDurable& call : done) call({});
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
      durable_waiters.emplace(sequence, std::move(waiter));
      sync_wanted = true;
    }
  }
  if (sync_wanted) commit_bell.ring();
  if (waits) return;
  waiter.done(error ? Result<>(fail(*error)) : Result<>());
}

void CommitLog::State::stop_intake_for_good(const Error& error) {
  std::multimap<uint64_t, DurableWaiter> waiters;
  std::vector<PartitionHandle> partitions;
  {
    std::lock_guard lock(mutex);
    if (failure) return;
    failure = Error{ErrorCode::give_up,
                    error.message + ": the log takes nothing in until it is opened again"};
    waiters = std::exchange(durable_waiters, {});
    for (const auto& [name, topic] : topics.all())
      partitions.insert(partitions.end(), topic->partitions.begin(), topic->partitions.end());
  }
  observe::error("log", "{}: the log takes nothing in until it is opened again", error.message);
  for (const auto& [sequence, waiter] : waiters) waiter.done(fail(error));
  call_room_waiters();
  tell_all(partitions, See::appended);
  tell_all(partitions, See::durable);
}

// What a full disk does not take was promised to nobody. The last record spares the next start from
// writing again what is durable; it need not be durable itself.
Result<> CommitLog::State::close() {
  stop_threads();
  Result<> durable = commit();
  if (!durable && durable.error().code != ErrorCode::overload) return durable;
  if (!durable) return {};
  {
    std::lock_guard lock(mutex);
    put_due_mark();
  }
  static_cast<void>(write_out());
  return {};
}

std::optional<Error> CommitLog::State::intake_error() const {
  std::lock_guard lock(mutex);
  return failure ? failure : disk_full;
}

}  // namespace efd::broker
