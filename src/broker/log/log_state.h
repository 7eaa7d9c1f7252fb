// SPDX-License-Identifier: MIT
// The commit log behind its public face: what its parts share, and how a record comes into the log.
// Each part has one duty and a header of its own: Recovery, WalWriter, Checkpoints, Retention,
// TopicAdmin, ProducerIds, LogReads, SegmentRepair; Holds, DurableWaiters, DamageList,
// TopicWatchers know nothing of the log.
//
// Locks, in the order in which they may be taken: TopicAdmin's, checkpoint, ProducerIds', the three
// of WalWriter, the log's own (`mutex`). Only the last is taken by appends and reads, and nobody
// touches the disk while holding it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "broker/commit_log.h"
#include "broker/log/bell.h"
#include "broker/log/damage_list.h"
#include "broker/log/durable_waiters.h"
#include "broker/log/holds.h"
#include "broker/log/partition.h"
#include "broker/log/segment.h"
#include "broker/log/tail.h"
#include "broker/log/topic_table.h"
#include "broker/log/topic_watchers.h"
#include "broker/log/wal_format.h"

namespace efd::broker {

// Thread-safe as far as each member says.
struct CommitLog::State {
  class Recovery;
  class WalWriter;
  class Checkpoints;
  class Retention;
  class TopicAdmin;
  class ProducerIds;
  class LogReads;
  class SegmentRepair;

  State(system::FileSystem& files, system::Clock& clock, CommitLogOptions options);
  ~State();

  // --- append.cc
  Appended append(LogPartition& partition, std::string_view batch, bool waits);
  std::optional<AppendError> intake_closed(const LogPartition& partition) const;  // under mutex
  bool is_in_log(const LogPartition& partition, const BatchHeader& header,
                 AppendError closed) const;  // under mutex
  // Under mutex: a record behind all others. The place of its payload, already filled.
  struct Placed {
    Chunk* chunk;
    char* record;
  };
  Placed reserve_record(size_t payload_bytes);
  uint64_t put_record(WalRecord record);
  void put_due_mark();
  void append_batch(LogPartition& partition, const BatchHeader& header, std::string_view batch,
                    int64_t now_ms, Appended& appended);

  // --- intake.cc
  void when_durable(uint64_t sequence, DurableWaiter waiter);
  Result<> note_failure(const Error& error);  // of the disk: stops intake, for good or for now
  void set_disk_full(std::optional<Error> full);
  void stop_intake_for_good(const Error& error);
  std::optional<Error> intake_error() const;
  bool is_full() const;
  void call_room_waiters();
  Result<> close();

  // --- housekeeping.cc
  void start_committer();
  void start_housekeeping();
  void stop_threads();
  void run_committer();
  bool has_commit_work() const;
  void run_housekeeping();
  void keep_within_bounds(bool drops);

  int64_t now_ms() const { return clock.now().ms(); }
  std::string wal_path(uint64_t number) const {
    return options.path + "/wal/" + wal_file_name(number);
  }
  std::string folder(const LogPartition& partition) const {
    return partition_folder(options.path, partition.topic->name, partition.number);
  }

  system::FileSystem& files;
  system::Clock& clock;
  const CommitLogOptions options;
  CommitLogStats stats;
  std::unique_ptr<system::DirectoryLock> directory_lock;
  Uuid log_id;
  std::string cluster_id;
  DamageList damages;
  SegmentCache cache;
  TopicWatchers topic_watchers;

  std::mutex checkpoint_mutex;  // and segment files, and the lists of them, changed
  mutable std::mutex mutex;

  // Guarded by mutex.
  TopicTable topics;
  ChunkQueue chunks;
  Holds holds;
  DurableWaiters durable_waiters;
  uint64_t last_sequence = 0;
  uint64_t mark_due = 0;  // what the next `synced` record is to vouch for; 0: none is due
  std::vector<PartitionHandle> uncommitted;
  std::vector<PartitionHandle> untold;
  std::vector<std::function<void()>> room_waiters;
  std::optional<Error> failure;    // for good
  std::optional<Error> disk_full;  // for now
  // The file of the WAL could not be synced, or there is none: what is not durable is to be written
  // to a new one.
  bool needs_wal_file = false;
  // What the log was opened from, and may be gone after a power cut; empty: it is durable.
  std::string undurable_checkpoint;
  uint64_t bytes_appended = 0;  // to the WAL, since the start
  uint64_t bytes_checked = 0;   // of those, what a checkpoint covers

  std::atomic<uint64_t> durable_sequence{0};
  std::atomic<bool> sync_wanted{false};
  std::atomic<bool> checkpoint_wanted{false};
  std::atomic<bool> is_closed{false};

  const std::unique_ptr<WalWriter> wal;
  const std::unique_ptr<Checkpoints> checkpoints;
  const std::unique_ptr<Retention> retention;
  const std::unique_ptr<TopicAdmin> topic_admin;
  const std::unique_ptr<ProducerIds> producer_ids;
  const std::unique_ptr<LogReads> reads;

  Bell commit_bell{clock};
  Bell housekeeping_bell{clock};
  std::thread committer;
  std::thread housekeeper;
};

}  // namespace efd::broker
