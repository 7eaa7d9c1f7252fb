// SPDX-License-Identifier: MIT
#include "registry/schema_cache.h"

namespace efd::registry {

std::shared_ptr<const RegisteredSchema> SchemaCache::find(SchemaId id) const {
  std::lock_guard lock(mutex_);
  auto it = schemas_.find(id);
  return it == schemas_.end() ? nullptr : it->second;
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

}  // namespace efd::registry
