// SPDX-License-Identifier: MIT
// The schemas of a registry elsewhere, by id. What it does not know is not kept: it may be
// registered the next moment, and callers bound how often they ask. Thread-safe.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "registry/registry.h"

namespace efd::registry {

struct SchemaCacheOptions {
  size_t schemas_max = 16'384;  // the oldest ones give way
};

class SchemaCache {
 public:
  explicit SchemaCache(SchemaCacheOptions options) : options_(options) {}

  std::shared_ptr<const RegisteredSchema> find(SchemaId id) const;  // null: not in the cache
  void put(std::shared_ptr<const RegisteredSchema> schema);

 private:
  const SchemaCacheOptions options_;
  mutable std::mutex mutex_;
  std::unordered_map<SchemaId, std::shared_ptr<const RegisteredSchema>> schemas_;
  std::deque<SchemaId> schemas_by_age_;
};

}  // namespace efd::registry
