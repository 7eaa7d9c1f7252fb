// SPDX-License-Identifier: MIT
#include "store/engine.h"

#include <algorithm>
#include <map>
#include <set>

#include "store/measurement_view.h"

namespace efd::store {
namespace {

// A put has rows for many measurements, more than the cache holds: so many before its turn each one
// is asked for.
constexpr size_t kFetchAhead = 2;

// Whether all of them take rows.
Result<> check_open(std::span<const PutRows> rows) {
  for (const PutRows& one : rows) {
    if (one.measurement->is_dropped())
      return fail(ErrorCode::not_found, "measurement {} was dropped: find or make it anew",
                  one.measurement->name());
    if (one.measurement->has_too_many_series())
      return fail(ErrorCode::overload,
                  "measurement {} has {} series (sets of tags), as many as it may: "
                  "drop it, or use a field where every row has another tag",
                  one.measurement->name(), kSeriesMax);
  }
  return {};
}

bool has_tags(const rows::Layout& layout) {
  return std::any_of(layout.columns.begin(), layout.columns.end(),
                     [](const rows::Column& column) { return column.role == rows::Role::tag; });
}

// Whether new tag sets may come.
Result<> check_series(std::span<const PutRows> rows, const MemoryUse& memory) {
  if (memory.has_room_for_series()) return {};
  for (const PutRows& one : rows)
    if (has_tags(one.rows->layout()))
      return fail(ErrorCode::overload,
                  "the store's series (sets of tags) take {} bytes of memory (at most {}, see "
                  "store.series_bytes_max): raise it, drop a measurement, or use a field where "
                  "every row has another tag",
                  memory.series_bytes.load(), memory.series_bytes_max);
  return {};
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(system::FileSystem& files, system::Clock& clock,
                                           StoreOptions options) {
  bool with_threads = options.start_threads;
  auto engine = std::make_unique<Engine>(files, clock, std::move(options));
  EFD_TRY(engine->recover());
  if (with_threads) engine->start_threads();
  return engine;
}

Engine::Engine(system::FileSystem& files, system::Clock& clock, StoreOptions options)
    : files_(files),
      clock_(clock),
      options_(std::move(options)),
      removed_(std::make_shared<RemovedFiles>(files, options_.path)),
      cache_(std::make_shared<SegmentCache>(files, options_.path, removed_)),
      manifest_(files, options_.path + "/manifest"),
      committed_(cache_),
      names_(memory_) {
  memory_.series_bytes_max = options_.series_bytes_max;
}

Engine::~Engine() = default;

void Engine::start_threads() {
  Housekeeper::Tasks tasks{[this] { seal_full_heads(); }, [this] { return crowded(); },
                           [this] { return flush(); }, [this] { watch_files(); }};
  housekeeper_ =
      std::make_unique<Housekeeper>(std::move(tasks), clock_, options_.flush_interval_ms);
}

Result<> Engine::close() {
  housekeeper_.reset();
  EFD_TRY(flush());
  const LeftOut left_out = figures().left_out;
  if (left_out.empty()) return {};
  return fail(ErrorCode::retry, "what connector {} has put is not committed and comes again: {}",
              left_out.front().connector.value(), left_out.front().why);
}

std::vector<std::string> Engine::databases() const {
  std::shared_lock lock(names_mutex_);
  std::vector<std::string> names;
  for (const auto& database : names_.databases()) names.push_back(database->name);
  return names;
}

Result<std::vector<RetentionPolicy>> Engine::policies(const std::string& database) const {
  std::shared_lock lock(names_mutex_);
  Database* found = names_.database(database);
  if (!found) return fail(ErrorCode::not_found, "database not found: {}", database);
  std::vector<RetentionPolicy> policies;
  for (const auto& policy : found->policies) policies.push_back(policy->settings);
  return policies;
}

Result<MeasurementHandle> Engine::measurement(const std::string& database,
                                              const std::string& policy, const std::string& name,
                                              EqualTimes equal_times) {
  std::unique_lock lock(names_mutex_);
  EFD_ASSIGN(Policy * in, names_.policy(database, policy));
  auto known = in->measurements.find(name);
  if (known == in->measurements.end()) return names_.add_measurement(*in, name, equal_times);
  if (known->second->equal_times() == equal_times) return known->second;
  const bool keeps_all = equal_times == EqualTimes::last_wins;
  return fail(ErrorCode::conflict,
              "measurement {} {} of one series and time, and that cannot be changed: take another "
              "name, or drop it",
              name, keeps_all ? "keeps all rows" : "keeps the last value of each field");
}

PositionSlot Engine::position_slot(const ConnectorName& connector,
                                   const TopicPartition& partition) {
  return {&owners_.of(connector), positions_.slot(connector, partition)};
}

void Engine::bound_left_out(const ConnectorName& connector, uint64_t bytes_max) {
  owners_.of(connector).bytes_max = bytes_max;
}

uint64_t Engine::shared_bytes() const {
  const uint64_t left_out = owners_.bytes_left_out();
  const uint64_t all = memory_.bytes.load(std::memory_order_relaxed);
  return all - std::min(all, left_out);
}

bool Engine::crowded() const {
  return shared_bytes() >= options_.flush_bytes;
}

Result<> Engine::check_room(const Owner& owner) const {
  if (owner.is_left_out.load(std::memory_order_relaxed)) {
    const uint64_t own = owner.bytes;
    if (own < owner.bytes_max) return {};
    return fail(ErrorCode::overload,
                "connector {} holds {} bytes that commits leave out (at most {}: "
                "connector.memory_bytes_max): try again when it is ready",
                owner.connector.value(), own, owner.bytes_max.load());
  }
  const uint64_t bytes = shared_bytes();
  if (bytes < options_.memory_bytes_max) return {};
  return fail(ErrorCode::overload,
              "the store holds {} bytes that are not on disk yet (at most {}): try again when a "
              "flush has made room",
              bytes, options_.memory_bytes_max);
}

Result<> Engine::put(std::span<const PutRows> rows, std::span<const PutPosition> positions) {
  if (is_stopped_.load(std::memory_order_relaxed)) {
    std::lock_guard lock(figures_mutex_);
    return fail(*figures_.intake_error);
  }
  Owner& owner = positions.empty() ? owners_.nobody() : *positions.front().slot.owner;
  EFD_TRY(check_room(owner));
  bool filled = false;
  {
    std::shared_lock hold(cut_lock_);
    if (memory_.some_closed.load(std::memory_order_relaxed)) {
      EFD_TRY(check_open(rows));
      EFD_TRY(check_series(rows, memory_));
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i + kFetchAhead < rows.size()) rows[i + kFetchAhead].measurement->fetch_ahead();
      filled |= rows[i].measurement->append(*rows[i].rows, owner);
    }
    positions_.put(positions);
  }
  if (housekeeper_ && (filled || crowded())) housekeeper_->wake();
  return {};
}

void Engine::before_commit(BeforeCommit hook) {
  std::lock_guard lock(flush_mutex_);
  before_commit_ = std::move(hook);
}

std::vector<StoredPosition> Engine::committed_positions() const {
  return is_proven_ ? positions_.committed() : std::vector<StoredPosition>();
}

std::vector<StoredPosition> Engine::positions() const {
  return positions_.latest();
}

Result<> Engine::set_position(const StoredPosition& position) {
  std::shared_lock hold(cut_lock_);
  positions_.set(position);
  return {};
}

std::vector<MeasurementHandle> Engine::find(const Policy& policy,
                                            std::span<const std::string> names) const {
  std::vector<MeasurementHandle> found;
  for (const std::string& name : names) {
    auto known = policy.measurements.find(name);
    if (known != policy.measurements.end()) found.push_back(known->second);
  }
  return found;
}

Result<std::vector<std::shared_ptr<const MeasurementView>>> Engine::views(
    const std::string& database, const std::string& policy, std::span<const std::string> names) {
  std::shared_lock lock(names_mutex_);
  EFD_ASSIGN(Policy * in, names_.policy(database, policy));
  std::vector<MeasurementHandle> found = find(*in, names);
  std::vector<Measurement::Parts> parts;
  parts.reserve(found.size());
  std::shared_ptr<const SegmentFiles> files;
  {
    std::unique_lock hold(cut_lock_);
    files = in->files;
    for (const MeasurementHandle& measurement : found) parts.push_back(measurement->parts());
  }
  std::vector<std::shared_ptr<const MeasurementView>> views;
  for (size_t i = 0; i < found.size(); ++i)
    views.push_back(
        std::make_shared<const PartsView>(found[i]->name(), std::move(parts[i]), files));
  return views;
}

std::vector<Store::FileInfo> Engine::files() const {
  std::lock_guard commit_lock(commit_mutex_);
  const ManifestEdit names = committed_.names();
  std::map<uint32_t, std::string> databases;
  for (const DatabaseRecord& record : names.databases) databases[record.id] = record.name;
  std::vector<FileInfo> files;
  for (const auto& [number, file] : committed_.files()) {
    const SegmentInfo& info = file->info;
    const PolicyRecord& policy = committed_.policies().at(info.header.policy);
    files.push_back({number, path_of(info), databases[policy.database], policy.settings.name,
                     info.header.shard_start_ns, info.header.level, info.order.first,
                     info.order.last, info.bytes, info.rows});
  }
  return files;
}

Result<std::vector<std::string>> Engine::measurement_names(const std::string& database) const {
  std::shared_lock lock(names_mutex_);
  Database* found = names_.database(database);
  if (!found) return fail(ErrorCode::not_found, "database not found: {}", database);
  std::set<std::string> names;
  for (const auto& policy : found->policies)
    for (const auto& [name, measurement] : policy->measurements) names.insert(name);
  return std::vector<std::string>(names.begin(), names.end());
}

Store::Figures Engine::figures() const {
  std::lock_guard lock(figures_mutex_);
  Figures figures = figures_;
  figures.damage = cache_->damage();
  figures.rows_in_memory = memory_.rows;
  figures.bytes_in_memory = memory_.bytes;
  figures.series_bytes = memory_.series_bytes;
  return figures;
}

}  // namespace efd::store
