// SPDX-License-Identifier: MIT
// Databases, policies and measurements: made by a commit of their own, dropped by a cut.
#include <algorithm>

#include "store/engine.h"

namespace efd::store {

// ------------------------------------------------------------------------------------------- make

// `name` adds what is to be made to an edit; false when it is there already. What is being dropped
// is on the disk under the same name until that drop is committed: only who wants that name waits.
Result<> Engine::make(const std::function<Result<bool>(ManifestEdit& edit)>& name) {
  for (;;) {
    std::unique_lock commit_lock(commit_mutex_);
    ManifestEdit edit;
    {
      std::shared_lock lock(names_mutex_);
      EFD_ASSIGN(bool is_new, name(edit));
      if (!is_new) return {};
    }
    if (is_stopped_) return fail(*stopped());
    if (committed_.has_name_of(edit)) {
      commit_lock.unlock();
      EFD_TRY(flush());
      continue;
    }
    ManifestEdit all = committed_.next_edit();
    all.databases = std::move(edit.databases);
    all.policies = std::move(edit.policies);
    EFD_TRY(commit(all, {}));
    std::unique_lock lock(names_mutex_);
    for (const DatabaseRecord& record : all.databases) names_.add_database(record.id, record.name);
    for (const PolicyRecord& record : all.policies)
      // Its database may have been dropped meanwhile; the drop's commit takes the policy, too.
      if (Database* in = names_.database(record.database))
        names_.add_policy(*in, record.id, record.settings);
    return {};
  }
}

Result<> Engine::create_database(const std::string& name) {
  return make([&](ManifestEdit& edit) -> Result<bool> {
    if (names_.database(name)) return false;
    edit.databases.push_back({committed_.take_database_id(), name});
    edit.policies.push_back(
        {committed_.take_policy_id(), edit.databases.back().id, autogen_policy()});
    return true;
  });
}

Result<> Engine::create_policy(const std::string& database, const RetentionPolicy& policy) {
  if (policy.shard_duration_ns <= 0 || policy.duration_ns < 0)
    return fail(ErrorCode::bad_input, "retention policy {}: its durations are not right",
                policy.name);
  return make([&](ManifestEdit& edit) -> Result<bool> {
    Database* in = names_.database(database);
    if (!in) return fail(ErrorCode::not_found, "database not found: {}", database);
    RetentionPolicy settings = policy;
    settings.is_default = policy.is_default && !in->policy("");
    if (Policy* known = policy.name.empty() ? nullptr : in->policy(policy.name)) {
      if (known->settings.duration_ns == policy.duration_ns &&
          known->settings.shard_duration_ns == policy.shard_duration_ns)
        return false;
      return fail(ErrorCode::conflict, "retention policy already exists: {}", policy.name);
    }
    edit.policies.push_back({committed_.take_policy_id(), in->id, settings});
    return true;
  });
}

// ------------------------------------------------------------------------------------------- drop

// A drop is a cut and takes as long as a flush; where there is nothing to drop it does not wait. A
// drop that no commit holds yet may be of that name: it is waited for. Who cannot be committed now
// is known before anything is dropped.
Result<> Engine::drop(const Drop& drop) {
  {
    std::shared_lock lock(names_mutex_);
    EFD_ASSIGN(bool is_needed, drop.is_there());
    if (!is_needed && pending_drops_.empty()) return {};
  }
  std::lock_guard lock(flush_mutex_);
  if (is_stopped_) return fail(*stopped());
  EFD_TRY(make_ready(positions_.latest()));
  EFD_ASSIGN(Cut cut, this->cut(&drop));
  Result<> stored = store_cut(cut);
  note(stored);
  return stored;
}

namespace {

void note_ids(const Namespace::Dropped& measurements, DroppedRecord& record) {
  for (const MeasurementHandle& one : measurements)
    if (one->id() != Measurement::kNoId) record.measurements.push_back(one->id());
}

void add_measurements(const Policy& policy, std::vector<MeasurementHandle>& to) {
  for (const auto& [name, measurement] : policy.measurements) to.push_back(measurement);
}

// Of that name, in all policies.
std::vector<MeasurementHandle> find_in(const Database* database, const std::string& name) {
  std::vector<MeasurementHandle> found;
  if (!database) return found;
  for (const auto& policy : database->policies) {
    auto known = policy->measurements.find(name);
    if (known != policy->measurements.end()) found.push_back(known->second);
  }
  return found;
}

}  // namespace

Result<> Engine::drop_database(const std::string& name) {
  auto is_there = [&] { return Result<bool>(names_.database(name) != nullptr); };
  auto measurements = [&] {
    std::vector<MeasurementHandle> all;
    if (const Database* database = names_.database(name))
      for (const auto& policy : database->policies) add_measurements(*policy, all);
    return all;
  };
  auto names = [&](Namespace::Dropped& dropped) -> Result<DroppedRecord> {
    DroppedRecord record;
    if (Database* database = names_.database(name)) {
      record.databases.push_back(database->id);
      dropped = names_.drop_database(*database);
    }
    return record;
  };
  return drop({is_there, measurements, names});
}

Result<> Engine::drop_policy(const std::string& database, const std::string& name) {
  auto sought = [&] {
    Database* in = names_.database(database);
    return in && !name.empty() ? in->policy(name) : nullptr;
  };
  auto is_there = [&] { return Result<bool>(sought() != nullptr); };
  auto measurements = [&] {
    std::vector<MeasurementHandle> all;
    if (const Policy* policy = sought()) add_measurements(*policy, all);
    return all;
  };
  auto names = [&](Namespace::Dropped& dropped) -> Result<DroppedRecord> {
    DroppedRecord record;
    if (Policy* policy = sought()) {
      record.policies.push_back(policy->id);
      dropped = names_.drop_policy(*policy);
    }
    return record;
  };
  return drop({is_there, measurements, names});
}

// Whether a policy of the database has it.
Result<bool> Engine::has_measurement(const std::string& database, const std::string& name) const {
  const Database* in = names_.database(database);
  if (!in) return fail(ErrorCode::not_found, "database not found: {}", database);
  return std::any_of(in->policies.begin(), in->policies.end(),
                     [&](const auto& policy) { return policy->measurements.contains(name); });
}

Result<> Engine::drop_measurement(const std::string& database, const std::string& name) {
  auto is_there = [&] { return has_measurement(database, name); };
  auto measurements = [&] { return find_in(names_.database(database), name); };
  auto names = [&](Namespace::Dropped& dropped) -> Result<DroppedRecord> {
    EFD_TRY(is_there());
    for (const auto& policy : names_.database(database)->policies)
      if (auto one = names_.drop_measurement(*policy, name)) dropped.push_back(std::move(one));
    DroppedRecord record;
    note_ids(dropped, record);
    return record;
  };
  return drop({is_there, measurements, names});
}

Result<> Engine::drop_field(const std::string& database, const std::string& measurement,
                            const std::string& path) {
  auto is_there = [&] { return has_measurement(database, measurement); };
  auto measurements = [&] { return find_in(names_.database(database), measurement); };
  auto names = [&](Namespace::Dropped&) -> Result<DroppedRecord> {
    EFD_TRY(is_there());
    DroppedRecord record;
    for (const MeasurementHandle& of : measurements())
      for (uint32_t column : of->drop_columns(path))
        if (of->id() != Measurement::kNoId) record.columns.emplace_back(of->id(), column);
    return record;
  };
  return drop({is_there, measurements, names});
}

}  // namespace efd::store
