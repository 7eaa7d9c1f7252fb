// SPDX-License-Identifier: MIT
#include "store/namespace.h"

#include <algorithm>

#include "base/check.h"

namespace efd::store {
namespace {

// What InfluxDB makes with a database: for ever, shards of a week.
constexpr const char* kAutogen = "autogen";
constexpr int64_t kAutogenShardNs = 7 * kNsPerDay;

}  // namespace

Policy* Database::policy(const std::string& name) const {
  for (const std::unique_ptr<Policy>& policy : policies)
    if (name.empty() ? policy->settings.is_default : policy->settings.name == name)
      return policy.get();
  return nullptr;
}

Database* Namespace::database(const std::string& name) const {
  for (const std::unique_ptr<Database>& database : databases_)
    if (database->name == name) return database.get();
  return nullptr;
}

Result<Policy*> Namespace::policy(const std::string& database, const std::string& policy) const {
  Database* in = this->database(database);
  if (!in) return fail(ErrorCode::not_found, "database not found: {}", database);
  Policy* found = in->policy(policy);
  if (!found) return fail(ErrorCode::not_found, "retention policy not found: {}", policy);
  return found;
}

Database& Namespace::add_database(const std::string& name) {
  Database& database = restore_database(static_cast<uint32_t>(databases_.size()), name);
  restore_policy(database, static_cast<uint32_t>(policies_.size()),
                 {kAutogen, 0, kAutogenShardNs, true});
  return database;
}

Measurement& Namespace::add_measurement(Policy& policy, const std::string& name) {
  return restore_measurement(policy, static_cast<uint32_t>(by_id_.size()), name);
}

Database& Namespace::restore_database(uint32_t id, const std::string& name) {
  EFD_CHECK(id == databases_.size());
  databases_.push_back(std::make_unique<Database>());
  databases_.back()->id = id;
  databases_.back()->name = name;
  return *databases_.back();
}

Policy& Namespace::restore_policy(Database& database, uint32_t id, RetentionPolicy settings) {
  EFD_CHECK(id == policies_.size());
  database.policies.push_back(std::make_unique<Policy>());
  Policy& policy = *database.policies.back();
  policy.id = id;
  policy.settings = std::move(settings);
  policies_.push_back(&policy);
  return policy;
}

Measurement& Namespace::restore_measurement(Policy& policy, uint32_t id, const std::string& name) {
  EFD_CHECK(id == by_id_.size());
  auto made = std::make_unique<Measurement>(id, name, memory_);
  by_id_.push_back(made.get());
  policy_of_.push_back(policy.id);
  return *policy.measurements.emplace(name, std::move(made)).first->second;
}

Measurement* Namespace::measurement(uint32_t id) const {
  return id < by_id_.size() ? by_id_[id] : nullptr;
}

Policy* Namespace::policy(uint32_t id) const {
  return id < policies_.size() ? policies_[id] : nullptr;
}

}  // namespace efd::store
