// SPDX-License-Identifier: MIT
// What the manifest says at the moment: the ground on which the next commit states its changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/manifest_edit.h"
#include "store/namespace.h"
#include "store/positions.h"

namespace efd::store {

// Not thread-safe: the store's commit mutex guards it.
class CommittedState {
 public:
  struct CommittedMeasurement {
    uint32_t policy = 0;
    std::string name;
    EqualTimes equal_times = EqualTimes::keep_all;
    std::shared_ptr<const Catalog> catalog;
    // Shared with the measurement, whose rows make it grow; null: it has no series but 0.
    std::shared_ptr<SeriesDictionary> series;
    uint32_t series_count = 1;  // that the manifest has
  };

  explicit CommittedState(std::shared_ptr<SegmentCache> cache) : cache_(std::move(cache)) {}

  uint64_t commit() const { return commit_; }
  const Uuid& store() const { return store_; }
  void start_new_store() { store_ = Uuid::random(); }
  uint64_t take_file_number() { return next_.file++; }
  uint64_t take_order() { return next_.order++; }
  uint32_t take_database_id() { return next_.database++; }
  uint32_t take_policy_id() { return next_.policy++; }
  // Passes over ids that others have: files without a commit, measurements that are in no commit
  // yet.
  void pass(const NextIds& others) { next_.pass(others); }
  const NextIds& next_ids() const { return next_; }

  const std::map<uint64_t, std::shared_ptr<const SegmentFile>>& files() const { return files_; }
  const std::map<uint32_t, CommittedMeasurement>& measurements() const { return measurements_; }
  const std::map<uint32_t, PolicyRecord>& policies() const { return policies_; }
  // The measurement, its policy and its database are there.
  bool has_measurement(uint32_t id) const { return measurements_.contains(id); }
  bool has_policy(uint32_t id) const { return policies_.contains(id); }
  bool has_database(uint32_t id) const { return databases_.contains(id); }
  bool has_column(uint32_t measurement, uint32_t column) const;
  // A database or policy that an edit makes has the name of one that is there.
  bool has_name_of(const ManifestEdit& edit) const;
  // The files of one policy, or those of one shard of it, in the order of the log.
  SegmentFiles files_of(uint32_t policy) const;
  // Files that no measurement has rows in, if those were dropped.
  std::vector<RemovedFile> files_without(const DroppedRecord& dropped) const;

  // Databases and policies.
  ManifestEdit names() const;
  // An edit for the next commit, without changes yet.
  ManifestEdit next_edit() const;
  // All there is, as one edit: what a new manifest starts with.
  ManifestEdit all(const PositionTable& positions, const RemovedFiles& removed) const;
  // Adds the series of a measurement that are new, below `count`.
  void add_series(const Measurement& measurement, uint32_t count, ManifestEdit& edit) const;
  // Adds the measurement itself, if it is new, and its new columns and names.
  void add_columns(const Measurement& measurement, const Policy& policy, const Catalog& catalog,
                   ManifestEdit& edit) const;
  // The names that a file is to have to be understood alone.
  ManifestEdit names_for(uint32_t policy, std::span<const uint32_t> measurements) const;

  // Puts what an edit says here: at a recovery, and when it is durable. `give_up`: it names what is
  // not there, or what is there already.
  Result<> apply(const ManifestEdit& edit);
  // Recovery only: later they are shared.
  Result<> apply_series(const ManifestEdit& edit);
  // Files that edits list as removed since the last call, and those of them that were named here.
  std::vector<RemovedFile> take_removed(SegmentFiles* erased);
  // These are what the commit says of a measurement; spares comparing the catalogs.
  void share(const Measurement& measurement, std::shared_ptr<const Catalog> catalog,
             uint32_t series_count);
  // No two files of one policy and shard have the same place.
  Result<> check_orders() const;
  // All names of `names` that have an id: a manifest made anew holds them.
  void take_names(const Namespace& names);

  // What was dropped while files lay aside, which may name it; forgotten when none does.
  void forget_dropped() { dropped_ = {}; }
  const DroppedRecord& dropped() const { return dropped_; }

 private:
  Result<> apply_dropped(const DroppedRecord& dropped);
  Result<> apply_names(const ManifestEdit& edit);
  Result<> apply_columns(const ManifestEdit& edit);
  Result<> apply_files(const ManifestEdit& edit);
  Result<> pass_columns(Catalog::Columns& columns, uint32_t next);
  void drop_policy(uint32_t id);

  const std::shared_ptr<SegmentCache> cache_;
  Uuid store_;
  uint64_t commit_ = 0;
  NextIds next_;
  std::map<uint32_t, std::string> databases_;
  std::map<uint32_t, PolicyRecord> policies_;
  std::map<uint32_t, CommittedMeasurement> measurements_;
  std::map<uint64_t, std::shared_ptr<const SegmentFile>> files_;  // by number
  std::vector<RemovedFile> removed_;  // of the edits that were applied, see take_removed
  SegmentFiles erased_;
  DroppedRecord dropped_;
  uint64_t column_slots_ = 0;
};

// The record of these series of a measurement, if they have tags.
void add_sets(uint32_t measurement, const SeriesDictionary& dictionary,
              std::span<const uint32_t> series, ManifestEdit& edit);

}  // namespace efd::store
