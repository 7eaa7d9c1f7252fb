// SPDX-License-Identifier: MIT
// The databases, policies and measurements that a store knows, by name and by number.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/snapshot.h"
#include "store/measurement.h"
#include "store/segment_file.h"
#include "store/store.h"

namespace efd::store {

struct Policy {
  uint32_t id = 0;
  RetentionPolicy settings;
  std::map<std::string, std::unique_ptr<Measurement>> measurements;  // by name
  std::shared_ptr<const SegmentFiles> files = std::make_shared<const SegmentFiles>();
};

struct Database {
  uint32_t id = 0;
  std::string name;
  std::vector<std::unique_ptr<Policy>> policies;  // in order of creation

  // The default one for "". Null when unknown.
  Policy* policy(const std::string& name) const;
};

// Not thread-safe but for the files of a policy, which the store's CutLock guards. What it hands
// out lives as long as it does.
class Namespace {
 public:
  explicit Namespace(MemoryUse& memory) : memory_(memory) {}

  const std::vector<std::unique_ptr<Database>>& databases() const { return databases_; }
  Database* database(const std::string& name) const;  // null when unknown
  // "database not found: x", "retention policy not found: x"
  Result<Policy*> policy(const std::string& database, const std::string& policy) const;

  // Makes it with the policy "autogen".
  Database& add_database(const std::string& name);
  Measurement& add_measurement(Policy& policy, const std::string& name);
  // By number, as a manifest recorded them; ids come in order.
  Database& restore_database(uint32_t id, const std::string& name);
  Policy& restore_policy(Database& database, uint32_t id, RetentionPolicy settings);
  Measurement& restore_measurement(Policy& policy, uint32_t id, const std::string& name);
  Measurement* measurement(uint32_t id) const;
  Policy* policy(uint32_t id) const;
  // All measurements by id.
  const std::vector<Measurement*>& measurements() const { return by_id_; }
  uint32_t policy_of(uint32_t measurement) const { return policy_of_[measurement]; }

 private:
  MemoryUse& memory_;
  std::vector<std::unique_ptr<Database>> databases_;
  std::vector<Policy*> policies_;  // by id
  std::vector<Measurement*> by_id_;
  std::vector<uint32_t> policy_of_;  // by measurement id
};

}  // namespace efd::store
