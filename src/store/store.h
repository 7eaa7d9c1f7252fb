// SPDX-License-Identifier: MIT
// The columnar store: databases, retention policies, measurements; rows in, views out.
//
// Intake is exactly once: rows enter together with the log positions that they came from, a commit
// makes both durable in one step, and after a crash the lane goes on from the positions that it
// finds here. Files: docs/formats/store.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/stored_position.h"
#include "base/time.h"
#include "rows/rows.h"
#include "store/view.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::store {

struct StoreOptions {
  std::string path;  // the folder; made when absent
  int64_t flush_interval_ms = 30'000;
  uint64_t flush_bytes = 128ull << 20;
  // Rows in memory and not yet in a committed file; put answers `overload` at the bound.
  uint64_t memory_bytes_max = 512ull << 20;
  // Tag sets of all series, which stay in memory; at the bound put answers `overload` for rows with
  // tags. A million takes some hundred MiB.
  uint64_t series_bytes_max = 1ull << 30;
  bool start_threads = true;  // false: tests call flush() themselves
};

// Records of one partition whose rows a segment file may hold: [from, next).
struct CutPosition {
  ConnectorName connector;
  TopicName topic;
  TopicId id;
  Partition partition;
  Offset from;
  Offset next;
  bool operator==(const CutPosition&) const = default;
};

struct RetentionPolicy {
  std::string name;
  int64_t duration_ns = 0;  // 0: for ever
  int64_t shard_duration_ns = 0;
  bool is_default = false;
};

// What rows of one series at one time become: all of them stay, in the order of the log, or they
// are one row, which has of each field the value that was put last (as InfluxDB has it). A
// measurement has one rule from its first day on.
enum class EqualTimes : uint8_t { keep_all = 0, last_wins = 1 };  // on disk, never renumbered

// A measurement that rows can be put into. Who holds it may ask whether it was dropped; it is of no
// use without its store.
class Measurement;
using MeasurementHandle = std::shared_ptr<Measurement>;
// Rows cannot be put into it any more: ask the store for the one of that name anew. From any
// thread.
bool is_dropped(const Measurement& measurement);

struct PutRows {
  Measurement* measurement = nullptr;  // held by the caller
  const rows::Rows* rows = nullptr;
};
struct Owner;  // a connector, see owner.h
// A connector's place in one partition: a put names its positions without spelling them.
struct PositionSlot {
  Owner* owner = nullptr;
  uint32_t number = 0;
};

struct PutPosition {
  PositionSlot slot;
  TopicId id;  // of the topic as it is now: it may have been made anew
  Offset next;
  Fingerprint last;  // of the record before next
  // Of the first record; looked at where the store has no position in this topic yet.
  Offset first = Offset(0);
};

// Connectors whose rows and positions a commit leaves out, and why.
struct NotReady {
  ConnectorName connector;
  std::string why;
};
using LeftOut = std::vector<NotReady>;

// Thread-safe.
class Store {
 public:
  // Recovers the last commit; files that no commit names lie aside then (see settle_aside).
  // `give_up` for rot, naming file and place; `conflict` when another process holds the folder. A
  // full disk is no error: the store can be read, and commits when there is room.
  static Result<std::unique_ptr<Store>> open(system::FileSystem& files, system::Clock& clock,
                                             StoreOptions options);
  virtual ~Store() = default;
  // Flushes, commits and closes. `retry`: it is done, but a connector was left out, whose rows come
  // again from the log.
  virtual Result<> close() = 0;

  // --- databases and policies (durable when they return)
  // No error when it is there already. Makes the policy "autogen" (for ever, 7 d shards, default).
  virtual Result<> create_database(const std::string& name) = 0;
  virtual std::vector<std::string> databases() const = 0;  // in order of creation
  // `not_found` for an unknown database.
  virtual Result<std::vector<RetentionPolicy>> policies(const std::string& database) const = 0;
  // No error when it is there already, `conflict` with other settings; `not_found`: no such
  // database. The first one that is default stays it.
  virtual Result<> create_policy(const std::string& database, const RetentionPolicy& policy) = 0;

  // --- drops. Each is a cut: one commit holds what was put before it, with its positions, and the
  // drop; rows that are put later live. Open views keep answering. No error, and no wait, where
  // there is nothing of that name. `retry`: a connector that commits leave out has put rows of it,
  // which must be in one commit with the drop: nothing is done, try again when it is ready. When
  // one fails in another way, readers and puts see it all the same, and it is durable with the next
  // commit that succeeds.
  virtual Result<> drop_database(const std::string& name) = 0;
  virtual Result<> drop_policy(const std::string& database, const std::string& name) = 0;
  // Of all policies of the database.
  virtual Result<> drop_measurement(const std::string& database, const std::string& name) = 0;
  // A field with all its types, by its path in the source (rows/layout.h).
  virtual Result<> drop_field(const std::string& database, const std::string& measurement,
                              const std::string& path) = 0;

