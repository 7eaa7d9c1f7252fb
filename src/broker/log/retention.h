// SPDX-License-Identifier: MIT
// Retention: what is dropped and what may not be, by time and size, by the bound of the whole log,
// by whoever wants records deleted; and whether the disk has room for more. For this module.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "broker/log/log_state.h"

namespace efd::broker {

// Thread-safe: the log's checkpoint lock is held while segments are dropped.
class CommitLog::State::Retention {
 public:
  explicit Retention(State& log) : log_(log) {}

  // Drops what may go, and looks at the disk.
  Result<> run();
  // The new starts are durable when it returns; the files go with the next run.
  Result<> trim(std::span<const Trim> trims);
  // Stops intake where there is no room, and lets it go on where there is room again.
  Result<> check_disk();
  // Of a topic that has ended. Under the log's checkpoint lock.
  void forget_files_in(const std::string& folder);

 private:
  struct Drop;
  std::vector<Drop> find_drops();
  uint64_t bytes_bound(uint64_t disk_bytes) const;
  void find_drops_for_bound(uint64_t bound, std::vector<Drop>& drops);
  std::vector<Drop> droppable_by_age() const;
  void drop_segments(const std::vector<Drop>& drops);
  Result<> remove_dropped_files();
  bool put_start(LogPartition& partition, Offset below);  // under the log's lock
  Result<> trim_what_was_held();
  Result<> check_wal_file();
  bool needs_room() const;
  std::string name_of_slowest() const;

  // To be removed once the log starts are durable; guarded by the checkpoint lock.
  std::vector<std::string> dropped_files_;

  State& log_;
};

}  // namespace efd::broker
