// SPDX-License-Identifier: MIT
// The store itself.
//
// Locks, in the order in which they are taken: flush_mutex_ (one commit or encoding at a time),
// names_mutex_, cut_lock_ (puts share it), a measurement's own.
#pragma once

#include <atomic>
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
#include "store/segment_writer.h"
#include "store/store.h"

namespace efd::store {

class Engine final : public Store {
 public:
  Engine(system::FileSystem& files, StoreOptions options);
  ~Engine() override;

  // Before anything else.
  Result<> recover();
  void start_threads();

  Result<> close() override;
  Result<> create_database(const std::string& name) override;
  std::vector<std::string> databases() const override;
  Result<std::vector<RetentionPolicy>> policies(const std::string& database) const override;
  Result<Measurement*> measurement(const std::string& database, const std::string& policy,
                                   const std::string& name) override;
  PositionSlot position_slot(const ConnectorName& connector,
                             const TopicPartition& partition) override;
  Result<> put(std::span<const PutRows> rows, std::span<const PutPosition> positions) override;
  void before_commit(std::function<Result<>(std::span<const StoredPosition>)> hook) override;
  Result<> flush() override;
  std::vector<StoredPosition> committed_positions() const override;
  std::vector<StoredPosition> positions() const override;
  Result<> set_position(const StoredPosition& position) override;
  Result<> settle_aside(const ComesAgain& comes_again) override;
  Result<uint64_t> adopt(const std::string& path) override;
  Result<std::vector<std::shared_ptr<const MeasurementView>>> views(
      const std::string& database, const std::string& policy,
      std::span<const std::string> names) override;
  Result<std::vector<std::string>> measurement_names(const std::string& database) const override;
  Figures figures() const override;

 private:
  // What one measurement brings into a commit.
  struct CutMeasurement {
    Measurement* measurement;
    Policy* policy;
    std::shared_ptr<const Catalog> catalog;
    Pieces pieces;  // encoded, when seal_cut has run
    StoredTotals totals;
  };
  struct Cut {
    std::vector<CutMeasurement> measurements;
    std::vector<NumberedPosition> positions;
  };

  // A block of a cut, in a file.
  struct BlockOf {
    const CutMeasurement* of;
    const EncodedBlock* encoded;
  };

  // engine_recovery.cc
  Result<> make_new_store();
  Result<> check_files();
  Result<bool> take_back(uint64_t number);
  Result<> check_manifests_store() const;
  void count_files();
  std::string segments_folder() const { return options_.path + "/segments"; }
  std::string segment_path(uint64_t number) const {
    return segments_folder() + "/" + segment_name(number);
  }
  std::string aside_path(uint64_t number) const;

  // engine_aside.cc; all under flush_mutex_
  Result<> find_aside();
  Result<> look_at(const std::string& name, const std::set<uint64_t>& named);
  void put_aside(uint64_t number);
  Result<bool> settle(uint64_t number, const ComesAgain& comes_again);
  void drop_aside(uint64_t number);
  Result<> keep_names(const OpenSegment& segment);
  Result<> check_adoption(const OpenSegment& segment, std::span<const CutPosition> positions);
  Result<> check_overlap(const OpenSegment& segment, std::span<const CutPosition> positions) const;
  Result<uint64_t> adopt_locked(uint64_t number);
  Result<> commit_adopted(const OpenSegment& segment, ManifestEdit names,
                          std::span<const CutPosition> positions);

  // engine_flush.cc; all under flush_mutex_
  Result<> flush_locked();
  Result<> judged(Result<> done);
  void watch_manifest();
  void note(const Result<>& flushed);
  Result<> renew_manifest();
  Cut cut();
  void cut_measurements(Cut& cut);
  void seal_full_heads();
  Pieces sealed(Measurement& measurement, const Policy& policy, const Pieces& pieces);
  void seal_cut(Cut& cut);
  Result<std::vector<SegmentInfo>> write_segments(const Cut& cut, std::vector<uint64_t>& numbers);
  static Result<> write_blocks(SegmentWriter& writer, const std::vector<BlockOf>& blocks);
  static std::vector<CutPosition> positions_of(const Cut& cut);
  ManifestEdit names_of(const Policy& policy, const std::vector<BlockOf>& blocks,
                        const SegmentInfo& info) const;
  void remove_segments(const std::vector<uint64_t>& numbers);
  Result<> sync_log(const Cut& cut);
  ManifestEdit edit_of(const Cut& cut, std::vector<SegmentInfo> files) const;
  Result<> commit(const ManifestEdit& edit, const Cut& cut);
  Result<> append_to_manifest(const ManifestEdit& edit);
  void publish(const ManifestEdit& edit, const Cut& cut);

  // engine.cc
  std::vector<Measurement*> find(const Policy& policy, std::span<const std::string> names) const;
  bool crowded() const;

  system::FileSystem& files_;
  const StoreOptions options_;
  std::unique_ptr<system::DirectoryLock> folder_lock_;
  std::shared_ptr<SegmentCache> cache_;
  MemoryUse memory_;

  mutable std::mutex flush_mutex_;
  Manifest manifest_;
  CommittedState committed_;
  // Files of flushes that failed. Where the manifest failed it may name them until it is made anew;
  // the next commit, which has their rows in others, lists them as removed.
  std::vector<uint64_t> abandoned_;
  std::set<uint64_t> aside_;  // files that no commit names
  std::function<Result<>(std::span<const StoredPosition>)> before_commit_;
  // Why nothing is committed any more, for good: the disk failed in a way that no room cures.
  std::optional<Error> stopped_;
  std::atomic<bool> is_stopped_ = false;
  // True when a manifest of this life holds what the store says is committed. Before, a power cut
  // may take back what was read at the start: a sync that failed before this life may have left it.
  std::atomic<bool> is_proven_ = false;

  mutable std::shared_mutex names_mutex_;
  Namespace names_;

  mutable CutLock cut_lock_;
  PositionTable positions_;

  mutable std::mutex figures_mutex_;
  Figures figures_;

  std::unique_ptr<Housekeeper> housekeeper_;
};

}  // namespace efd::store