  // --- intake
  // Finds or makes a measurement (durable with the first commit that holds rows of it).
  // `conflict`: it is there with the other rule.
  virtual Result<MeasurementHandle> measurement(const std::string& database,
                                                const std::string& policy, const std::string& name,
                                                EqualTimes equal_times = EqualTimes::keep_all) = 0;
  // The same for the same arguments, as long as the store is open. Nothing is stored yet.
  virtual PositionSlot position_slot(const ConnectorName& connector,
                                     const TopicPartition& partition) = 0;
  // What a connector may hold in memory while commits leave it out (kOwnerBytesMax); beyond that
  // its puts answer `overload`, and only its own: what it holds takes no room from others.
  virtual void bound_left_out(const ConnectorName& connector, uint64_t bytes_max) = 0;
  // All rows and positions enter in one step: a statement begun afterwards sees all of them, a
  // commit covers all or none. The positions are of one connector, and so are the rows; rows
  // without a position are nobody's, and no commit leaves them out. Rows of one connector at one
  // time keep the order in which they were put; those of two stand one behind the other, and in
  // files in the order of commits. `overload`: memory is full (or there are too many
  // series, of a measurement or in all), nothing entered, try again. `not_found`: one of the
  // measurements was dropped, nothing entered, find or make it anew.
  virtual Result<> put(std::span<const PutRows> rows, std::span<const PutPosition> positions) = 0;
  // Called by a flush between its cut and its commit, with the positions that it would commit:
  // makes the log durable up to there. Connectors that it returns are left out of the commit, with
  // their rows, and are asked for again by the next flush. If it fails the whole commit waits for
  // that. Set before the first put.
  using BeforeCommit = std::function<Result<LeftOut>(std::span<const StoredPosition>)>;
  virtual void before_commit(BeforeCommit hook) = 0;
  // Cut, write, commit. After it every put before the call survives a power cut, but for those of
  // connectors that Figures::left_out names.
  virtual Result<> flush() = 0;
  // Every stored position as the last *commit* has it / as the last put left it.
  virtual std::vector<StoredPosition> committed_positions() const = 0;
  virtual std::vector<StoredPosition> positions() const = 0;
  // Sets a position without rows (a topic made anew, a log that lost its tail).
  virtual Result<> set_position(const StoredPosition& position) = 0;

  // --- files that the last commit does not name: left by a crash, or the manifest is damaged or
  // an older one. They lie aside as segments/NUMBER.seg.aside, and nothing takes their numbers.
  // Asks of each, in order of number, whether all that it holds comes again from the log: then it
  // is removed. Another one stays, and what it calls databases, measurements and columns is not
  // used for anything else, so that it can be adopted. Before the first put.
  using ComesAgain = std::function<Result<bool>(std::span<const CutPosition>)>;
  virtual Result<> settle_aside(const ComesAgain& comes_again) = 0;
  // Takes such a file back: a commit names it. Returns how many rows it has. `conflict`: it is
  // another store's, or a part of it is stored again, or what comes before it is missing; `give_up`
  // when it is damaged.
  virtual Result<uint64_t> adopt(const std::string& path) = 0;

  // --- files
  struct FileInfo {
    uint64_t number = 0;
    std::string path;
    std::string database;
    std::string policy;
    int64_t shard_start_ns = 0;
    uint8_t level = 0;  // 0: from a flush; of a merge one above those of its parts
    // Its place in the order of the log, among those of its policy and shard.
    uint64_t first_order = 0;
    uint64_t last_order = 0;
    uint64_t bytes = 0;
    uint64_t rows = 0;
  };
  virtual std::vector<FileInfo> files() const = 0;  // of the last commit, by number
  // One commit puts one file into the place of these. They are neighbours in the order of the log,
  // of one policy and shard (`conflict` if not, or if a drop took one of them meanwhile). The new
  // one names the numbers that it replaces, so that an older manifest that misses those takes it.
  // It lies in `folder`, below the store's.
  virtual Result<> merge(std::span<const uint64_t> numbers, const std::string& folder) = 0;

  // --- reading
  // Views of the named measurements of one policy at one moment; unknown names are left out. Empty
  // `policy`: the default one. `not_found`: "database not found: x", "retention policy not found:
  // x".
  virtual Result<std::vector<std::shared_ptr<const MeasurementView>>> views(
      const std::string& database, const std::string& policy,
      std::span<const std::string> names) = 0;
  // Names of all measurements of a database (all policies), sorted, without duplicates.
  virtual Result<std::vector<std::string>> measurement_names(const std::string& database) const = 0;

  // --- figures, for metrics and reports
  struct Figures {
    uint64_t rows_in_memory = 0;
    uint64_t bytes_in_memory = 0;  // of those rows
    uint64_t series_bytes = 0;     // of the tag sets, in memory
    uint64_t files = 0;
    uint64_t bytes_on_disk = 0;
    uint64_t values_on_disk = 0;  // not null
    uint64_t commits = 0;
    std::optional<Error> intake_error;  // why flushes fail, if they do
    LeftOut left_out;                   // of the last commit
    std::vector<std::string> aside;     // paths of files that no commit names, see settle_aside
    std::vector<std::string> damage;    // what reads came upon since the start, a file each
  };
  virtual Figures figures() const = 0;
};

}  // namespace efd::store
