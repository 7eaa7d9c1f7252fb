// SPDX-License-Identifier: MIT
// The databases, policies and measurements that a store knows, by name and by number.
#pragma once

#include <algorithm>
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
  uint32_t database = 0;
  RetentionPolicy settings;

  // Time that one file covers.
  int64_t shard_file_ns() const { return std::min(settings.shard_duration_ns, kNsPerDay); }

  std::map<std::string, std::shared_ptr<Measurement>> measurements;  // by name
  std::shared_ptr<const SegmentFiles> files = std::make_shared<const SegmentFiles>();
};

struct Database {
  uint32_t id = 0;
  std::string name;
  std::vector<std::unique_ptr<Policy>> policies;  // in order of creation

  // The default one for "". Null when unknown.
  Policy* policy(const std::string& name) const;
};

// Not thread-safe but for the files of a policy, which the store's CutLock guards. Databases and
// policies live until they are dropped, which only a holder of the store's flush mutex does.
class Namespace {
 public:
  explicit Namespace(MemoryUse& memory) : memory_(memory) {}

  const std::vector<std::unique_ptr<Database>>& databases() const { return databases_; }
  const std::map<uint32_t, Policy*>& policies() const { return policies_; }  // by id
  Policy* policy(uint32_t id) const;                                         // null when unknown
  Database* database(uint32_t id) const;                                     // null when unknown
  Database* database(const std::string& name) const;                         // null when unknown
  // "database not found: x", "retention policy not found: x"
  Result<Policy*> policy(const std::string& database, const std::string& policy) const;
  std::shared_ptr<Measurement> add_measurement(Policy& policy, const std::string& name,
                                               EqualTimes equal_times);

  Database& add_database(uint32_t id, const std::string& name);
  Policy& add_policy(Database& database, uint32_t id, RetentionPolicy settings);
  // Measurements get their ids with the first commit that holds rows of them.
  void number(Policy& policy, const std::shared_ptr<Measurement>& measurement);
  // With an id that it has already.
  void number(Policy& policy, const std::shared_ptr<Measurement>& measurement, uint32_t id);
  // No measurement has that id or a higher one.
  uint32_t next_measurement_id() const { return next_measurement_; }
  void pass_measurement_ids(uint32_t next) {
    next_measurement_ = std::max(next_measurement_, next);
  }
  struct Numbered {
    std::shared_ptr<Measurement> measurement;
    Policy* policy;
  };

  // Each returns the measurements that are gone with it.
  using Dropped = std::vector<std::shared_ptr<Measurement>>;
  Dropped drop_database(Database& database);
  Dropped drop_policy(Policy& policy);
  std::shared_ptr<Measurement> drop_measurement(Policy& policy, const std::string& name);
  const std::map<uint32_t, Numbered>& numbered() const { return numbered_; }  // by id
  std::shared_ptr<Measurement> measurement(uint32_t id) const;  // null when none has that id

 private:
  MemoryUse& memory_;
  std::vector<std::unique_ptr<Database>> databases_;
  std::map<uint32_t, Policy*> policies_;
  std::map<uint32_t, Numbered> numbered_;
  uint32_t next_measurement_ = 0;
};

// The policy that comes with a database.
RetentionPolicy autogen_policy();

}  // namespace efd::store
