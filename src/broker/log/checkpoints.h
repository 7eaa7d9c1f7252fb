// SPDX-License-Identifier: MIT
// Checkpoints: what lies in memory goes to segment files, and the WAL before that goes away. For
// this module.
#pragma once

#include <memory>

#include "broker/log/log_state.h"

namespace efd::broker {

// Thread-safe: the log's checkpoint lock is held while one is made.
class CommitLog::State::Checkpoints {
 public:
  explicit Checkpoints(State& log) : log_(log) {}

  // Given up, without an error, when the log closes. A failure stops intake.
  Result<> make();
  // Under the log's checkpoint lock, or while the log is opened.
  Result<> remove_wal_files_below(uint64_t number);
  uint64_t first_wal_number() const { return first_wal_number_; }
  void set_first_wal_number(uint64_t number) { first_wal_number_ = number; }

 private:
  struct CheckpointCut;
  Result<bool> make_locked();  // false: given up, the log closes
  bool cut_for_checkpoint(const std::shared_ptr<WalFile>& file, CheckpointCut& cut);
  Result<bool> write_tails(CheckpointCut& cut);
  Result<> sync_tails(const CheckpointCut& cut, const UnsyncedPaths& unsynced);
  void take_over_segments(const CheckpointCut& cut);
  void finish_checkpoint(const CheckpointCut& cut);

  uint64_t first_wal_number_ = 1;  // of the files that are there; guarded by the checkpoint lock

  State& log_;
};

}  // namespace efd::broker
