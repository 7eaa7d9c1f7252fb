// SPDX-License-Identifier: MIT
// What the manifest says at the moment: the ground on which the next commit states its changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "store/manifest_edit.h"
#include "store/namespace.h"
#include "store/positions.h"

namespace efd::store {

// Guarded by the store's flush mutex.
class CommittedState {
 public:
  uint64_t commit() const { return commit_; }
  const Uuid& store() const { return store_; }
  uint64_t next_file() const { return next_file_; }
  uint64_t take_file_number() { return next_file_++; }
  // Passes over a number that a file without a commit has.
  void pass_file_number(uint64_t number) { next_file_ = std::max(next_file_, number + 1); }
  void start_new_store() { store_ = Uuid::random(); }
  // Numbers of files whose rows others have, and that may still be there.
  const std::vector<uint64_t>& removed() const { return removed_; }
  void forget_removed() { removed_.clear(); }

  // An edit for the next commit, without changes yet.
  ManifestEdit next_edit() const;
  // All there is, as one edit: what a new manifest starts with.
  ManifestEdit all(const Namespace& names, const PositionTable& positions) const;
  // Adds the measurement itself, if it is new, and its new columns and names.
  void add_columns(const Measurement& measurement, const Policy& policy, const Catalog& catalog,
                   ManifestEdit& edit) const;

  // The edit is durable now. `catalogs`: of the measurements in it.
  struct Committed {
    uint32_t measurement;
    std::shared_ptr<const Catalog> catalog;
  };
  void note(const ManifestEdit& edit, const std::vector<Committed>& catalogs);
  // All measurements of `names` as they are: a manifest made anew holds them.
  void take_catalogs(const Namespace& names);
  // What a file that no commit names says of names: puts those into `names` that are not there.
  // `conflict`: one has another meaning there.
  static Result<> restore_names(const ManifestEdit& file, Namespace& names);
  // The files of an edit into their policies.
  static Result<> apply_files(const ManifestEdit& edit, const std::shared_ptr<SegmentCache>& cache,
                              Namespace& names);

  // Recovery: puts what an edit says into `names`, `positions` and here. `give_up`: it names what
  // is not there.
  Result<> apply(const ManifestEdit& edit, const std::shared_ptr<SegmentCache>& cache,
                 Namespace& names, PositionTable& positions);

 private:
  Result<> apply_names(const ManifestEdit& edit, Namespace& names);
  Result<> apply_columns(const ManifestEdit& edit, Namespace& names);

  Uuid store_;
  uint64_t commit_ = 0;
  uint64_t next_file_ = 1;
  std::vector<uint64_t> removed_;
  std::map<uint32_t, std::shared_ptr<const Catalog>> catalogs_;  // by measurement id
};

}  // namespace efd::store
