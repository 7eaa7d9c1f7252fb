// SPDX-License-Identifier: MIT
#include "store/namespace.h"

#include <algorithm>

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
  databases_.push_back(std::make_unique<Database>());
  databases_.back()->id = static_cast<uint32_t>(databases_.size() - 1);
  databases_.back()->name = name;
  return *databases_.back();
}

Policy& Namespace::add_policy(Database& database, RetentionPolicy settings) {
  database.policies.push_back(std::make_unique<Policy>());
  Policy& policy = *database.policies.back();
  policy.id = static_cast<uint32_t>(policies_.size());
  policy.database = database.id;
  policy.settings = std::move(settings);
  policies_.push_back(&policy);
  return policy;
}

Measurement& Namespace::add_measurement(Policy& policy, const std::string& name) {
  auto made = std::make_unique<Measurement>(name, memory_);
  return *policy.measurements.emplace(name, std::move(made)).first->second;
}

uint32_t Namespace::number(Policy& policy, Measurement& measurement) {
  if (measurement.id() == Measurement::kNoId) number(policy, measurement, next_measurement_id());
  return measurement.id();
}

void Namespace::number(Policy& policy, Measurement& measurement, uint32_t id) {
  measurement.set_id(id);
  numbered_[id] = {&measurement, &policy};
}

Policy* Namespace::policy(uint32_t id) const {
  return id < policies_.size() ? policies_[id] : nullptr;
}

Database* Namespace::database(uint32_t id) const {
  return id < databases_.size() ? databases_[id].get() : nullptr;
}

Measurement* Namespace::measurement(uint32_t id) const {
  auto found = numbered_.find(id);
  return found == numbered_.end() ? nullptr : found->second.measurement;
}

RetentionPolicy autogen_policy() {
  return {kAutogen, 0, kAutogenShardNs, true};
}

}  // namespace efd::store
