// SPDX-License-Identifier: MIT
// The log as a service: topics of records, one Reader, Consumer and Producer for the embedded log
// and for a Kafka cluster alike. Pipeline, registry, mock and tools see only this seam; the Kafka
// server works on the embedded log itself (commit_log.h).
//
//   auto reader = broker.reader(options);
//   Batch batch;
//   while (running) {
//     EFD_TRY(reader->poll(100ms, batch));
//     for (const Slice& slice : batch.slices()) handle(*slice.source, slice.records);
//   }
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace efd::broker {

// ---------------------------------------------------------------------------------------- topics

// Topic settings by Kafka's names ("retention.ms", "cleanup.policy" ...), as text.
using TopicConfig = std::map<std::string, std::string>;

struct TopicDescription {
  TopicName name;
  TopicId id;  // zero from a broker without ids
  int32_t partitions = 1;
  TopicConfig config;  // what was set; the rest has the broker's defaults
};

struct NewTopic {
  TopicName name;
  int32_t partitions = 1;
  int16_t replication_factor = -1;  // -1: the default of the broker; an embedded log has one copy
  TopicConfig config;
};

// Which topics a reader takes, now and as they appear. RE2 syntax, matched in full.
struct TopicPattern {
  std::string regex;
};

// --------------------------------------------------------------------------------------- records

struct HeaderView {
  std::string_view key;
  std::optional<std::string_view> value;
};

// One record of a batch; everything that it looks at lives as long as the batch.
struct RecordView {
  Offset offset;
  int64_t timestamp_ms = -1;  // -1: none
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  // none: a tombstone
  std::span<const HeaderView> headers;
};

// A partition as one reader knows it. Lives, with its address and index, as long as the reader.
struct Source {
  uint32_t index = 0;  // dense from 0: per-source state of the caller lies in a vector
  TopicName topic;
  TopicId id;
  Partition partition;
};

struct Slice {
  const Source* source = nullptr;
  std::span<const RecordView> records;  // in offset order, at least one
  Offset next;                          // where the next poll goes on: behind control records too
};

// What one poll found: only partitions with something new. Reused from poll to poll; its slices are
// valid until the next poll into it or its destruction. Not thread-safe.
class Batch {
 public:
  struct Storage;  // the implementation's: what keeps the records alive
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  std::span<const Slice> slices() const;
  size_t record_count() const;
  Storage& storage() { return *storage_; }

 private:
  std::unique_ptr<Storage> storage_;
};

// ---------------------------------------------------------------------------------------- reader

// Which records are handed out. `appended` ones may still be lost by a power cut: only for who
// makes the log durable before its own commit, as a connector into the embedded store does, or
// whose commit is a later record of the same log.
enum class See { durable, appended };

// Where a partition's log begins and ends at the moment.
struct LogRange {
  Offset start;
  Offset end;  // of the next record to come: those before it are there, if not durable yet
};

// Records that can never be read again, since the disk has spoilt them: what lies before and behind
// them can.
struct RottenRecords {
  Offset from;
  Offset next;
  std::string what;         // where, and what to do
  bool is_dropped = false;  // by a repair of the log
};
// Called in the thread of poll, which passes over them. Empty: poll fails with `give_up` instead,
// but for what a repair has dropped.
using OnRotten = std::function<void(const Source&, const RottenRecords&)>;

struct ReaderOptions {
  TopicPattern pattern;
  See see = See::durable;
  // The name under which the embedded log keeps records until `release` (docs/positions.md, case
  // f). Empty: the reader holds nothing.
  std::string hold;
  // Asked once for each partition when it first appears, in the thread of poll: where to begin.
  std::function<Offset(const Source&, const LogRange&)> start;
  OnRotten on_rotten;
  size_t batch_bytes_max = 4u << 20;
};

// Used by one thread; the thread that waits in poll is woken by appends.
class Reader {
 public:
  virtual ~Reader() = default;
  // Waits up to `wait` for the first record; an empty batch is no error. `retry` errors pass.
  // See OnRotten for what cannot be read; topic, partition and offset are named.
  virtual Result<> poll(std::chrono::milliseconds wait, Batch& into) = 0;
  virtual Result<> seek(const Source& source, Offset next) = 0;
  // A paused partition is left out of polls; polling goes on.
  virtual void pause(const Source& source) = 0;
  virtual void resume(const Source& source) = 0;
  // Returns when a power cut can no longer take what lies below `positions` (a cluster: at once).
  virtual Result<> await_durable(std::span<const Position> positions, std::stop_token stop) = 0;
  // The log may drop what lies below. In a group: commits the offsets as of `as_of`, now without
  // (see CommittedOffset).
  virtual Result<> release(std::span<const Position> positions, std::optional<UtcTime> as_of) = 0;
  Result<> release(std::span<const Position> positions) { return release(positions, {}); }
  // All partitions that have appeared so far, and where each one's log ends now.
  virtual std::vector<const Source*> sources() const = 0;
  virtual Result<LogRange> range(const Source& source) = 0;
};

// -------------------------------------------------------------------------------------- consumer

// What a group has committed of a partition. The time lies in the offset's metadata, as "t=<ms>"
// (commit_note.h), so that members in this process and others read each other's. It is the
// commit's, or an earlier one that the member named: whatever it did before is within `next`.
struct CommittedOffset {
  Offset next;
  int64_t time_ms = -1;  // by the clock of the member that committed; -1: not known
};

// Why partitions go to another member. `revoked`: they are still this member's while the call-back
// runs, so that it can make durable and release what it took. `lost`: they have been another's for
// some time (a session that expired, a member that was replaced); release would fail.
enum class Leaves { revoked, lost };

// Call-backs run inside poll and the destructor, in the thread that calls those.
struct ConsumerOptions {
  std::string group;
  TopicPattern pattern;
  // A static member's name (Kafka's group.instance.id): one that comes back within the session
  // timeout has its partitions again at once. Empty: another member with each start.
  std::string instance;
  std::chrono::milliseconds session_timeout{45'000};
  // Asked for each partition whenever it is assigned: where to begin. An error is returned by poll,
  // and the partition is asked for again by the next one. Empty: what is committed, else the start.
  std::function<Result<Offset>(const Source&, const LogRange&,
                               const std::optional<CommittedOffset>&)>
      start;
  std::function<void(std::span<const Source* const>, Leaves)> on_leave;
  OnRotten on_rotten;
  size_t batch_bytes_max = 4u << 20;
};

// A member of a consumer group (Kafka's classic protocol; assignor `roundrobin`, or `range` among
// members that know no other): a Reader of the partitions that the group gives it, for as long as
// it does. `release` commits, with the time of the commit; `conflict` when the group has replaced
// this member; one of a cluster comes back when its name is free again. poll must be called at
// least every 5 minutes (Kafka's max.poll.interval.ms), or the group takes the partitions away.
class Consumer : public Reader {
 public:
  // The partitions that are this member's now.
  virtual std::vector<const Source*> assigned() const = 0;
};

// -------------------------------------------------------------------------------------- producer

enum class Acks : int8_t { none = 0, leader = 1, all = -1 };

struct Header {
  std::string key;
  std::optional<std::string> value;
};

// `key` and `value` are copied by send.
struct NewRecord {
  TopicName topic;
  std::optional<Partition> partition;   // none: by key, else any
  std::optional<int64_t> timestamp_ms;  // none: now
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::span<const Header> headers;
};

struct Delivery {
  TopicId id;
  Partition partition;
  Offset offset;
};
// Called once for each record, on a thread of the producer or inside flush.
using OnDelivery = std::function<void(const Result<Delivery>&)>;

struct ProducerOptions {
  Acks acks = Acks::all;
  std::chrono::milliseconds linger{5};
  bool idempotent = false;
  size_t queue_bytes_max = 64u << 20;
};

// Thread-safe.
class Producer {
 public:
  virtual ~Producer() = default;
  // `overload` when the queue is full: flush or wait, then send again.
  virtual Result<> send(const NewRecord& record, OnDelivery on_delivery = {}) = 0;
  // Returns when everything sent before is delivered or has failed; `retry` after `wait`.
  virtual Result<> flush(std::chrono::milliseconds wait) = 0;
  // Fails once it can send nothing any more, whatever is tried: another one must be made.
  virtual Result<> check() const { return {}; }
};

// ---------------------------------------------------------------------------------------- broker

// `latest`: behind what consumers get. `end`: behind all that is there, though it may not be
// durable yet; a cluster does not tell, there it is `latest`.
enum class At { earliest, latest, end };

// Thread-safe.
class Broker {
 public:
  virtual ~Broker() = default;
  virtual Result<std::unique_ptr<Reader>> reader(ReaderOptions options) = 0;
  virtual Result<std::unique_ptr<Consumer>> consumer(ConsumerOptions options) = 0;
  virtual Result<std::unique_ptr<Producer>> producer(ProducerOptions options) = 0;
  // By name; of a cluster's without what is set for them.
  virtual Result<std::vector<TopicDescription>> topics() = 0;
  virtual Result<TopicDescription> topic(const TopicName& name) = 0;         // `not_found`
  virtual Result<TopicDescription> create_topic(const NewTopic& topic) = 0;  // `conflict` if there
  // Many at once, which a cluster does in a few requests: what became of each, in their order.
  virtual std::vector<Result<>> create_topics(std::span<const NewTopic> topics) = 0;
  virtual std::vector<Result<>> delete_topics(std::span<const TopicName> names) = 0;
  // Those that are there already are no error: how many were made.
  Result<size_t> create_missing_topics(std::span<const NewTopic> topics) {
    size_t made = 0;
    for (const Result<>& created : create_topics(topics)) {
      if (!created && created.error().code != ErrorCode::conflict) return fail(created.error());
      made += created.has_value();
    }
    return made;
  }
  Result<> delete_topic(const TopicName& name) { return delete_topics({&name, 1})[0]; }
  virtual Result<Offset> offset(const TopicPartition& partition, At at) = 0;
  // The first record with a timestamp at or after `timestamp_ms`; none: not there.
  virtual Result<std::optional<Offset>> offset_at(const TopicPartition& partition,
                                                  int64_t timestamp_ms) = 0;
};

}  // namespace efd::broker
