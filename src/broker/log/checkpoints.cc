// SPDX-License-Identifier: MIT
// A checkpoint: (1) the tails go to segment files, (2) those and the folders of new ones are
// synced, (3) the checkpoint file is committed, and its copy, (4) the WAL before it is dropped.
#include "broker/log/checkpoints.h"

#include <algorithm>
#include <set>

#include "broker/log/checkpoint_copies.h"
#include "broker/log/parallel_sync.h"
#include "broker/log/producer_ids.h"
#include "broker/log/wal_writer.h"

namespace efd::broker {

// What is to be written, as it was at one point of the WAL.
struct CommitLog::State::Checkpoints::CheckpointCut {
  struct TailWrite {
    PartitionHandle partition;
    PartitionImage* image;
    std::vector<TailEntry> entries;
  };
  uint64_t sequence = 0;
  uint64_t bytes = 0;
  CheckpointImage image;
  std::vector<std::vector<PartitionHandle>> partitions;  // by topic of the image
  std::vector<TailWrite> writes;
};

Result<> CommitLog::State::Checkpoints::make() {
  std::lock_guard lock(log_.checkpoint_mutex);
  int64_t began = log_.clock.monotonic_ns();
  log_.checkpoint_wanted = false;
  Result<bool> done = make_locked();
  if (!done) {
    ++log_.stats.checkpoint_failures;
    return log_.note_failure(done.error());
  }
  if (!*done) return {};
  ++log_.stats.checkpoints;
  log_.stats.checkpoint_ns += static_cast<uint64_t>(log_.clock.monotonic_ns() - began);
  log_.call_room_waiters();
  return {};
}

// Given up when the log closes: a thousand files on a busy disk take longer than somebody who stops
// the program waits, and the WAL still has everything.
Result<bool> CommitLog::State::Checkpoints::make_locked() {
  if (auto stopped = log_.intake_error()) {
    if (stopped->code != ErrorCode::overload) return fail(*stopped);
    EFD_TRY(log_.wal->commit());  // a disk that does not take even this takes no checkpoint
  }
  CheckpointCut cut;
  for (bool is_cut = false; !is_cut;) {
    EFD_ASSIGN(auto file, log_.wal->new_wal_file());
    is_cut = cut_for_checkpoint(file, cut);
  }
  EFD_ASSIGN(bool is_whole, write_tails(cut));
  if (!is_whole) return false;
  const std::string bytes = encode_checkpoint(cut.image), path = checkpoint_path(log_.options.path);
  EFD_TRY(system::write_new_file(log_.files, path + ".new", bytes));
  EFD_TRY(log_.files.rename(path + ".new", path));
  // From here on either checkpoint may be the one that is found after a power cut. What both know
  // stays as it is: the segment files of the new one, which are durable, and the WAL of the old.
  take_over_segments(cut);
  EFD_TRY(log_.files.sync_directory(log_.options.path));
  // The older copy needs the older WAL, should this one be spoilt.
  EFD_TRY(system::replace_file(log_.files, checkpoint_copy_path(log_.options.path), bytes));
  finish_checkpoint(cut);
  EFD_TRY(remove_wal_files_below(cut.image.wal_number));
  return true;
}

// False: a commit has gone on in a later file meanwhile.
bool CommitLog::State::Checkpoints::cut_for_checkpoint(const std::shared_ptr<WalFile>& file,
                                                       CheckpointCut& cut) {
  int64_t expired_ms = log_.now_ms() - log_.options.producer_expiration_ms;
  std::lock_guard lock(log_.mutex);
  if (file->number < log_.chunks.file_number()) return false;
  log_.chunks.switch_file(file, kWalFileHeaderBytes);
  cut.sequence = log_.last_sequence;
  cut.bytes = log_.bytes_appended;
  cut.image = {log_.log_id, file->number, log_.last_sequence + 1, log_.producer_ids->end(), {}};
  cut.image.topics.reserve(log_.topics.all().size());
  for (const auto& [name, topic] : log_.topics.all()) {
    TopicImage& image = cut.image.topics.emplace_back();
    image.description = topic->description();
    image.partitions.resize(topic->partitions.size());
    for (size_t i = 0; i < topic->partitions.size(); ++i) {
      LogPartition& partition = *topic->partitions[i];
      image.partitions[i].log_start = partition.log_start;
      image.partitions[i].end = partition.log_end;
      if (partition.producers) {
        partition.producers->expire(expired_ms);
        for (const auto& [id, state] : partition.producers->producers())
          image.partitions[i].producers.emplace_back(id, state);
      }
      auto first = partition.tail.find(partition.checked_end);
      if (first != partition.tail.end())
        cut.writes.push_back(
            {topic->partitions[i], &image.partitions[i], {first, partition.tail.end()}});
    }
    cut.partitions.push_back(topic->partitions);
  }
  return true;
}

Result<bool> CommitLog::State::Checkpoints::write_tails(CheckpointCut& cut) {
  for (size_t i = 0; i < cut.partitions.size(); ++i)
    for (size_t j = 0; j < cut.partitions[i].size(); ++j)
      cut.image.topics[i].partitions[j].segments = cut.partitions[i][j]->segments;
  int64_t now = log_.now_ms();
  UnsyncedPaths unsynced;
  bool has_new_folders = false;
  for (CheckpointCut::TailWrite& tail : cut.writes) {
    if (log_.is_closed) return false;
    const LogPartition& partition = *tail.partition;
    SegmentWrite write{log_.folder(partition), partition.segments, partition.must_roll};
    has_new_folders |= write.segments.empty();
    EFD_TRY(
        write_segments(log_.files, tail.entries, partition.topic->settings, now, write, unsynced));
    tail.image->segments = std::move(write.segments);
  }
  EFD_TRY(sync_tails(cut, unsynced));
  if (log_.is_closed) return false;
  if (has_new_folders) EFD_TRY(log_.files.sync_directory(log_.options.path));
  return true;
}

// A segment file whose sync failed is given up as far as no checkpoint knows it: a new one begins
// where that knowledge ends. New files and folders are made anew by the next checkpoint.
Result<> CommitLog::State::Checkpoints::sync_tails(const CheckpointCut& cut,
                                                   const UnsyncedPaths& unsynced) {
  const SyncOptions how{log_.options.sync_threads, log_.is_closed};
  std::set<std::string> failed;
  Result<> synced = sync_files(log_.files, unsynced.files, how, failed);
  for (const CheckpointCut::TailWrite& tail : cut.writes) {
    if (failed.empty() || tail.partition->segments.empty()) continue;
    const Segment& last = tail.partition->segments.back();
    std::string path = log_.folder(*tail.partition) + "/" + segment_file_name(last.base_offset);
    if (failed.contains(path)) tail.partition->must_roll = true;
  }
  if (!synced) return synced;
  return sync_folders(log_.files, unsynced.folders, how);
}

void CommitLog::State::Checkpoints::take_over_segments(const CheckpointCut& cut) {
  uint64_t written = 0;
  std::lock_guard lock(log_.mutex);
  for (const CheckpointCut::TailWrite& tail : cut.writes) {
    tail.partition->segments = tail.image->segments;
    tail.partition->checked_end = tail.image->end;
    tail.partition->must_roll = false;
    for (const TailEntry& entry : tail.entries) written += entry.size;
  }
  log_.stats.segment_bytes += written;
}

void CommitLog::State::Checkpoints::finish_checkpoint(const CheckpointCut& cut) {
  std::lock_guard lock(log_.mutex);
  log_.bytes_checked = cut.bytes;
  log_.stats.unchecked_bytes.store(log_.bytes_appended - log_.bytes_checked,
                                   std::memory_order_relaxed);
  log_.chunks.evict(cut.sequence, log_.options.recent_bytes_max);
}

// Emptied first: what is in memory, and a commit that waits for room on the disk, hold files open,
// and an open file keeps its bytes when its name is gone.
Result<> CommitLog::State::Checkpoints::remove_wal_files_below(uint64_t number) {
  for (; first_wal_number_ < number; ++first_wal_number_) {
    std::string path = log_.wal_path(first_wal_number_);
    auto file = log_.files.open(path, system::Open::write);
    if (file) EFD_TRY((*file)->truncate(0));
    if (!file && file.error().code != ErrorCode::not_found) return fail(file.error());
    EFD_TRY(system::remove_if_there(log_.files, path));
  }
  return {};
}

}  // namespace efd::broker
