// SPDX-License-Identifier: MIT
#include "store/committed_state.h"

#include <algorithm>
#include <tuple>

#include "store/manifest_error.h"

namespace efd::store {
namespace {

std::vector<uint32_t> numbers(uint32_t begin, uint32_t end) {
  std::vector<uint32_t> all;
  for (uint32_t i = begin; i < end; ++i) all.push_back(i);
  return all;
}

bool in_log_order(const std::shared_ptr<const SegmentFile>& a,
                  const std::shared_ptr<const SegmentFile>& b) {
  return std::pair(a->info.order.first, a->info.header.number) <
         std::pair(b->info.order.first, b->info.header.number);
}

}  // namespace

bool CommittedState::has_column(uint32_t measurement, uint32_t column) const {
  auto known = measurements_.find(measurement);
  if (known == measurements_.end()) return false;
  const Catalog::Columns& columns = known->second.catalog->columns();
  return column < columns.size() && columns[column];
}

bool CommittedState::has_name_of(const ManifestEdit& edit) const {
  auto has_database = [&](const DatabaseRecord& made) {
    return std::any_of(databases_.begin(), databases_.end(),
                       [&](const auto& one) { return one.second == made.name; });
  };
  auto has_policy = [&](const PolicyRecord& made) {
    return std::any_of(policies_.begin(), policies_.end(), [&](const auto& one) {
      return one.second.database == made.database && one.second.settings.name == made.settings.name;
    });
  };
  return std::any_of(edit.databases.begin(), edit.databases.end(), has_database) ||
         std::any_of(edit.policies.begin(), edit.policies.end(), has_policy);
}

SegmentFiles CommittedState::files_of(uint32_t policy) const {
  SegmentFiles files;
  for (const auto& [number, file] : files_)
    if (file->info.header.policy == policy) files.push_back(file);
  std::sort(files.begin(), files.end(), in_log_order);
  return files;
}

std::vector<RemovedFile> CommittedState::files_without(const DroppedRecord& dropped) const {
  std::vector<RemovedFile> gone;
  if (dropped.databases.empty() && dropped.policies.empty() && dropped.measurements.empty())
    return gone;
  IdSet left;
  for (const auto& [id, one] : measurements_) {
    const PolicyRecord& policy = policies_.at(one.policy);
    auto has = [](const std::vector<uint32_t>& ids, uint32_t sought) {
      return std::find(ids.begin(), ids.end(), sought) != ids.end();
    };
    if (!has(dropped.measurements, id) && !has(dropped.policies, policy.id) &&
        !has(dropped.databases, policy.database))
      left.add(id);
  }
  for (const auto& [number, file] : files_)
    if (!file->info.measurements.has_common(left)) gone.push_back(removed(file->info));
  return gone;
}

ManifestEdit CommittedState::names() const {
  ManifestEdit edit;
  for (const auto& [id, name] : databases_) edit.databases.push_back({id, name});
  for (const auto& [id, policy] : policies_) edit.policies.push_back(policy);
  return edit;
}

ManifestEdit CommittedState::next_edit() const {
  ManifestEdit edit;
  edit.commit = commit_ + 1;
  edit.next = next_;
  return edit;
}

ManifestEdit CommittedState::all(const PositionTable& positions,
                                 const RemovedFiles& removed) const {
  ManifestEdit edit = names();
  edit.commit = commit_;
  edit.store = store_;
  edit.next = next_;
  edit.dropped = dropped_;
  for (const auto& [id, one] : measurements_) {
    const Catalog::Columns& columns = one.catalog->columns();
    edit.measurements.push_back(
        {id, one.policy, one.name, one.equal_times, static_cast<uint32_t>(columns.size())});
    if (one.series) add_sets(id, *one.series, numbers(1, one.series_count), edit);
    for (uint32_t column = 0; column < columns.size(); ++column)
      if (columns[column]) edit.columns.push_back({id, column, columns[column]});
  }
  for (const auto& [number, file] : files_) edit.files.push_back(file->info);
  edit.removed = removed.all();
  edit.positions = positions.all_committed();
  return edit;
}

void CommittedState::add_columns(const Measurement& measurement, const Policy& policy,
                                 const Catalog& catalog, ManifestEdit& edit) const {
  uint32_t id = measurement.id();
  auto known = measurements_.find(id);
  const Catalog* before = known == measurements_.end() ? nullptr : known->second.catalog.get();
  if (!before)
    edit.measurements.push_back({id, policy.id, measurement.name(), measurement.equal_times(), 0});
  if (before == &catalog) return;
  const Catalog::Columns& columns = catalog.columns();
  for (uint32_t column = 0; column < columns.size(); ++column) {
    bool is_same =
        before && column < before->columns().size() && before->columns()[column] == columns[column];
    if (!is_same && columns[column]) edit.columns.push_back({id, column, columns[column]});
  }
}

void CommittedState::add_series(const Measurement& measurement, uint32_t count,
                                ManifestEdit& edit) const {
  auto known = measurements_.find(measurement.id());
  const uint32_t before = known == measurements_.end() ? 1 : known->second.series_count;
  if (measurement.series())
    add_sets(measurement.id(), *measurement.series(), numbers(before, count), edit);
}

void add_sets(uint32_t measurement, const SeriesDictionary& dictionary,
              std::span<const uint32_t> series, ManifestEdit& edit) {
  SeriesRecord record{measurement, {}};
  for (uint32_t one : series)
    if (std::string_view tags = dictionary.tags(one); !tags.empty())
      record.sets.emplace_back(one, tags);
  if (!record.sets.empty()) edit.series.push_back(std::move(record));
}

ManifestEdit CommittedState::names_for(uint32_t policy,
                                       std::span<const uint32_t> measurements) const {
  ManifestEdit names;
  const PolicyRecord& of = policies_.at(policy);
  names.databases.push_back({of.database, databases_.at(of.database)});
  names.policies.push_back(of);
  for (uint32_t id : measurements) {
    const CommittedMeasurement& one = measurements_.at(id);
    names.measurements.push_back({id, policy, one.name, one.equal_times, 0});
    const Catalog::Columns& columns = one.catalog->columns();
    for (uint32_t column = 0; column < columns.size(); ++column)
      if (columns[column]) names.columns.push_back({id, column, columns[column]});
  }
  return names;
}

Result<> CommittedState::check_orders() const {
  std::map<std::pair<uint32_t, int64_t>, SegmentFiles> shards;
  for (const auto& [number, file] : files_) {
    const SegmentHeader& header = file->info.header;
    if (!has_policy(header.policy)) return wrong("file", number, kUnknown);
    shards[{header.policy, header.shard_start_ns}].push_back(file);
  }
  for (auto& [shard, files] : shards) {
    std::sort(files.begin(), files.end(), in_log_order);
    for (size_t i = 1; i < files.size(); ++i)
      if (files[i]->info.order.first <= files[i - 1]->info.order.last)
        return wrong("file", files[i]->info.header.number, "has the place of another one");
  }
  return {};
}

void CommittedState::take_names(const Namespace& names) {
  for (const auto& database : names.databases()) databases_[database->id] = database->name;
  for (const auto& [id, policy] : names.policies())
    policies_[id] = {id, policy->database, policy->settings};
  for (const auto& [id, one] : names.numbered())
    measurements_[id] = {one.policy->id,
                         one.measurement->name(),
                         one.measurement->equal_times(),
                         one.measurement->catalog_builder().catalog(),
                         one.measurement->series(),
                         one.measurement->series() ? one.measurement->series()->count() : 1};
  if (!databases_.empty())
    next_.database = std::max(next_.database, databases_.rbegin()->first + 1);
  if (!policies_.empty()) next_.policy = std::max(next_.policy, policies_.rbegin()->first + 1);
  next_.measurement = std::max(next_.measurement, names.next_measurement_id());
}

}  // namespace efd::store
