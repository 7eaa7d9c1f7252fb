// SPDX-License-Identifier: MIT
#include "store/restored_names.h"

#include <algorithm>

#include "store/manifest_error.h"

namespace efd::store {

Result<> restore(const CommittedState& committed, Namespace& names) {
  const ManifestEdit all = committed.names();
  for (const DatabaseRecord& record : all.databases) names.add_database(record.id, record.name);
  for (const PolicyRecord& record : all.policies)
    names.add_policy(*names.database(record.database), record.id, record.settings);
  for (const auto& [id, one] : committed.measurements()) {
    Policy& policy = *names.policy(one.policy);
    if (policy.measurements.contains(one.name)) return wrong("measurement", id, kTwice);
    auto made = names.add_measurement(policy, one.name, one.equal_times);
    made->share_series(one.series);
    names.number(policy, made, id);
    CatalogBuilder& builder = made->catalog_builder();
    const Catalog::Columns& columns = one.catalog->columns();
    builder.pass_ids(static_cast<uint32_t>(columns.size()));
    for (uint32_t column = 0; column < columns.size(); ++column)
      if (columns[column] && !builder.restore(column, *columns[column]))
        return wrong("column", column, kTwice);
  }
  // Files may have rows of measurements that were dropped: nothing gets their ids.
  names.pass_measurement_ids(committed.next_ids().measurement);
  for (const auto& [id, policy] : names.policies())
    policy->files = std::make_shared<const SegmentFiles>(committed.files_of(id));
  return {};
}

// ------------------------------------------------------------------ files that no commit names

namespace {

tl::unexpected<Error> other_meaning(const char* what, const std::string& name) {
  return fail(ErrorCode::conflict, "its {} '{}' is not the one that this store has", what, name);
}

bool has(const std::vector<uint32_t>& ids, uint32_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

tl::unexpected<Error> was_dropped(const char* what, const std::string& name) {
  return fail(ErrorCode::conflict, "its {} '{}' was dropped", what, name);
}

Result<Policy*> restore_policy(const ManifestEdit& file, const DroppedRecord& dropped,
                               Namespace& names) {
  if (file.databases.size() != 1 || file.policies.size() != 1)
    return fail(ErrorCode::give_up, "the names of the segment file are damaged");
  const DatabaseRecord& database = file.databases[0];
  const PolicyRecord& policy = file.policies[0];
  if (has(dropped.databases, database.id)) return was_dropped("database", database.name);
  if (has(dropped.policies, policy.id))
    return was_dropped("retention policy", policy.settings.name);
  Database* home = names.database(database.id);
  if (!home && names.database(database.name)) return other_meaning("database", database.name);
  if (!home) home = &names.add_database(database.id, database.name);
  if (home->name != database.name) return other_meaning("database", database.name);
  Policy* known = names.policy(policy.id);
  if (!known && home->policy(policy.settings.name))
    return other_meaning("retention policy", policy.settings.name);
  if (!known) known = &names.add_policy(*home, policy.id, policy.settings);
  if (known->settings.name != policy.settings.name || known->database != database.id)
    return other_meaning("retention policy", policy.settings.name);
  return known;
}

Result<> restore_measurement(const MeasurementRecord& record, Policy& policy, Namespace& names) {
  const auto known = names.measurement(record.id);
  auto namesake = policy.measurements.find(record.name);
  const bool has_name = namesake != policy.measurements.end();
  if (known && known->equal_times() != record.equal_times)
    return other_meaning("measurement", record.name);
  if (known ? !has_name || namesake->second != known : has_name || record.id == Measurement::kNoId)
    return other_meaning("measurement", record.name);
  if (!known)
    names.number(policy, names.add_measurement(policy, record.name, record.equal_times), record.id);
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
  CatalogColumn column = *record.column;
  if (record.id < columns.size() && columns[record.id]) {
    const CatalogColumn& known = *columns[record.id];
    if (known.key != column.key || !agree(known.names, column.names))
      return other_meaning("field", column.key.path);
    if (known.names.size() > column.names.size()) column.names = known.names;
    column.shown = std::max(column.shown, known.shown);
  }
  if (!builder.restore(record.id, std::move(column)))
    return other_meaning("field", record.column->key.path);
  return {};
}

}  // namespace

Result<> restore_names(const ManifestEdit& file, const DroppedRecord& dropped, Namespace& names) {
  EFD_ASSIGN(Policy * policy, restore_policy(file, dropped, names));
  for (const MeasurementRecord& record : file.measurements) {
    if (has(dropped.measurements, record.id)) return was_dropped("measurement", record.name);
    EFD_TRY(restore_measurement(record, *policy, names));
  }
  for (const ColumnRecord& record : file.columns) {
    const auto measurement = names.measurement(record.measurement);
    const auto& gone = dropped.columns;
    if (std::find(gone.begin(), gone.end(), std::pair(record.measurement, record.id)) != gone.end())
      continue;
    if (!measurement) return other_meaning("measurement", std::to_string(record.measurement));
    EFD_TRY(restore_column(record, *measurement));
  }
  for (const SeriesRecord& record : file.series) {
    const auto measurement = names.measurement(record.measurement);
    if (!measurement) return other_meaning("measurement", std::to_string(record.measurement));
    if (!measurement->series()) measurement->share_series(std::make_shared<SeriesDictionary>());
    for (const auto& [number, tags] : record.sets)
      if (!measurement->series()->restore(number, tags))
        return other_meaning("series", std::to_string(number));
    measurement->account_series();
  }
  return {};
}

}  // namespace efd::store
