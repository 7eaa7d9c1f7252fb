// SPDX-License-Identifier: MIT
// The commit log behind its public face. Its functions are spread by what they do: append.cc,
// commit.cc, checkpoint.cc, recovery.cc, wal_replay.cc, retention.cc, read.cc, topics.cc,
// housekeeping.cc.
//
// Locks, in the order in which they may be taken: admin, checkpoint, commit, wal_file, write,
// mutex. Only the last is taken by appends and reads, and nobody touches the disk while holding it.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "broker/commit_log.h"
#include "broker/log/checkpoint_copies.h"
#include "broker/log/partition.h"
#include "broker/log/segment.h"
#include "broker/log/tail.h"
#include "broker/log/topic_table.h"
#include "broker/log/wal_format.h"

namespace efd::broker {

class WalReader;
using OnDurable = std::function<void(const Result<>&)>;

// What a thread of the log waits for. Thread-safe.
class Bell {
 public:
  explicit Bell(system::Clock& clock) : clock_(clock) {}
  void ring();
  // Rings only when its thread has said that it is idle: so that a busy one costs no system call.
  // The thread says so before it looks for work under the lock under which work is made.
  void ring_if_idle();
  void set_idle(bool is_idle) { idle_ = is_idle; }
  void stop();
  // Until rung, or for so long; `wait_ms` < 0: for ever. False when stopped.
  bool wait(int64_t wait_ms);

 private:
  system::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any condition_;
  bool rung_ = false;
  bool stopped_ = false;
  std::atomic<bool> idle_{false};
};

struct DurableWaiter {
  OnDurable done;
  bool waits_for_room = true;  // false: it is told when the disk is full
};

struct Hold {
  std::string name;  // empty: dropped
  std::function<bool(const TopicName&)> matches;
};

struct CommitLog::State {
  State(system::FileSystem& files, system::Clock& clock, CommitLogOptions options);
  ~State();

  // --- recovery.cc
  Result<> open();
  Result<> create_files();
  Result<> mend_checkpoint(StoredCheckpoint& checkpoint);
  Result<> restore(const CheckpointImage& image);
  Result<> restore_topic(const TopicImage& image);

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

  // --- recovery.cc
  Result<> apply(const WalRecord& record);
  Result<> apply_change(const WalRecord& record);
  Result<> apply_batch(const WalRecord& record, Chunk& chunk, std::string_view kept);
  std::string_view place_recovered(const WalRecord& record, Chunk*& chunk);
  Result<std::vector<std::string>> check_folders();
  Result<> check_folder(const LogPartition& partition, std::vector<std::string>& leftovers);
  Result<> check_segments(LogPartition& partition);

  // --- topics.cc
  Result<TopicDescription> create_topic(const NewTopic& topic);
  Result<TopicSettings> check_new_topic(const NewTopic& topic) const;  // under mutex
  Result<> delete_topic(const TopicName& name);
  Result<> finish_deletions();     // under admin
  Result<> remove_ended_topics();  // under admin
  Result<> remove_folders(const Topic& topic);
  TopicPointer insert_topic(const TopicDescription& description, const TopicSettings& settings);
  Result<TopicDescription> change_topic(const TopicName& name, const TopicEdit& edit);
  Result<TopicSettings> check_change(const TopicDescription& before,
                                     const TopicDescription& after) const;  // under mutex
  void change(Topic& topic, const TopicDescription& to, const TopicSettings& settings);
  void drop(const TopicPointer& topic);  // under admin and mutex
  void tell_of_topic(const TopicDescription& topic);
  void tell_of_end(const Topic& topic);
  Result<ProducerId> new_producer_id();

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

  // --- commit.cc
  Result<> write_out();
  Result<> commit();
  Result<> close();
  Result<> write_runs();  // under write
  struct CommitCut;
  Result<> write_cut(CommitCut& cut);
  Result<> sync_cut(const CommitCut& cut);
  Result<> put_undurable_checkpoint();  // under commit
  void put_back(CommitCut& cut);
  Result<> commit_cut(CommitCut& cut);  // under commit
  Result<bool> must_write_again() const;
  Result<std::shared_ptr<WalFile>> write_again();     // under commit and wal_file
  Result<std::shared_ptr<WalFile>> begin_wal_file();  // under wal_file
  Result<> name_wal_file(WalFile& file);              // under wal_file
  void finish_commit(const CommitCut& cut);
  void when_durable(uint64_t sequence, DurableWaiter waiter);
  void stop_intake_for_good(const Error& error);
  std::optional<Error> intake_error() const;
  Result<> note_failure(const Error& error);  // of the disk: stops intake, for good or for now
  void set_disk_full(std::optional<Error> full);
  std::vector<OnDurable> take_waiters_but_for_room();  // under mutex
  void note_damage(const std::string& path, const Rot& rot);
  void forget_damage(const std::string& path);
  std::optional<Error> damage() const;

  // --- checkpoint.cc
  Result<> checkpoint();
  struct CheckpointCut;
  Result<bool> checkpoint_locked();  // false: given up, the log closes
  Result<std::shared_ptr<WalFile>> new_wal_file();
  bool cut_for_checkpoint(const std::shared_ptr<WalFile>& file, CheckpointCut& cut);
  Result<bool> write_tails(CheckpointCut& cut);
  Result<> sync_tails(const CheckpointCut& cut, const UnsyncedPaths& unsynced);
  void take_over_segments(const CheckpointCut& cut);
  void finish_checkpoint(const CheckpointCut& cut);
  Result<> remove_wal_files_below(uint64_t number);
  void call_room_waiters();
  bool is_full() const;

