// SPDX-License-Identifier: MIT
// The embedded commit log: topics and partitions of Kafka v2 record batches, kept byte for byte in
// segment files, made durable by one shared write-ahead log with group commit. The Kafka server
// (module kafka) works on this class; everybody else on the Broker over it (embedded_broker.h).
//
// Files and recovery: docs/formats/commit-log.md. Promises: ARCHITECTURE.md, "Promises".
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::broker {

// When acks=all is answered and up to where consumers read (topic setting "efd.durability").
enum class Durability : uint8_t {
  sync = 0,      // after the fdatasync of the group commit (default)
  group_ms = 1,  // when appended; synced every commit_interval_ms
  os = 2,        // when appended; as group_ms here, the shared log is synced all the same
};

struct CommitLogOptions {
  std::string path;                         // the folder; made when absent
  int64_t commit_interval_ms = 5;           // group commit when nobody waits
  int64_t commit_gather_us = 500;           // how long acks=all gathers company (<= 1 ms)
  uint64_t wal_bytes_max = 256ull << 20;    // unchecked WAL and tails; appends wait at the bound
  uint64_t checkpoint_bytes = 64ull << 20;  // a checkpoint starts at so many
  int64_t checkpoint_interval_ms = 30'000;
  int32_t sync_threads = 8;                    // of a checkpoint: for its segment files
  uint64_t recent_bytes_max = 32ull << 20;     // kept in memory behind a checkpoint, for readers
  uint64_t segment_bytes = 64ull << 20;        // default of "segment.bytes"
  int64_t retention_ms = 86'400'000;           // default of "retention.ms"
  int64_t retention_check_interval_ms = 5000;  // how often old segments are looked for
  double disk_share_max = 0.2;                 // bound of the whole log, of the disk it lies on
  uint64_t log_bytes_max = 0;                  // the bound as a number; 0: by disk_share_max
  uint64_t disk_reserve_bytes = 512ull << 20;  // below so much free space intake stops
  int32_t message_bytes_max = (1 << 20) + 12;  // default of "max.message.bytes", as Kafka's
  int32_t partitions_max = 100'000;            // of all topics together
  int64_t producer_expiration_ms = 86'400'000;
  // False (with sync_threads 1: no thread at all): nothing runs by itself; commit_now,
  // checkpoint_now and retain_now are called instead (simulations).
  bool start_threads = true;
};

// What can be wrong with one append, as finely as the Kafka protocol tells it apart.
enum class AppendError {
  none,
  unknown_topic_or_partition,
  message_too_large,
  corrupt_message,          // length or CRC
  invalid_record,           // magic, counts, control batch, null key on a compacted topic
  unsupported_compression,  // unknown codec
  invalid_timestamp,
  invalid_producer_epoch,
  out_of_order_sequence,
  storage,   // the disk failed or is full: intake has stopped
  overload,  // wal_bytes_max was reached: wait for room (when_room) and append again
};

// `sequence` numbers every append of the log, in order; see durable_sequence().
struct Appended {
  AppendError error = AppendError::none;
  std::string message;  // for people, when error != none
  Offset base_offset{-1};
  Offset log_start_offset{-1};
  int64_t log_append_time_ms = -1;  // -1: the topic keeps the producer's time
  uint64_t sequence = 0;            // of this batch, or of the batch that it repeats
  bool duplicate = false;           // of an idempotent producer: the log had it already
};

// A handle to one partition; valid for the life of the log, dead (unknown_topic) after deletion.
class LogPartition;
using PartitionHandle = std::shared_ptr<LogPartition>;

struct PartitionState {
  Offset log_start;
  Offset high_watermark;  // consumers read below it (durable end under `sync`)
  Offset log_end;         // of the next record
};

// Whole batches, first the one that contains the asked offset.
struct FetchedBatches {
  // Views and what keeps them alive: batches still in memory are not copied.
  std::vector<std::string_view> batches;
  std::vector<std::shared_ptr<const void>> owners;
  size_t bytes = 0;
  PartitionState state;
  // True: what was asked for lies in segment files; call read_cold from a thread that may block.
  bool is_cold = false;
  // Then there are no batches: the asked offset is one of these.
  std::optional<RottenRecords> rotten;
};

struct OffsetAndTime {
  Offset offset{-1};
  int64_t timestamp_ms = -1;
};

struct ConfigEntry {
  std::string name;
  std::string value;
  bool is_default = true;
};

// Counters since the log was opened, and gauges; read at any time by any thread.
struct CommitLogStats {
  std::atomic<uint64_t> appended_batches{0};
  std::atomic<uint64_t> appended_bytes{0};
  std::atomic<uint64_t> duplicate_batches{0};
  std::atomic<uint64_t> refused_batches{0};
  std::atomic<uint64_t> commits{0};
  std::atomic<uint64_t> commit_ns{0};  // time spent in fdatasync of the WAL
  std::atomic<uint64_t> checkpoints{0};
  std::atomic<uint64_t> checkpoint_ns{0};
  std::atomic<uint64_t> checkpoint_failures{0};
  std::atomic<uint64_t> cold_reads{0};
  std::atomic<uint64_t> dropped_segments{0};  // by retention
  std::atomic<uint64_t> recovered_batches{0};
  std::atomic<uint64_t> torn_bytes{0};       // cut off the WAL by recovery
  std::atomic<uint64_t> unchecked_bytes{0};  // gauge: in the WAL and not yet in a checkpoint
  std::atomic<uint64_t> segment_bytes{0};    // gauge: of all segment files
};

// What a repair of the log has found.
struct LogDamage {
  TopicName topic;  // empty: not known, or none
  Partition partition;
  Offset from;
  Offset next;
  uint64_t bytes = 0;
  bool is_mendable = false;  // nothing is lost: what no CRC covers is spoilt, and can be told
  std::string message;       // file, byte, what is wrong
};
enum class Repair { look, drop };

// Thread-safe. Appends and reads in memory never touch the disk; write_out does one write(2);
// what creates or deletes topics, commits, or says so, blocks on the disk.
class CommitLog {
 public:
  // Recovers: truncates a torn tail; refuses (give_up) rot in the middle, naming file and position.
  // `overload`: the disk is full, and how much room is needed.
  static Result<std::unique_ptr<CommitLog>> open(system::FileSystem& files, system::Clock& clock,
                                                 CommitLogOptions options);
  // Reads write-ahead log and segments of a log that nobody has open: everything that cannot be
  // read, by topic and offset (of a damaged write-ahead log only that, until it is dropped).
  // `drop`: mends what can be mended and drops the rest; readers go on behind it then. A file of
  // which nothing can be read is set aside (N.log.aside). A crash in between costs nothing: repair
  // again.
  static Result<std::vector<LogDamage>> repair(system::FileSystem& files, system::Clock& clock,
                                               CommitLogOptions options, Repair what);
  // Without close: as if the process had been killed.
  ~CommitLog();

  // Starts retention and checkpoints: call when every hold has been set.
  void start_housekeeping();
  // Commits and closes; nothing can be appended afterwards. Call it once, when no other thread uses
  // the log. Makes no checkpoint, and gives up one that is being made: one fdatasync is all that it
  // waits for, however many topics there are.
  Result<> close();

  // --- topics
  // Durable when it returns. conflict, bad_input; overload: made, durable before intake goes on.
  Result<TopicDescription> create_topic(const NewTopic& topic);
  Result<> check_new_topic(const NewTopic& topic) const;  // validates only
  // `edit` changes the settings, or makes the partitions more. In force and durable when it
  // returns; readers and consumers are told of new partitions as of a new topic. not_found;
  // bad_input: no such settings, fewer partitions; or whatever `edit` fails with.
  using TopicEdit = std::function<Result<>(TopicDescription&)>;
  Result<TopicDescription> change_topic(const TopicName& name, const TopicEdit& edit);
  Result<> check_topic_change(const TopicDescription& before, TopicDescription after) const;
  Result<> delete_topic(const TopicName& name);
  std::vector<TopicDescription> topics() const;
  std::optional<TopicDescription> find_topic(const TopicName& name) const;
  std::optional<TopicDescription> find_topic(const TopicId& id) const;
  PartitionHandle partition(const TopicName& name, Partition partition) const;  // or null
  PartitionHandle partition(const TopicId& id, Partition partition) const;
  // Every setting of a topic with the value in force, and whether it is the default. Empty for a
  // topic that does not exist.
  using ConfigEntry = broker::ConfigEntry;
  std::vector<ConfigEntry> config(const TopicName& name) const;
  // A stable random id of this log ("cluster id").
  const std::string& cluster_id() const;

  // --- append
  // Validates the v2 batch (size, magic, CRC32C, counts, producer state), assigns offsets and
  // copies it to the tail and the WAL buffer. Not yet on its way to the disk: write_out does that.
  // `waits_for_sync`: somebody waits for it to be durable. An error: it is not in the log.
  Appended append(LogPartition& partition, std::string_view batch, bool waits_for_sync);
  // Writes everything appended so far with one write(2), and wakes who waits for it. After it an
  // acks=1 append survives the process. `overload`: the disk is full; what was appended stays in
  // memory and is written when there is room. Any other error: intake has stopped for good.
  Result<> write_out();
  // Everything appended with a sequence up to this one is durable.
  uint64_t durable_sequence() const;
  // Calls `done` (on the committing thread, or at once) when `sequence` is durable, or with the
  // error that stopped the log.
  void when_durable(uint64_t sequence, std::function<void(const Result<>&)> done);
  // The same for callers that can answer a full disk: calls `done` with `overload` while it is
  // full. What was appended becomes durable all the same, when there is room.
  void when_durable_or_full(uint64_t sequence, std::function<void(const Result<>&)> done);
  bool waits_for_sync(const LogPartition& partition) const;  // policy `sync`
  // True when an eighth of wal_bytes_max is left: the server stops reading its sockets.
  bool is_full() const;
  // Calls `done` once, on any thread, when is_full() is false (at once when it is so already).
  void when_room(std::function<void()> done);
  // Why intake has stopped, if it has.
  std::optional<Error> intake_error() const;
  // Damage that reads have come upon and that is still there: file, position, what to do.
  std::optional<Error> damage() const;

  // --- read
  PartitionState state(const LogPartition& partition) const;
  // From memory only; `is_cold` tells when that does not do. Up to the high watermark, or with
  // See::appended the log's end. bad_input when `from` lies outside of [log_start, log_end];
  // not_found when the topic has been deleted.
  Result<FetchedBatches> read(LogPartition& partition, Offset from, size_t bytes_max, See see);
  // May block on the disk. What cannot be read is told in `rotten`, and once in the program's log.
  Result<FetchedBatches> read_cold(LogPartition& partition, Offset from, size_t bytes_max, See see);
  // First record below the high watermark at or after `timestamp_ms`; the (first) record with the
  // greatest timestamp. Either may block.
  Result<std::optional<OffsetAndTime>> find_by_time(LogPartition& partition, int64_t timestamp_ms);
  Result<std::optional<OffsetAndTime>> find_max_time(LogPartition& partition);

  // Each log starts at `below` from now on, or where a hold's position is (and at `below` when that
  // lets go): durable when it returns. Segment files go, as a whole, with the next retention, also
  // of a compacted topic.
  struct Trim {
    LogPartition* partition;
    Offset below;
  };
  Result<> trim(std::span<const Trim> trims);
  // What the topic's cleanup.policy says: a user may have records deleted.
  bool may_delete_records(const LogPartition& partition) const;

  // --- wake-ups
  // A waiter is told, from any thread, when the end that it watches has moved, the topic was
  // deleted, or the log stopped. It must only note that and wake its own thread or loop: it must
  // not call the log.
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void on_new_data(LogPartition& partition) = 0;
  };
  // See::durable: told of the high watermark; See::appended: of the log's end, at write_out.
  void watch(LogPartition& partition, Waiter& waiter, See see = See::durable);
  void unwatch(LogPartition& partition, Waiter& waiter);  // no call runs or follows

  // Told of every topic made from now on, and of one that has got more partitions; the same rules
  // as for a Waiter.
  class TopicWaiter {
   public:
    virtual ~TopicWaiter() = default;
    virtual void on_new_topic(const TopicDescription& topic) = 0;
  };
  void watch_topics(TopicWaiter& waiter);
  void unwatch_topics(TopicWaiter& waiter);

  // --- holds (docs/positions.md, case f): no retention drops records at or above a hold's position
  // Holds all partitions of matching topics, also of those to come, from the log start on. The same
  // name again keeps the positions that it has.
  void hold(const std::string& name, std::function<bool(const TopicName&)> matches);
  void release(const std::string& name, LogPartition& partition, Offset below);
  void drop_hold(const std::string& name);

  // --- producers
  // A new producer id with epoch 0; the block of ids is durable before one is given out.
  Result<ProducerId> new_producer_id();

  // --- what the threads do, for those who start none, or cannot wait for them
  Result<> commit_now();      // everything appended before is durable when it returns
  Result<> checkpoint_now();  // tails to segment files, checkpoint file, WAL dropped
  Result<> retain_now();      // retention and the bounds of the disk
  bool has_threads() const;
  // By which it, and what is over it, tells the time and waits.
  system::Clock& clock() const;

  const CommitLogStats& stats() const;

 private:
  struct State;
  explicit CommitLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What a handle knows without the log.
const TopicName& topic_name(const LogPartition& partition);
const TopicId& topic_id(const LogPartition& partition);
Partition partition_number(const LogPartition& partition);

}  // namespace efd::broker
