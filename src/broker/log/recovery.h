// SPDX-License-Identifier: MIT
// Recovery: what happens once, when a log is opened (docs/formats/commit-log.md). For this module.
#pragma once

#include <string>
#include <vector>

#include "broker/log/checkpoint_copies.h"
#include "broker/log/log_state.h"

namespace efd::broker {

class WalReader;

// Used by the one thread that opens the log, before it has others.
class CommitLog::State::Recovery {
 public:
  explicit Recovery(State& log) : log_(log) {}

  // Fills the log with what checkpoint, segments and WAL have.
  Result<> run();

 private:
  // --- recovery.cc
  Result<> create_files();
  Result<> mend_checkpoint(StoredCheckpoint& checkpoint);
  Result<> restore(const CheckpointImage& image);
  Result<> restore_topic(const TopicImage& image);
  Result<> apply(const WalRecord& record);
  Result<> apply_change(const WalRecord& record);
  Result<> apply_batch(const WalRecord& record, Chunk& chunk, std::string_view kept);
  std::string_view place_recovered(const WalRecord& record, Chunk*& chunk);
  Result<std::vector<std::string>> check_folders();
  Result<> check_folder(const LogPartition& partition, std::vector<std::string>& leftovers);
  Result<> check_segments(LogPartition& partition);

  // --- wal_replay.cc
  Result<std::vector<uint64_t>> list_wal_files();
  Result<std::vector<uint64_t>> wal_files_to_replay();
  Result<bool> is_unused_wal_file(uint64_t number);
  Result<> drop_older_wal_files(const StoredCheckpoint& checkpoint);
  tl::unexpected<Error> missing(uint64_t wal_number) const;
  Result<> replay(const std::vector<uint64_t>& numbers);
  Result<> replay_file(WalReader& reader, uint64_t first, uint64_t below);
  Result<> refuse_rot(std::vector<WalReader>& readers, size_t last);
  Result<> go_on_behind(uint64_t last_number);
  void note_undurable();

  State& log_;
};

}  // namespace efd::broker
