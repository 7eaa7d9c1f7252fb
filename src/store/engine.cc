// SPDX-License-Identifier: MIT
#include "store/engine.h"

#include <algorithm>
#include <set>

#include "store/measurement_view.h"

namespace efd::store {

Result<std::unique_ptr<Store>> Store::open(system::FileSystem& files, system::Clock& clock,
                                           StoreOptions options) {
  return std::make_unique<Engine>(files, clock, std::move(options));
}

Engine::Engine(system::FileSystem&, system::Clock&, StoreOptions options)
    : options_(std::move(options)), names_(memory_) {}

Engine::~Engine() = default;

Result<> Engine::close() {
  return flush();
}

Result<> Engine::create_database(const std::string& name) {
  std::unique_lock lock(names_mutex_);
  if (!names_.database(name)) names_.add_database(name);
  return {};
}

std::vector<std::string> Engine::databases() const {
  std::shared_lock lock(names_mutex_);
  std::vector<std::string> names;
  for (const std::unique_ptr<Database>& database : names_.databases())
    names.push_back(database->name);
  return names;
}

Result<std::vector<RetentionPolicy>> Engine::policies(const std::string& database) const {
  std::shared_lock lock(names_mutex_);
  Database* found = names_.database(database);
  if (!found) return fail(ErrorCode::not_found, "database not found: {}", database);
  std::vector<RetentionPolicy> policies;
  for (const std::unique_ptr<Policy>& policy : found->policies)
    policies.push_back(policy->settings);
  return policies;
}

Result<Measurement*> Engine::measurement(const std::string& database, const std::string& policy,
                                         const std::string& name) {
  std::unique_lock lock(names_mutex_);
  EFD_ASSIGN(Policy * in, names_.policy(database, policy));
  auto known = in->measurements.find(name);
  if (known != in->measurements.end()) return known->second.get();
  return &names_.add_measurement(*in, name);
}

Result<> Engine::put(std::span<const PutRows> rows, std::span<const PutPosition> positions) {
  if (memory_.bytes.load(std::memory_order_relaxed) >= options_.memory_bytes_max)
    return fail(ErrorCode::overload,
                "the store holds {} bytes that are not on disk yet (store.memory_bytes_max): try "
                "again when a flush has made room",
                memory_.bytes.load());
  std::shared_lock hold(cut_lock_);
  for (const PutRows& put : rows) put.measurement->append(*put.rows);
  positions_.put(positions);
  return {};
}

void Engine::before_commit(std::function<Result<>(std::span<const StoredPosition>)> hook) {
  std::lock_guard lock(flush_mutex_);
  before_commit_ = std::move(hook);
}

Result<> Engine::flush() {
  std::lock_guard lock(flush_mutex_);
  std::vector<NumberedPosition> changes;
  {
    std::unique_lock hold(cut_lock_);
    changes = positions_.changes();
  }
  std::vector<StoredPosition> stored;
  for (const NumberedPosition& change : changes) stored.push_back(change.stored);
  if (before_commit_) EFD_TRY(before_commit_(stored));
  positions_.commit(changes);
  return {};
}

std::vector<StoredPosition> Engine::committed_positions() const {
  return positions_.committed();
}

std::vector<StoredPosition> Engine::positions() const {
  return positions_.latest();
}

Result<> Engine::set_position(const StoredPosition& position) {
  std::shared_lock hold(cut_lock_);
  positions_.set(position);
  return {};
}

std::vector<Measurement*> Engine::find(const Policy& policy,
                                       std::span<const std::string> names) const {
  std::vector<Measurement*> found;
  for (const std::string& name : names) {
    auto known = policy.measurements.find(name);
    if (known != policy.measurements.end()) found.push_back(known->second.get());
  }
  return found;
}

Result<std::vector<std::shared_ptr<const MeasurementView>>> Engine::views(
    const std::string& database, const std::string& policy, std::span<const std::string> names) {
  std::shared_lock lock(names_mutex_);
  EFD_ASSIGN(Policy * in, names_.policy(database, policy));
  std::vector<Measurement*> found = find(*in, names);
  std::vector<Measurement::Parts> parts;
  parts.reserve(found.size());
  {
    std::unique_lock hold(cut_lock_);
    for (Measurement* measurement : found) parts.push_back(measurement->parts());
  }
  std::vector<std::shared_ptr<const MeasurementView>> views;
  for (size_t i = 0; i < found.size(); ++i)
    views.push_back(std::make_shared<const PartsView>(
        found[i]->name(), std::move(parts[i]), std::vector<std::shared_ptr<const Source>>()));
  return views;
}

Result<std::vector<std::string>> Engine::measurement_names(const std::string& database) const {
  std::shared_lock lock(names_mutex_);
  Database* found = names_.database(database);
  if (!found) return fail(ErrorCode::not_found, "database not found: {}", database);
  std::set<std::string> names;
  for (const std::unique_ptr<Policy>& policy : found->policies)
    for (const auto& [name, measurement] : policy->measurements) names.insert(name);
  return std::vector<std::string>(names.begin(), names.end());
}

Store::Figures Engine::figures() const {
  Figures figures;
  figures.rows_in_memory = memory_.rows;
  figures.bytes_in_memory = memory_.bytes;
  return figures;
}

}  // namespace efd::store
