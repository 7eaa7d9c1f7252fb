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
  const std::vector<Policy*>& policies() const { return policies_; }  // in order of id
  Policy* policy(uint32_t id) const;                                  // null when unknown
  Database* database(uint32_t id) const;                              // null when unknown
  Database* database(const std::string& name) const;                  // null when unknown
  // "database not found: x", "retention policy not found: x"
  Result<Policy*> policy(const std::string& database, const std::string& policy) const;
  Measurement& add_measurement(Policy& policy, const std::string& name);

  // Databases and policies get their numbers in order.
  Database& add_database(const std::string& name);
  Policy& add_policy(Database& database, RetentionPolicy settings);
  // The same for measurements, with the first commit that holds rows of them.
  uint32_t number(Policy& policy, Measurement& measurement);
  // With a number that it has already, which leaves those between to nobody.
  void number(Policy& policy, Measurement& measurement, uint32_t id);
  // No measurement has that number or a higher one.
  uint32_t next_measurement_id() const {
    return numbered_.empty() ? 0 : numbered_.rbegin()->first + 1;
  }
  struct Numbered {
    Measurement* measurement;
    Policy* policy;
  };
  const std::map<uint32_t, Numbered>& numbered() const { return numbered_; }  // by id
  Measurement* measurement(uint32_t id) const;  // null when none has that number

 private:
  MemoryUse& memory_;
  std::vector<std::unique_ptr<Database>> databases_;
  std::vector<Policy*> policies_;
  std::map<uint32_t, Numbered> numbered_;
};

// The policy that comes with a database.
RetentionPolicy autogen_policy();

}  // namespace efd::store
