// SPDX-License-Identifier: MIT
#include "registry/schema_cache.h"

namespace efd::registry {

std::shared_ptr<const RegisteredSchema> SchemaCache::find(SchemaId id) const {
  std::lock_guard lock(mutex_);
  auto it = schemas_.find(id);
  return it == schemas_.end() ? nullptr : it->second;
}

bool SchemaCache::is_unknown(SchemaId id) const {
  std::lock_guard lock(mutex_);
  auto it = unknown_until_ns_.find(id);
  return it != unknown_until_ns_.end() && clock_.monotonic_ns() < it->second;
}

void SchemaCache::put(std::shared_ptr<const RegisteredSchema> schema) {
  std::lock_guard lock(mutex_);
  SchemaId id = schema->id;
  if (!schemas_.insert_or_assign(id, std::move(schema)).second) return;
  schemas_by_age_.push_back(id);
  if (schemas_by_age_.size() <= options_.schemas_max) return;
  schemas_.erase(schemas_by_age_.front());
  schemas_by_age_.pop_front();
}

void SchemaCache::put_unknown(SchemaId id) {
  std::lock_guard lock(mutex_);
  int64_t until_ns = clock_.monotonic_ns() + std::chrono::nanoseconds(options_.unknown_for).count();
  if (!unknown_until_ns_.insert_or_assign(id, until_ns).second) return;
  unknown_by_age_.push_back(id);
  if (unknown_by_age_.size() <= options_.unknown_max) return;
  unknown_until_ns_.erase(unknown_by_age_.front());
  unknown_by_age_.pop_front();
}

}  // namespace efd::registry
