// SPDX-License-Identifier: MIT
// The embedded commit log: topics and partitions of Kafka v2 record batches, kept byte for byte in
// segment files, made durable by one shared write-ahead log with group commit. The Kafka server
// (module kafka) works on this class; everybody else on the Broker over it (embedded_broker.h).
//
// Files and recovery: docs/formats/commit-log.md. Promises: ARCHITECTURE.md, "Promises".
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
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
  uint64_t segment_bytes = 64ull << 20;        // default of "segment.bytes"
  int64_t retention_ms = 86'400'000;           // default of "retention.ms"
  double disk_share_max = 0.2;                 // bound of the whole log, of the disk it lies on
  uint64_t disk_reserve_bytes = 512ull << 20;  // below so much free space intake stops
  int32_t message_bytes_max = 1 << 20;         // default of "max.message.bytes" (1 MiB + overhead)
  int64_t producer_expiration_ms = 86'400'000;
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
  overload,  // the bound of unchecked data was reached and waiting was not asked for
};

// `sequence` numbers every append of the log, in order; see durable_sequence().
struct Appended {
  AppendError error = AppendError::none;
  std::string message;  // for people, when error != none
  Offset base_offset{-1};
  Offset log_start_offset{-1};
  int64_t log_append_time_ms = -1;  // -1: the topic keeps the producer's time
  uint64_t sequence = 0;            // of this batch, or of the batch that it repeats
  bool duplicate = false;           // of an idempotent producer: nothing was appended
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
};

struct OffsetAndTime {
  Offset offset{-1};
  int64_t timestamp_ms = -1;
};

// Thread-safe. Appends and reads in memory never touch the disk; write_out does one write(2).
class CommitLog {
 public:
  // Recovers: truncates a torn tail; refuses (give_up) rot in the middle, naming file and position.
  static Result<std::unique_ptr<CommitLog>> open(system::FileSystem& files, system::Clock& clock,
                                                 CommitLogOptions options);
  virtual ~CommitLog() = default;

  // Starts retention and checkpoints: call when every hold has been set.
  virtual void start_housekeeping() = 0;
  // Commits, checkpoints and closes; nothing can be appended afterwards.
  virtual Result<> close() = 0;

  // --- topics
  virtual Result<TopicDescription> create_topic(const NewTopic& topic) = 0;  // conflict, bad_input
  virtual Result<> check_new_topic(const NewTopic& topic) const = 0;         // validate only
  virtual Result<> delete_topic(const TopicName& name) = 0;
  virtual std::vector<TopicDescription> topics() const = 0;
  virtual std::optional<TopicDescription> find_topic(const TopicName& name) const = 0;
  virtual std::optional<TopicDescription> find_topic(const TopicId& id) const = 0;
  virtual PartitionHandle partition(const TopicName& name,
                                    Partition partition) const = 0;  // or null
  virtual PartitionHandle partition(const TopicId& id, Partition partition) const = 0;
  // Every setting of a topic with the value in force, and whether it is the default.
  struct ConfigEntry {
    std::string name;
    std::string value;
    bool is_default = true;
  };
  virtual std::vector<ConfigEntry> config(const TopicName& name) const = 0;
  // A stable random id of this log ("cluster id").
  virtual const std::string& cluster_id() const = 0;

  // --- append
  // Validates the v2 batch (size, magic, CRC32C, counts, producer state), assigns offsets and
  // copies it to the tail and the WAL buffer. Not yet on its way to the disk: write_out does that.
  // `waits_for_sync`: somebody waits for this batch to be durable (acks=all under `sync`).
  virtual Appended append(LogPartition& partition, std::string_view batch, bool waits_for_sync) = 0;
  // Writes everything appended so far with one write(2). After it an acks=1 append survives the
  // process. Once it has failed, intake has stopped.
  virtual Result<> write_out() = 0;
  // Everything appended with a sequence up to this one is durable.
  virtual uint64_t durable_sequence() const = 0;
  // Calls `done` (on the committing thread, or at once) when `sequence` is durable, or with the
  // error that stopped the log.
  virtual void when_durable(uint64_t sequence, std::function<void(const Result<>&)> done) = 0;
  virtual bool waits_for_sync(const LogPartition& partition) const = 0;  // policy `sync`
  // True while appends would block at wal_bytes_max: the server stops reading its sockets.
  virtual bool is_full() const = 0;
  // Why intake has stopped, if it has.
  virtual std::optional<Error> intake_error() const = 0;

  // --- read
  virtual PartitionState state(const LogPartition& partition) const = 0;
  // From memory only; `is_cold` tells when that does not do. `end`: high_watermark or log_end.
  // Fails with bad_input when `from` lies outside of [log_start, log_end].
  virtual Result<FetchedBatches> read(LogPartition& partition, Offset from, size_t bytes_max,
                                      See see) = 0;
  // May block on the disk. give_up on rot.
  virtual Result<FetchedBatches> read_cold(LogPartition& partition, Offset from, size_t bytes_max,
                                           See see) = 0;
  // First record at or after `timestamp_ms`; the record with the greatest timestamp. May block.
  virtual Result<std::optional<OffsetAndTime>> find_by_time(LogPartition& partition,
                                                            int64_t timestamp_ms) = 0;
  virtual Result<std::optional<OffsetAndTime>> find_max_time(LogPartition& partition) = 0;

  // --- wake-ups
  // A waiter is told, from any thread and with no lock held, when a high watermark (or an end) of a
  // partition that it watches has moved, a watched topic was deleted, or the log stopped. It must
  // only note that and wake its own thread or loop.
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void on_new_data(LogPartition& partition) = 0;
  };
  virtual void watch(LogPartition& partition, Waiter& waiter) = 0;
  virtual void unwatch(LogPartition& partition, Waiter& waiter) = 0;  // no call runs or follows

  // --- producers
  // A new producer id with epoch 0; the block of ids is durable before one is given out.
  virtual Result<ProducerId> new_producer_id() = 0;
};

}  // namespace efd::broker
