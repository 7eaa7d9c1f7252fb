// SPDX-License-Identifier: MIT
#include "store/committed_state.h"

#include <algorithm>
#include <tuple>

namespace efd::store {
namespace {

// Ids of columns in all, dropped ones included: some hundred times what the observatory has.
constexpr uint64_t kColumnSlotsMax = uint64_t{1} << 24;

tl::unexpected<Error> wrong(const char* what, uint64_t id, const char* why) {
  return fail(ErrorCode::give_up, "{} {} of the manifest {}", what, id, why);
}
constexpr const char* kTwice = "is there already";
constexpr const char* kUnknown = "names what is not there";

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
      if (columns[column]) edit.columns.push_back({id, column, *columns[column]});
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
    if (!is_same && columns[column]) edit.columns.push_back({id, column, *columns[column]});
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
      if (columns[column]) names.columns.push_back({id, column, *columns[column]});
  }
  return names;
}

// ------------------------------------------------------------------------------------------ apply

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
      if (known && known->key != record.column.key) return wrong("column", record.id, kTwice);
      columns[record.id] = std::make_shared<const CatalogColumn>(record.column);
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
  CatalogColumn column = record.column;
  if (record.id < columns.size() && columns[record.id]) {
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
  }
  return {};
}

}  // namespace efd::store
