// SPDX-License-Identifier: MIT
// The store itself.
//
// Locks, in the order in which they are taken: flush_mutex_ (one cut on its way to the disk, one
// encoding at a time; only its holder drops names) or merge_mutex_ (one merge at a time),
// commit_mutex_ (the manifest: short), names_mutex_, cut_lock_ (puts share it), a measurement's
// own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <vector>

#include "store/committed_state.h"
#include "store/cut_lock.h"
#include "store/housekeeper.h"
#include "store/manifest.h"
#include "store/namespace.h"
#include "store/positions.h"
#include "store/removed_files.h"
#include "store/segment_writer.h"
#include "store/store.h"

namespace efd::store {

// Of a segment file that no manifest names and that is not removed.
inline constexpr const char* kAsideSuffix = ".aside";

class Engine final : public Store {
 public:
  Engine(system::FileSystem& files, system::Clock& clock, StoreOptions options);
  ~Engine() override;

  // Before anything else.
  Result<> recover();
  void start_threads();

  Result<> close() override;
  Result<> create_database(const std::string& name) override;
  std::vector<std::string> databases() const override;
  Result<std::vector<RetentionPolicy>> policies(const std::string& database) const override;
  Result<> create_policy(const std::string& database, const RetentionPolicy& policy) override;
  Result<> drop_database(const std::string& name) override;
  Result<> drop_policy(const std::string& database, const std::string& name) override;
  Result<> drop_measurement(const std::string& database, const std::string& name) override;
  Result<> drop_field(const std::string& database, const std::string& measurement,
                      const std::string& path) override;
  Result<MeasurementHandle> measurement(const std::string& database, const std::string& policy,
                                        const std::string& name, EqualTimes equal_times) override;
  PositionSlot position_slot(const ConnectorName& connector,
                             const TopicPartition& partition) override;
  Result<> put(std::span<const PutRows> rows, std::span<const PutPosition> positions) override;
  void bound_left_out(const ConnectorName& connector, uint64_t bytes_max) override;
  void before_commit(BeforeCommit hook) override;
  Result<> flush() override;
  std::vector<StoredPosition> committed_positions() const override;
  std::vector<StoredPosition> positions() const override;
  Result<> set_position(const StoredPosition& position) override;
  Result<> settle_aside(const ComesAgain& comes_again) override;
  Result<uint64_t> adopt(const std::string& path) override;
  std::vector<FileInfo> files() const override;
  Result<> merge(std::span<const uint64_t> numbers, const std::string& folder) override;
  Result<std::vector<std::shared_ptr<const MeasurementView>>> views(
      const std::string& database, const std::string& policy,
      std::span<const std::string> names) override;
  Result<std::vector<std::string>> measurement_names(const std::string& database) const override;
  Figures figures() const override;

 private:
  // What one measurement brings into a commit.
  struct CutMeasurement {
    MeasurementHandle measurement;
    Policy* policy;
    std::shared_ptr<const Catalog> catalog;
    std::vector<Measurement::PiecesOf> of;  // encoded, when seal_cut has run
    uint32_t series = 1;                    // so many it had
  };
  struct Cut {
    std::vector<CutMeasurement> measurements;
    std::vector<NumberedPosition> positions;
    DroppedRecord dropped;
  };

  // Called under the lock of names, the last two under that of cuts, too.
  struct Drop {
    std::function<Result<bool>()> is_there;
    std::function<std::vector<MeasurementHandle>()> measurements;  // whose rows go
    std::function<Result<DroppedRecord>(Namespace::Dropped& dropped)> names;
  };

  // A block of a cut, in a file.
  struct BlockOf {
    const CutMeasurement* of;
    const EncodedBlock* encoded;
  };

  // engine_recovery.cc
  Result<> make_new_store();
  Result<> take_in(const ManifestEdit& edit);
  void remove_when_proven();
  Result<> check_files();
  Result<bool> take_back(const SegmentInfo& info);
  Result<bool> take_replacement(const SegmentInfo& missing);
  bool may_replace(const ManifestEdit& names, const SegmentInfo& missing) const;
  Result<> replace_by(const OpenSegment& segment, ManifestEdit names, const std::string& folder);
  Result<> check_manifests_store() const;
  void count_files();
  std::string path_of(const RemovedFile& file) const {
    return segment_path(options_.path, file.folder, file.number);
  }
  std::string path_of(const SegmentInfo& info) const { return path_of(removed(info)); }

  // engine_aside.cc; all under flush_mutex_ and commit_mutex_
  std::string aside_path(uint64_t number) const;
  std::set<std::string> folders() const;
  Result<> find_aside();
  Result<> look_at(const std::string& folder, const std::string& name);
  void pass_ids_of(const std::string& path);
  void put_aside(uint64_t number, const std::string& folder);
  Result<bool> settle(uint64_t number, const ComesAgain& comes_again);
  void drop_aside(uint64_t number);
  void remove_needless_aside();
  Result<> keep_names(const OpenSegment& segment);
  Result<> check_adoption(const OpenSegment& segment, const SegmentInfo& info,
                          std::span<const CutPosition> positions);
  Result<> check_overlap(const OpenSegment& segment, const SegmentInfo& info,
                         std::span<const CutPosition> positions) const;
  Result<uint64_t> adopt_locked(uint64_t number);
  Result<> commit_adopted(const OpenSegment& segment, ManifestEdit names,
                          std::span<const CutPosition> positions);
  void set_behind(std::span<const CutPosition> positions);

