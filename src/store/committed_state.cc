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
  for (uint32_t id = 0; id < catalogs_.size(); ++id) {
    const Namespace::Numbered& one = names.numbered()[id];
    edit.measurements.push_back({id, one.policy->id, one.measurement->name()});
    edit.totals.push_back({id, one.measurement->stored()});
    for (uint32_t column = 0; column < catalogs_[id]->columns().size(); ++column)
      edit.columns.push_back({id, column, *catalogs_[id]->columns()[column]});
  }
  edit.positions = positions.all_committed();
  return edit;
}

void CommittedState::add_columns(const Measurement& measurement, const Policy& policy,
                                 const Catalog& catalog, ManifestEdit& edit) const {
  uint32_t id = measurement.id();
  bool is_new = id >= catalogs_.size();
  if (is_new) edit.measurements.push_back({id, policy.id, measurement.name()});
  if (!is_new && catalogs_[id].get() == &catalog) return;
  const Catalog::Columns& columns = catalog.columns();
  for (uint32_t column = 0; column < columns.size(); ++column) {
    bool known = !is_new && column < catalogs_[id]->columns().size() &&
                 catalogs_[id]->columns()[column] == columns[column];
    if (!known) edit.columns.push_back({id, column, *columns[column]});
  }
}

void CommittedState::note(const ManifestEdit& edit, const std::vector<Committed>& catalogs) {
  commit_ = edit.commit;
  for (const Committed& one : catalogs) {
    if (one.measurement >= catalogs_.size()) catalogs_.resize(one.measurement + 1);
    catalogs_[one.measurement] = one.catalog;
  }
}

Result<> CommittedState::apply(const ManifestEdit& edit, const std::shared_ptr<SegmentCache>& cache,
                               Namespace& names, PositionTable& positions) {
  commit_ = edit.commit;
  if (edit.store) store_ = *edit.store;
  next_file_ = std::max(next_file_, edit.next_file);
  EFD_TRY(apply_names(edit, names));
  EFD_TRY(apply_columns(edit, names));
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
    if (record.id != names.policies().size() || record.database >= names.databases().size())
      return unknown("policy", record.id);
    names.add_policy(*names.databases()[record.database], record.settings);
  }
  for (const MeasurementRecord& record : edit.measurements) {
    if (record.id != names.numbered().size() || record.policy >= names.policies().size())
      return unknown("measurement", record.id);
    Policy& policy = *names.policies()[record.policy];
    if (policy.measurements.contains(record.name)) return unknown("measurement", record.id);
    names.number(policy, names.add_measurement(policy, record.name));
  }
  return {};
}

Result<> CommittedState::apply_columns(const ManifestEdit& edit, Namespace& names) {
  for (const ColumnRecord& record : edit.columns) {
    if (record.measurement >= names.numbered().size())
      return unknown("measurement", record.measurement);
    CatalogBuilder& catalog = names.numbered()[record.measurement].measurement->catalog_builder();
    if (!catalog.restore(record.id, record.column)) return unknown("column", record.id);
  }
  for (const TotalsRecord& record : edit.totals) {
    if (record.measurement >= names.numbered().size())
      return unknown("measurement", record.measurement);
    names.numbered()[record.measurement].measurement->restore_totals(record.totals);
  }
  catalogs_.clear();
  for (const Namespace::Numbered& one : names.numbered())
    catalogs_.push_back(one.measurement->catalog_builder().catalog());
  return {};
}

Result<> CommittedState::apply_files(const ManifestEdit& edit,
                                     const std::shared_ptr<SegmentCache>& cache, Namespace& names) {
  std::map<Policy*, std::shared_ptr<SegmentFiles>> changed;
  for (const SegmentInfo& info : edit.files) {
    if (info.header.policy >= names.policies().size()) return unknown("file", info.header.number);
    Policy* policy = names.policies()[info.header.policy];
    std::shared_ptr<SegmentFiles>& files = changed[policy];
    if (!files) files = std::make_shared<SegmentFiles>(*policy->files);
    files->push_back(std::make_shared<const SegmentFile>(SegmentFile{info, cache}));
  }
  for (auto& [policy, files] : changed) policy->files = std::move(files);
  return {};
}

}  // namespace efd::store
