// SPDX-License-Identifier: MIT
// What is known of a registry elsewhere: schemas by id, and for a while the ids that it did not
// know. Thread-safe.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "registry/registry.h"
#include "system/clock.h"

namespace efd::registry {

struct SchemaCacheOptions {
  size_t schemas_max = 16'384;  // the oldest ones give way
  size_t unknown_max = 1'024;
  std::chrono::seconds unknown_for{60};
};

class SchemaCache {
 public:
  SchemaCache(system::Clock& clock, SchemaCacheOptions options)
      : clock_(clock), options_(options) {}

  std::shared_ptr<const RegisteredSchema> find(SchemaId id) const;  // null: not in the cache
  bool is_unknown(SchemaId id) const;
  void put(std::shared_ptr<const RegisteredSchema> schema);
  void put_unknown(SchemaId id);

 private:
  system::Clock& clock_;
  const SchemaCacheOptions options_;
  mutable std::mutex mutex_;
  std::unordered_map<SchemaId, std::shared_ptr<const RegisteredSchema>> schemas_;
  std::deque<SchemaId> schemas_by_age_;
  std::unordered_map<SchemaId, int64_t> unknown_until_ns_;  // on the monotonic clock
  std::deque<SchemaId> unknown_by_age_;
};

}  // namespace efd::registry