  // engine_flush.cc; under flush_mutex_, and commit_mutex_ where it says so
  Result<> store_cut(Cut& cut);
  Result<> commit_cut(const Cut& cut, std::vector<SegmentInfo> files,
                      const std::vector<RemovedFile>& made);
  Result<> judged(Result<> done);
  std::optional<Error> stopped() const;
  void watch_files();
  void note(const Result<>& flushed);
  Result<Cut> cut(const Drop* drop);
  Result<> check_owners(std::span<const MeasurementHandle> measurements);
  void cut_measurements(Cut& cut);
  void seal_full_heads();
  Pieces sealed(Measurement& measurement, const Policy& policy,
                const Measurement::PiecesOf& pieces);
  void seal_cut(Cut& cut);
  Result<std::vector<SegmentInfo>> write_segments(const Cut& cut, std::vector<RemovedFile>& made);
  Result<SegmentInfo> write_segment(SegmentInfo info, const Policy& policy,
                                    const std::vector<BlockOf>& blocks,
                                    const std::string& positions);
  static std::vector<CutPosition> positions_of(const Cut& cut);
  ManifestEdit names_of(const Policy& policy, const std::vector<BlockOf>& blocks,
                        const SegmentInfo& info) const;
  static void add_series_of(const std::vector<BlockOf>& blocks, ManifestEdit& names);
  Result<> make_ready(std::span<const StoredPosition> positions);
  Result<> leave_out(Cut& cut);

  // engine_commit.cc; all under commit_mutex_
  ManifestEdit edit_of(const Cut& cut, std::vector<SegmentInfo> files) const;
  Result<> renew_manifest();
  Result<> commit(const ManifestEdit& edit, const Cut& cut);
  void count(const ManifestEdit& edit);
  void publish(const ManifestEdit& edit, const Cut& cut);
  using FileLists = std::vector<std::shared_ptr<const SegmentFiles>>;
  void publish_files(const ManifestEdit& edit, FileLists& replaced);

  // engine_names.cc
  Result<> drop(const Drop& drop);
  Result<bool> has_measurement(const std::string& database, const std::string& name) const;
  Result<> make(const std::function<Result<bool>(ManifestEdit& edit)>& name);

  // engine_merge.cc
  struct MergePlan {
    SegmentFiles parts;  // in the order of the log
    SegmentInfo info;
    std::vector<uint32_t> measurements;
    ManifestEdit names;
  };
  Result<MergePlan> plan_merge(std::span<const uint64_t> numbers, const std::string& folder);
  Result<> check_neighbours(const SegmentFiles& parts) const;
  Result<> copy_blocks(const MergePlan& plan, uint32_t measurement, SegmentWriter& writer);
  Result<SegmentInfo> write_merged(MergePlan& plan);
  Result<> commit_merged(const MergePlan& plan, SegmentInfo info);

  // engine.cc
  std::vector<MeasurementHandle> find(const Policy& policy,
                                      std::span<const std::string> names) const;
  bool crowded() const;
  uint64_t shared_bytes() const;
  Result<> check_room(const Owner& owner) const;

  system::FileSystem& files_;
  system::Clock& clock_;
  const StoreOptions options_;
  std::unique_ptr<system::DirectoryLock> folder_lock_;
  std::shared_ptr<RemovedFiles> removed_;
  std::shared_ptr<SegmentCache> cache_;
  MemoryUse memory_;
  Owners owners_;

  mutable std::mutex flush_mutex_;
  BeforeCommit before_commit_;
  OwnerSet left_out_;  // of the last commit
  // Those that had put rows of what pending_drops_ has: the commit with the drop covers these.
  OwnerSet bound_to_drop_;
  std::mutex merge_mutex_;

  mutable std::mutex commit_mutex_;
  Manifest manifest_;
  CommittedState committed_;
  // Files of flushes and merges that failed. Where the manifest failed it may name them until it is
  // made anew; the next commit, which has their rows in others, lists them as removed.
  std::vector<RemovedFile> abandoned_;
  // Files that the manifest of an earlier life lists as removed. As long as it is not proven an
  // older one may come back, which names them.
  std::vector<RemovedFile> recovered_removed_;
  std::map<uint64_t, std::string> aside_;  // files that no commit names, and their folders
  // Paths of files that were set aside and whose rows come again from the log. They wait for the
  // same proof, since an older manifest may name them.
  std::vector<std::string> needless_aside_;
  // True when a manifest of this life holds what the store says is committed. Before, a power cut
  // may take back what was read at the start: a sync that failed before this life may have left it.
  std::atomic<bool> is_proven_ = false;

  mutable std::shared_mutex names_mutex_;
  Namespace names_;
  DroppedRecord pending_drops_;  // that no commit holds yet

  mutable CutLock cut_lock_;
  PositionTable positions_;

  mutable std::mutex figures_mutex_;
  Figures figures_;
  // Why nothing is committed any more, for good: the disk failed in a way that no room cures.
  std::optional<Error> stopped_;
  std::atomic<bool> is_stopped_ = false;

  std::unique_ptr<Housekeeper> housekeeper_;
};

}  // namespace efd::store
