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

Database& Namespace::add_database(uint32_t id, const std::string& name) {
  databases_.push_back(std::make_unique<Database>());
  databases_.back()->id = id;
  databases_.back()->name = name;
  return *databases_.back();
}

Policy& Namespace::add_policy(Database& database, uint32_t id, RetentionPolicy settings) {
  database.policies.push_back(std::make_unique<Policy>());
  Policy& policy = *database.policies.back();
  policy.id = id;
  policy.database = database.id;
  policy.settings = std::move(settings);
  policies_[id] = &policy;
  return policy;
}

std::shared_ptr<Measurement> Namespace::add_measurement(Policy& policy, const std::string& name,
                                                        EqualTimes equal_times) {
  auto made = std::make_shared<Measurement>(name, equal_times, memory_);
  policy.measurements[name] = made;
  return made;
}

void Namespace::number(Policy& policy, const std::shared_ptr<Measurement>& measurement) {
  if (measurement->id() == Measurement::kNoId) number(policy, measurement, next_measurement_);
}

void Namespace::number(Policy& policy, const std::shared_ptr<Measurement>& measurement,
                       uint32_t id) {
  measurement->set_id(id);
  numbered_[id] = {measurement, &policy};
  pass_measurement_ids(id + 1);
}

Namespace::Dropped Namespace::drop_database(Database& database) {
  Dropped all;
  while (!database.policies.empty()) {
    Dropped some = drop_policy(*database.policies.back());
    all.insert(all.end(), some.begin(), some.end());
  }
  std::erase_if(databases_, [&](const auto& one) { return one.get() == &database; });
  return all;
}

Namespace::Dropped Namespace::drop_policy(Policy& policy) {
  Dropped all;
  while (!policy.measurements.empty())
    all.push_back(drop_measurement(policy, policy.measurements.begin()->first));
  policies_.erase(policy.id);
  std::vector<std::unique_ptr<Policy>>& policies = database(policy.database)->policies;
  std::erase_if(policies, [&](const auto& one) { return one.get() == &policy; });
  return all;
}

std::shared_ptr<Measurement> Namespace::drop_measurement(Policy& policy, const std::string& name) {
  auto known = policy.measurements.find(name);
  if (known == policy.measurements.end()) return nullptr;
  std::shared_ptr<Measurement> dropped = std::move(known->second);
  policy.measurements.erase(known);
  if (dropped->id() != Measurement::kNoId) numbered_.erase(dropped->id());
  return dropped;
}

Policy* Namespace::policy(uint32_t id) const {
  auto found = policies_.find(id);
  return found == policies_.end() ? nullptr : found->second;
}

Database* Namespace::database(uint32_t id) const {
  for (const std::unique_ptr<Database>& database : databases_)
    if (database->id == id) return database.get();
  return nullptr;
}

std::shared_ptr<Measurement> Namespace::measurement(uint32_t id) const {
  auto found = numbered_.find(id);
  return found == numbered_.end() ? nullptr : found->second.measurement;
}

RetentionPolicy autogen_policy() {
  return {kAutogen, 0, kAutogenShardNs, true};
}

}  // namespace efd::store
