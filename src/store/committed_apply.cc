// SPDX-License-Identifier: MIT
// What an edit of the manifest changes in the committed state.
#include <algorithm>

#include "store/committed_state.h"
#include "store/manifest_error.h"

namespace efd::store {
namespace {

// Ids of columns in all, dropped ones included: some hundred times what the observatory has.
constexpr uint64_t kColumnSlotsMax = uint64_t{1} << 24;

}  // namespace

Result<> CommittedState::apply(const ManifestEdit& edit) {
  commit_ = edit.commit;
  if (edit.store) store_ = *edit.store;
  next_.pass(edit.next);
  EFD_TRY(apply_dropped(edit.dropped));
  EFD_TRY(apply_names(edit));
  EFD_TRY(apply_columns(edit));
  return apply_files(edit);
}

// Lists may name what no commit had, or what went with its database.
Result<> CommittedState::apply_dropped(const DroppedRecord& dropped) {
  for (uint32_t id : dropped.databases) {
    databases_.erase(id);
    for (auto policy = policies_.begin(); policy != policies_.end();) {
      const uint32_t next = policy->first;
      const bool is_in = policy->second.database == id;
      ++policy;
      if (is_in) drop_policy(next);
    }
  }
  for (uint32_t id : dropped.policies) drop_policy(id);
  for (uint32_t id : dropped.measurements) {
    measurements_.erase(id);
    next_.measurement = std::max(next_.measurement, id + 1);
  }
  for (auto [measurement, column] : dropped.columns) {
    if (!has_column(measurement, column)) continue;
    CommittedMeasurement& one = measurements_.at(measurement);
    Catalog::Columns columns = one.catalog->columns();
    columns[column] = nullptr;
    one.catalog = std::make_shared<const Catalog>(std::move(columns));
  }
  dropped_.add(dropped);
  return {};
}

void CommittedState::drop_policy(uint32_t id) {
  policies_.erase(id);
  std::erase_if(measurements_, [id](const auto& one) { return one.second.policy == id; });
}

Result<> CommittedState::apply_names(const ManifestEdit& edit) {
  for (const DatabaseRecord& record : edit.databases) {
    for (const auto& [id, name] : databases_)
      if (id == record.id || name == record.name) return wrong("database", record.id, kTwice);
    databases_.emplace(record.id, record.name);
    next_.database = std::max(next_.database, record.id + 1);
  }
  for (const PolicyRecord& record : edit.policies) {
    if (!has_database(record.database)) return wrong("policy", record.id, kUnknown);
    for (const auto& [id, one] : policies_)
      if (id == record.id ||
          (one.database == record.database && one.settings.name == record.settings.name))
        return wrong("policy", record.id, kTwice);
    policies_.emplace(record.id, record);
    next_.policy = std::max(next_.policy, record.id + 1);
  }
  const auto empty = std::make_shared<const Catalog>(Catalog::Columns());
  for (const MeasurementRecord& record : edit.measurements) {
    if (!has_policy(record.policy) || record.id == Measurement::kNoId)
      return wrong("measurement", record.id, kUnknown);
    auto [one, is_new] = measurements_.try_emplace(
        record.id,
        CommittedMeasurement{record.policy, record.name, record.equal_times, empty, nullptr, 1});
    if (!is_new) return wrong("measurement", record.id, kTwice);
    if (record.next_column) {
      Catalog::Columns columns;
      EFD_TRY(pass_columns(columns, record.next_column));
      one->second.catalog = std::make_shared<const Catalog>(std::move(columns));
    }
    next_.measurement = std::max(next_.measurement, record.id + 1);
  }
  return {};
}

Result<> CommittedState::pass_columns(Catalog::Columns& columns, uint32_t next) {
  if (next <= columns.size()) return {};
  column_slots_ += next - columns.size();
  if (column_slots_ > kColumnSlotsMax)
    return fail(ErrorCode::give_up, "the manifest has too many columns: it is damaged");
  columns.resize(next);
  return {};
}

// Records of one measurement lie together.
Result<> CommittedState::apply_columns(const ManifestEdit& edit) {
  for (size_t at = 0; at < edit.columns.size();) {
    const uint32_t id = edit.columns[at].measurement;
    auto one = measurements_.find(id);
    if (one == measurements_.end()) return wrong("measurement", id, kUnknown);
    Catalog::Columns columns = one->second.catalog->columns();
    for (; at < edit.columns.size() && edit.columns[at].measurement == id; ++at) {
      const ColumnRecord& record = edit.columns[at];
      EFD_TRY(pass_columns(columns, record.id + 1));
      const auto& known = columns[record.id];
      if (known && known->key != record.column->key) return wrong("column", record.id, kTwice);
      columns[record.id] = record.column;
    }
    one->second.catalog = std::make_shared<const Catalog>(std::move(columns));
  }
  return {};
}

Result<> CommittedState::apply_files(const ManifestEdit& edit) {
  for (const RemovedFile& file : edit.removed) {
    removed_.push_back(file);
    auto known = files_.find(file.number);
    if (known == files_.end()) continue;
    erased_.push_back(std::move(known->second));
    files_.erase(known);
  }
  for (const SegmentInfo& info : edit.files) {
    const uint64_t number = info.header.number;
    if (!has_policy(info.header.policy)) return wrong("file", number, kUnknown);
    if (!files_.try_emplace(number, std::make_shared<const SegmentFile>(info, cache_)).second)
      return wrong("file", number, kTwice);
    next_.file = std::max(next_.file, number + 1);
    next_.order = std::max(next_.order, info.order.last + 1);
  }
  return {};
}

std::vector<RemovedFile> CommittedState::take_removed(SegmentFiles* erased) {
  SegmentFiles files = std::exchange(erased_, {});
  if (erased) *erased = std::move(files);
  return std::exchange(removed_, {});
}

void CommittedState::share(const Measurement& measurement, std::shared_ptr<const Catalog> catalog,
                           uint32_t series_count) {
  auto one = measurements_.find(measurement.id());
  if (one == measurements_.end()) return;
  one->second.catalog = std::move(catalog);
  one->second.series = measurement.series();
  one->second.series_count = series_count;
}

Result<> CommittedState::apply_series(const ManifestEdit& edit) {
  for (const SeriesRecord& record : edit.series) {
    auto one = measurements_.find(record.measurement);
    if (one == measurements_.end()) return wrong("measurement", record.measurement, kUnknown);
    std::shared_ptr<SeriesDictionary>& series = one->second.series;
    if (!series) series = std::make_shared<SeriesDictionary>();
    for (const auto& [number, tags] : record.sets)
      if (!series->restore(number, tags)) return wrong("series", number, kTwice);
    one->second.series_count = series->count();
  }
  return {};
}

}  // namespace efd::store
