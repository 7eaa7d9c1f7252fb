// SPDX-License-Identifier: MIT
// The store itself.
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "store/cut_lock.h"
#include "store/namespace.h"
#include "store/positions.h"
#include "store/store.h"

namespace efd::store {

class Engine final : public Store {
 public:
  Engine(system::FileSystem& files, system::Clock& clock, StoreOptions options);
  ~Engine() override;

  Result<> close() override;
  Result<> create_database(const std::string& name) override;
  std::vector<std::string> databases() const override;
  Result<std::vector<RetentionPolicy>> policies(const std::string& database) const override;
  Result<Measurement*> measurement(const std::string& database, const std::string& policy,
                                   const std::string& name) override;
  Result<> put(std::span<const PutRows> rows, std::span<const PutPosition> positions) override;
  void before_commit(std::function<Result<>(std::span<const StoredPosition>)> hook) override;
  Result<> flush() override;
  std::vector<StoredPosition> committed_positions() const override;
  std::vector<StoredPosition> positions() const override;
  Result<> set_position(const StoredPosition& position) override;
  Result<std::vector<std::shared_ptr<const MeasurementView>>> views(
      const std::string& database, const std::string& policy,
      std::span<const std::string> names) override;
  Result<std::vector<std::string>> measurement_names(const std::string& database) const override;
  Figures figures() const override;

 private:
  std::vector<Measurement*> find(const Policy& policy, std::span<const std::string> names) const;

  StoreOptions options_;
  mutable std::shared_mutex names_mutex_;
  MemoryUse memory_;
  Namespace names_;
  mutable CutLock cut_lock_;
  PositionTable positions_;
  std::mutex flush_mutex_;
  std::function<Result<>(std::span<const StoredPosition>)> before_commit_;
};

}  // namespace efd::store