  // --- retention.cc
  Result<> retain();
  struct Drop;
  std::vector<Drop> find_drops();
  uint64_t bytes_bound(uint64_t disk_bytes) const;
  void find_drops_for_bound(uint64_t bound, std::vector<Drop>& drops);
  std::vector<Drop> droppable_by_age() const;
  void drop_segments(const std::vector<Drop>& drops);
  Result<> remove_dropped_files();
  Result<> trim(std::span<const Trim> trims);
  bool put_start(LogPartition& partition, Offset below);  // under mutex
  Result<> trim_what_was_held();
  Result<> check_disk();
  Result<> check_wal_file();
  bool needs_room() const;
  void hold(const std::string& name, std::function<bool(const TopicName&)> matches);
  void add_holds(LogPartition& partition);  // under mutex
  void release(const std::string& name, LogPartition& partition, Offset below);
  void drop_hold(const std::string& name);

  // --- read.cc
  Result<FetchedBatches> read(LogPartition& partition, Offset from, size_t bytes_max, See see);
  Result<FetchedBatches> read_cold(LogPartition& partition, Offset from, size_t bytes_max, See see);
  Result<FetchedBatches> read_segment(LogPartition& partition, const Segment& segment, Offset from,
                                      size_t bytes_max, See see);
  struct TimedParts;
  Result<TimedParts> parts_from_time(const LogPartition& partition, int64_t timestamp_ms) const;
  Result<TimedParts> parts_at_start(const LogPartition& partition) const;
  Result<std::shared_ptr<SegmentReader>> open_segment(const LogPartition& partition,
                                                      const Segment& segment);
  Rot missing_segment(const LogPartition& partition, const Segment& segment) const;
  Result<std::optional<OffsetAndTime>> find_by_time(LogPartition& partition, int64_t timestamp_ms);
  Result<std::optional<OffsetAndTime>> find_max_time(LogPartition& partition);

  // --- repair.cc
  Result<std::vector<LogDamage>> repair(Repair what);
  struct DamagedSegment;
  Result<std::vector<DamagedSegment>> find_damaged_segments();
  Result<std::vector<Rot>> rots_of(const LogPartition& partition, const Segment& segment);
  Result<> mend(DamagedSegment& damaged);
  Result<> keep_what_is_good(DamagedSegment& damaged);
  void replace(const DamagedSegment& damaged);
  Result<> put_away(const DamagedSegment& damaged);

  // --- housekeeping.cc
  void run_committer();
  bool has_commit_work() const;
  void run_housekeeping();
  void keep_within_bounds(bool drops);
  void start_committer();
  void start_housekeeping();
  void stop_threads();
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
  SegmentCache cache;

  std::mutex admin_mutex;       // topics are made and deleted one at a time
  std::mutex checkpoint_mutex;  // and segment files, and the lists of them, changed
  std::mutex commit_mutex;
  std::mutex write_mutex;
  mutable std::mutex mutex;

  // Guarded by mutex.
  TopicTable topics;
  ChunkQueue chunks;
  uint64_t last_sequence = 0;
  uint64_t mark_due = 0;  // what the next `synced` record is to vouch for; 0: none is due
  std::vector<PartitionHandle> uncommitted;
  std::vector<PartitionHandle> untold;
  std::multimap<uint64_t, DurableWaiter> durable_waiters;
  std::vector<std::function<void()>> room_waiters;
  std::vector<Hold> holds;         // a holder's number is its index
  std::optional<Error> failure;    // for good
  std::optional<Error> disk_full;  // for now
  // The file of the WAL could not be synced, or there is none: what is not durable is to be written
  // to a new one.
  bool needs_wal_file = false;
  // What the log was opened from, and may be gone after a power cut; empty: it is durable.
  std::string undurable_checkpoint;
  // What could not be read of segment files, by path and position; no more than there are files.
  std::map<std::string, std::map<uint64_t, std::string>> damages;
  uint64_t bytes_appended = 0;  // to the WAL, since the start
  uint64_t bytes_checked = 0;   // of those, what a checkpoint covers

  // Guarded by write_mutex.
  std::vector<UnwrittenRun> unwritten;
  std::vector<std::shared_ptr<WalFile>> unsynced_files;  // in order

  std::mutex wal_file_mutex;  // files of the WAL are made one at a time
  uint64_t wal_number = 0;    // guarded by it: of the last one that was made

  // Guarded by checkpoint_mutex.
  uint64_t first_wal_number = 1;
  std::vector<std::string> dropped_files;  // to be removed once the log starts are durable

  std::vector<TopicPointer> ended_topics;  // guarded by admin_mutex: their files are still to go

  std::mutex topic_waiters_mutex;
  std::vector<TopicWaiter*> topic_waiters;

  std::mutex producer_ids_mutex;
  int64_t next_producer_id = 0;
  std::atomic<int64_t> producer_ids_end{0};  // ids below it are durably set aside

  std::atomic<uint64_t> durable_sequence{0};
  std::atomic<bool> sync_wanted{false};
  std::atomic<bool> checkpoint_wanted{false};
  std::atomic<bool> is_closed{false};

  Bell commit_bell{clock};
  Bell housekeeping_bell{clock};
  std::thread committer;
  std::thread housekeeper;
};

}  // namespace efd::broker
