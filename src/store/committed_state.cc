// SPDX-License-Identifier: MIT
#include "store/committed_state.h"

#include <algorithm>
#include <map>

namespace efd::store {
namespace {

tl::unexpected<Error> unknown(const char* what, uint64_t id) {
  return fail(ErrorCode::give_up, "{} {} of the manifest does not follow the ones before it", what,
              id);
}

}  // namespace

ManifestEdit CommittedState::next_edit() const {
  ManifestEdit edit;
  edit.commit = commit_ + 1;
  edit.next_file = next_file_;
  return edit;
}

ManifestEdit CommittedState::all(const Namespace& names, const PositionTable& positions) const {
  ManifestEdit edit;
  edit.commit = commit_;
  edit.store = store_;
  edit.next_file = next_file_;
  for (const auto& database : names.databases())
    edit.databases.push_back({database->id, database->name});
  for (const Policy* policy : names.policies()) {
    edit.policies.push_back({policy->id, policy->database, policy->settings});
    for (const auto& file : *policy->files) edit.files.push_back(file->info);
  }
  for (const auto& [id, catalog] : catalogs_) {
    const Namespace::Numbered& one = names.numbered().at(id);
    edit.measurements.push_back({id, one.policy->id, one.measurement->name()});
    edit.totals.push_back({id, one.measurement->stored()});
    for (uint32_t column = 0; column < catalog->columns().size(); ++column)
      edit.columns.push_back({id, column, *catalog->columns()[column]});
  }
  edit.removed = removed_;
  edit.positions = positions.all_committed();
  return edit;
}

void CommittedState::add_columns(const Measurement& measurement, const Policy& policy,
                                 const Catalog& catalog, ManifestEdit& edit) const {
  uint32_t id = measurement.id();
  auto known = catalogs_.find(id);
  const Catalog* before = known == catalogs_.end() ? nullptr : known->second.get();
  if (!before) edit.measurements.push_back({id, policy.id, measurement.name()});
  if (before == &catalog) return;
  const Catalog::Columns& columns = catalog.columns();
  for (uint32_t column = 0; column < columns.size(); ++column) {
    bool is_same =
        before && column < before->columns().size() && before->columns()[column] == columns[column];
    if (!is_same) edit.columns.push_back({id, column, *columns[column]});
  }
}

void CommittedState::note(const ManifestEdit& edit, const std::vector<Committed>& catalogs) {
  commit_ = edit.commit;
  removed_.insert(removed_.end(), edit.removed.begin(), edit.removed.end());
  for (const Committed& one : catalogs) catalogs_[one.measurement] = one.catalog;
}

void CommittedState::take_catalogs(const Namespace& names) {
  catalogs_.clear();
  for (const auto& [id, one] : names.numbered())
    catalogs_[id] = one.measurement->catalog_builder().catalog();
}

Result<> CommittedState::apply(const ManifestEdit& edit, const std::shared_ptr<SegmentCache>& cache,
                               Namespace& names, PositionTable& positions) {
  commit_ = edit.commit;
  if (edit.store) store_ = *edit.store;
  next_file_ = std::max(next_file_, edit.next_file);
  removed_.insert(removed_.end(), edit.removed.begin(), edit.removed.end());
  EFD_TRY(apply_names(edit, names));
  EFD_TRY(apply_columns(edit, names));
  take_catalogs(names);
  EFD_TRY(apply_files(edit, cache, names));
  for (const NumberedPosition& position : edit.positions)
    if (!positions.restore(position)) return unknown("position", position.id);
  return {};
}

Result<> CommittedState::apply_names(const ManifestEdit& edit, Namespace& names) {
  for (const DatabaseRecord& record : edit.databases) {
    if (record.id != names.databases().size()) return unknown("database", record.id);
    names.add_database(record.name);
  }
  for (const PolicyRecord& record : edit.policies) {
    Database* database = names.database(record.database);
    if (record.id != names.policies().size() || !database) return unknown("policy", record.id);
    names.add_policy(*database, record.settings);
  }
  for (const MeasurementRecord& record : edit.measurements) {
    Policy* policy = names.policy(record.policy);
    bool follows = record.id >= names.next_measurement_id() && record.id != Measurement::kNoId;
    if (!follows || !policy || policy->measurements.contains(record.name))
      return unknown("measurement", record.id);
    names.number(*policy, names.add_measurement(*policy, record.name), record.id);
  }
  return {};
}

Result<> CommittedState::apply_columns(const ManifestEdit& edit, Namespace& names) {
  for (const ColumnRecord& record : edit.columns) {
    Measurement* measurement = names.measurement(record.measurement);
    if (!measurement) return unknown("measurement", record.measurement);
    if (!measurement->catalog_builder().restore(record.id, record.column))
      return unknown("column", record.id);
  }
  for (const TotalsRecord& record : edit.totals) {
    Measurement* measurement = names.measurement(record.measurement);
    if (!measurement) return unknown("measurement", record.measurement);
    measurement->restore_totals(record.totals);
  }
  return {};
}

Result<> CommittedState::apply_files(const ManifestEdit& edit,
                                     const std::shared_ptr<SegmentCache>& cache, Namespace& names) {
  std::map<Policy*, std::shared_ptr<SegmentFiles>> changed;
  for (const SegmentInfo& info : edit.files) {
    Policy* policy = names.policy(info.header.policy);
    if (!policy) return unknown("file", info.header.number);
    std::shared_ptr<SegmentFiles>& files = changed[policy];
    if (!files) files = std::make_shared<SegmentFiles>(*policy->files);
    auto behind = [](uint64_t number, const std::shared_ptr<const SegmentFile>& file) {
      return number < file->info.header.number;
    };
    files->insert(std::upper_bound(files->begin(), files->end(), info.header.number, behind),
                  std::make_shared<const SegmentFile>(SegmentFile{info, cache}));
  }
  for (auto& [policy, files] : changed) policy->files = std::move(files);
  return {};
}

// ------------------------------------------------------------------ files that no commit names

namespace {

tl::unexpected<Error> other_meaning(const char* what, const std::string& name) {
  return fail(ErrorCode::conflict, "its {} '{}' is not the one that this store has", what, name);
}

Result<Policy*> restore_policy(const ManifestEdit& file, Namespace& names) {
  if (file.databases.size() != 1 || file.policies.size() != 1)
    return fail(ErrorCode::give_up, "the names of the segment file are damaged");
  const DatabaseRecord& database = file.databases[0];
  const PolicyRecord& policy = file.policies[0];
  Database* home = names.database(database.id);
  if (!home && (database.id != names.databases().size() || names.database(database.name)))
    return other_meaning("database", database.name);
  if (!home) home = &names.add_database(database.name);
  if (home->name != database.name) return other_meaning("database", database.name);
  Policy* known = names.policy(policy.id);
  if (!known && (policy.id != names.policies().size() || home->policy(policy.settings.name)))
    return other_meaning("retention policy", policy.settings.name);
  if (!known) known = &names.add_policy(*home, policy.settings);
  if (known->settings.name != policy.settings.name || known->database != database.id)
    return other_meaning("retention policy", policy.settings.name);
  return known;
}

Result<> restore_measurement(const MeasurementRecord& record, Policy& policy, Namespace& names) {
  Measurement* known = names.measurement(record.id);
  auto namesake = policy.measurements.find(record.name);
  const bool has_name = namesake != policy.measurements.end();
  if (known ? !has_name || namesake->second.get() != known
            : has_name || record.id == Measurement::kNoId)
    return other_meaning("measurement", record.name);
  if (!known) names.number(policy, names.add_measurement(policy, record.name), record.id);
  return {};
}

// The names of one of the two lists go on where those of the other end.
bool agree(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size())),
                    b.begin());
}

Result<> restore_column(const ColumnRecord& record, Measurement& measurement) {
  CatalogBuilder& builder = measurement.catalog_builder();
  const Catalog::Columns columns = builder.catalog()->columns();
  CatalogColumn column = record.column;
  if (record.id < columns.size()) {
    const CatalogColumn& known = *columns[record.id];
    if (known.key != column.key || !agree(known.names, column.names))
      return other_meaning("field", column.key.path);
    if (known.names.size() > column.names.size()) column.names = known.names;
    column.shown = std::max(column.shown, known.shown);
  }
  if (!builder.restore(record.id, std::move(column)))
    return other_meaning("field", record.column.key.path);
  return {};
}

}  // namespace

Result<> CommittedState::restore_names(const ManifestEdit& file, Namespace& names) {
  EFD_ASSIGN(Policy * policy, restore_policy(file, names));
  for (const MeasurementRecord& record : file.measurements)
    EFD_TRY(restore_measurement(record, *policy, names));
  for (const ColumnRecord& record : file.columns) {
    Measurement* measurement = names.measurement(record.measurement);
    if (!measurement) return other_meaning("measurement", std::to_string(record.measurement));
    EFD_TRY(restore_column(record, *measurement));
  }
  return {};
}

}  // namespace efd::store
