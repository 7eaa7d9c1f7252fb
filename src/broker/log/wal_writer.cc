// SPDX-License-Identifier: MIT
// Group commit: what was appended is written by one write, synced by one fdatasync, and only then
// counts as durable.
#include "broker/log/wal_writer.h"

#include "broker/log/checkpoint_copies.h"
#include "observe/log.h"

namespace efd::broker {

struct CommitLog::State::WalWriter::CommitCut {
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
Result<> CommitLog::State::WalWriter::write_runs() {
  size_t done = 0;
  Result<> result;
  for (; done < unwritten_.size(); ++done) {
    UnwrittenRun& run = unwritten_[done];
    if (unsynced_files_.empty() || unsynced_files_.back() != run.file)
      unsynced_files_.push_back(run.file);
    result = run.file->file->write_at(run.offset, run.parts);
    if (!result) break;
  }
  unwritten_.erase(unwritten_.begin(), unwritten_.begin() + static_cast<std::ptrdiff_t>(done));
  return result;
}

Result<> CommitLog::State::WalWriter::write_out() {
  std::vector<PartitionHandle> told;
  Result<> result;
  {
    std::lock_guard write(write_mutex_);
    {
      std::lock_guard lock(log_.mutex);
      if (log_.failure) return fail(*log_.failure);
      if (log_.needs_wal_file && log_.disk_full) return fail(*log_.disk_full);
      append_runs(unwritten_, log_.chunks.take_unwritten());
      told = take_untold(log_.untold);
    }
    result = write_runs();
  }
  tell_of_append(told);
  if (log_.checkpoint_wanted) log_.housekeeping_bell.ring_if_idle();
  if (!result) return log_.note_failure(result.error());
  if (log_.sync_wanted) {
    log_.commit_bell.ring();
  } else if (!told.empty()) {
    log_.commit_bell.ring_if_idle();
  }
  return {};
}

Result<> CommitLog::State::WalWriter::write_cut(CommitCut& cut) {
  std::lock_guard write(write_mutex_);
  {
    std::lock_guard lock(log_.mutex);
    if (log_.failure) return fail(*log_.failure);
    append_runs(unwritten_, log_.chunks.take_unwritten());
    log_.sync_wanted = false;
    cut.sequence = log_.last_sequence;
    cut.untold = take_untold(log_.untold);
    cut.partitions = std::exchange(log_.uncommitted, {});
    for (const PartitionHandle& partition : cut.partitions) {
      partition->is_uncommitted = false;
      partition->commit_end = partition->log_end;
    }
  }
  Result<> written = write_runs();
  if (written) cut.files = std::exchange(unsynced_files_, {});
  return written;
}

Result<> CommitLog::State::WalWriter::commit() {
  std::lock_guard committing(commit_mutex_);
  CommitCut cut;
  Result<> durable = commit_cut(cut);
  if (!durable) {
    put_back(cut);
    return log_.note_failure(durable.error());
  }
  finish_commit(cut);
  return {};
}

Result<> CommitLog::State::WalWriter::commit_cut(CommitCut& cut) {
  EFD_TRY(put_undurable_checkpoint());
  EFD_ASSIGN(bool is_again, must_write_again());
  std::unique_lock wal_file(file_mutex_, std::defer_lock);
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
  std::lock_guard lock(log_.mutex);
  log_.needs_wal_file = false;
  return {};
}

// Intake is closed until then, and so no checkpoint is made meanwhile.
Result<> CommitLog::State::WalWriter::put_undurable_checkpoint() {
  std::string bytes;
  {
    std::lock_guard lock(log_.mutex);
    if (log_.failure) return fail(*log_.failure);
    bytes = log_.undurable_checkpoint;
  }
  if (bytes.empty()) return {};
  EFD_TRY(put_checkpoint(log_.files, log_.options.path, bytes));
  std::lock_guard lock(log_.mutex);
  log_.undurable_checkpoint.clear();
  return {};
}

Result<bool> CommitLog::State::WalWriter::must_write_again() const {
  std::lock_guard lock(log_.mutex);
  if (log_.failure) return fail(*log_.failure);
  return log_.needs_wal_file;
}

// A file whose sync failed is given up: the kernel may have marked as clean what it could not
// write, so that the next sync would succeed without having done anything.
Result<> CommitLog::State::WalWriter::sync_cut(const CommitCut& cut) {
  int64_t began = log_.clock.monotonic_ns();
  for (const std::shared_ptr<WalFile>& file : cut.files) {
    Result<> synced = file->file->sync();
    if (synced) continue;
    std::lock_guard lock(log_.mutex);
    log_.needs_wal_file = true;
    return synced;
  }
  log_.stats.commit_ns += static_cast<uint64_t>(log_.clock.monotonic_ns() - began);
  log_.stats.commits += !cut.files.empty();
  return {};
}

void CommitLog::State::WalWriter::put_back(CommitCut& cut) {
  std::lock_guard lock(log_.mutex);
  for (PartitionHandle& partition : cut.partitions)
    if (!std::exchange(partition->is_uncommitted, true))
      log_.uncommitted.push_back(std::move(partition));
}

// Everything since the last good sync is still in memory, and goes to a new file. That gets its
// name when all of it is durable: until then what was given up is the better copy, should the
// process be killed.
Result<std::shared_ptr<WalFile>> CommitLog::State::WalWriter::write_again() {
  EFD_ASSIGN(auto file, begin_wal_file());
  std::lock_guard write(write_mutex_);
  std::lock_guard lock(log_.mutex);
  unwritten_.clear();
  unsynced_files_.assign(1, file);
  log_.chunks.write_again(log_.durable_sequence, file, kWalFileHeaderBytes);
  return file;
}

// It gets its name when it is durable: one that is there already, and was never used, is replaced
// without being away for a moment.
Result<std::shared_ptr<WalFile>> CommitLog::State::WalWriter::begin_wal_file() {
  auto file = std::make_shared<WalFile>();
  file->number = last_number_ + 1;
  file->path = log_.wal_path(file->number) + ".new";
  EFD_TRY(system::remove_if_there(log_.files, file->path));
  EFD_ASSIGN(file->file, log_.files.open(file->path, system::Open::create_new));
  EFD_TRY(file->file->write_at(0, wal_file_header(log_.log_id, file->number)));
  return file;
}

// The file and its name are durable before it is used: a missing one is no accident.
Result<std::shared_ptr<WalFile>> CommitLog::State::WalWriter::new_wal_file() {
  std::lock_guard lock(file_mutex_);
  EFD_ASSIGN(auto file, begin_wal_file());
  EFD_TRY(file->file->sync());
  EFD_TRY(name_wal_file(*file));
  return file;
}

Result<> CommitLog::State::WalWriter::name_wal_file(WalFile& file) {
  EFD_TRY(log_.files.rename(file.path, log_.wal_path(file.number)));
  EFD_TRY(log_.files.sync_directory(log_.options.path + "/wal"));
  file.path = log_.wal_path(file.number);
  last_number_ = file.number;
  return {};
}

void CommitLog::State::WalWriter::finish_commit(const CommitCut& cut) {
  std::vector<OnDurable> done;
  {
    std::lock_guard lock(log_.mutex);
    for (const PartitionHandle& partition : cut.partitions)
      partition->durable_end = partition->commit_end;
    if (cut.sequence > log_.durable_sequence) log_.mark_due = cut.sequence;
    log_.durable_sequence = cut.sequence;
    done = log_.durable_waiters.take_up_to(cut.sequence);
  }
  tell_all(cut.partitions, See::durable);
  for (const OnDurable& call : done) call({});
}

}  // namespace efd::broker
