// SPDX-License-Identifier: MIT
// WalWriter: group commit. What was appended is written by one write, synced by one fdatasync, and
// only then counts as durable. For this module.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "broker/log/log_state.h"

namespace efd::broker {

// Thread-safe. Its locks, in the order in which they may be taken: commit, file, write, and behind
// them the log's.
class CommitLog::State::WalWriter {
 public:
  explicit WalWriter(State& log) : log_(log) {}

  // Hands what was appended to the kernel, and tells those who read what is not durable.
  Result<> write_out();
  // All that was appended is durable when it returns, and those who waited for it have been told.
  // After a sync that failed for lack of room it goes to a new file. A failure stops intake.
  Result<> commit();
  // A file that appends can go over to, durable with its name.
  Result<std::shared_ptr<WalFile>> new_wal_file();
  // The next file has a greater number. Before anything else is called.
  void go_on_behind(uint64_t number) { last_number_ = number; }

 private:
  struct CommitCut;
  Result<> write_runs();  // under write_mutex_
  Result<> write_cut(CommitCut& cut);
  Result<> sync_cut(const CommitCut& cut);
  Result<> put_undurable_checkpoint();  // under commit_mutex_
  void put_back(CommitCut& cut);
  Result<> commit_cut(CommitCut& cut);  // under commit_mutex_
  Result<bool> must_write_again() const;
  Result<std::shared_ptr<WalFile>> write_again();     // under commit_mutex_ and file_mutex_
  Result<std::shared_ptr<WalFile>> begin_wal_file();  // under file_mutex_
  Result<> name_wal_file(WalFile& file);              // under file_mutex_
  void finish_commit(const CommitCut& cut);

  std::mutex commit_mutex_;   // one commit at a time
  std::mutex file_mutex_;     // files are made one at a time
  uint64_t last_number_ = 0;  // guarded by it: of the last one that was made
  std::mutex write_mutex_;    // guards the two that follow
  std::vector<UnwrittenRun> unwritten_;
  std::vector<std::shared_ptr<WalFile>> unsynced_files_;  // in order

  State& log_;
};

}  // namespace efd::broker
