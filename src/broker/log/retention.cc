// SPDX-License-Identifier: MIT
// What is dropped, and what may not be: retention by time and size, the bound of the whole log, and
// the holds of those who have not stored what they read.
#include <algorithm>

#include "broker/log/log_state.h"
#include "observe/log.h"

namespace efd::broker {

// The first `count` segments of a partition.
struct CommitLog::State::Drop {
  PartitionHandle partition;
  size_t count = 0;
  Offset new_start;
};

namespace {

// So many lie below the log start: they were kept until here only because files go as a whole.
size_t below_start(const LogPartition& partition) {
  size_t count = 0;
  while (count < partition.segments.size() &&
         partition.segments[count].end_offset <= partition.log_start.value())
    ++count;
  return count;
}

// So many segments no hold forbids to drop. Under the log's lock.
size_t droppable(const LogPartition& partition) {
  if (partition.topic->settings.is_kept()) return below_start(partition);
  Offset limit = partition.log_end;
  for (const PartitionHold& hold : partition.holds) limit = std::min(limit, hold.from);
  size_t count = 0;
  while (count < partition.segments.size() && partition.segments[count].end_offset <= limit.value())
    ++count;
  return count;
}

// So many the topic's retention wants dropped.
size_t expired(const LogPartition& partition, int64_t now_ms) {
  const TopicSettings& settings = partition.topic->settings;
  uint64_t bytes = 0;
  for (const Segment& segment : partition.segments) bytes += segment.length;
  size_t count = 0;
  for (const Segment& segment : partition.segments) {
    bool is_old =
        settings.retention_ms >= 0 && now_ms - segment.age_from_ms > settings.retention_ms;
    bool is_too_much = settings.retention_bytes >= 0 &&
                       bytes >= static_cast<uint64_t>(settings.retention_bytes) + segment.length;
    if (!is_old && !is_too_much) break;
    bytes -= segment.length;
    ++count;
  }
  return count;
}

}  // namespace

Result<> CommitLog::State::retain() {
  {
    std::lock_guard admin(admin_mutex);
    static_cast<void>(
        finish_deletions());  // what fails was told to who deletes, and is tried again
  }
  std::lock_guard checkpoint(checkpoint_mutex);
  if (auto stopped = intake_error(); stopped && stopped->code != ErrorCode::overload)
    return fail(*stopped);
  Result<> trimmed = trim_what_was_held();
  if (!trimmed && trimmed.error().code != ErrorCode::overload) return trimmed;
  EFD_ASSIGN(auto space, files.space(options.path));
  std::vector<Drop> drops = find_drops();
  find_drops_for_bound(bytes_bound(space.total_bytes), drops);
  drop_segments(drops);
  Result<> removed = remove_dropped_files();
  if (!removed && removed.error().code != ErrorCode::overload) return removed;
  return check_disk();
}

std::vector<CommitLog::State::Drop> CommitLog::State::find_drops() {
  std::vector<Drop> drops;
  int64_t now = now_ms();
  std::lock_guard lock(mutex);
  for (const auto& [name, topic] : topics.all()) {
    for (const PartitionHandle& partition : topic->partitions) {
      if (partition->segments.empty()) continue;
      size_t wanted = std::max(expired(*partition, now), below_start(*partition));
      size_t count = std::min(wanted, droppable(*partition));
      if (count > 0)
        drops.push_back({partition, count, Offset(partition->segments[count - 1].end_offset)});
    }
  }
  return drops;
}

uint64_t CommitLog::State::bytes_bound(uint64_t disk_bytes) const {
  if (options.log_bytes_max > 0) return options.log_bytes_max;
  return static_cast<uint64_t>(options.disk_share_max * static_cast<double>(disk_bytes));
}

// While the whole log has more bytes than it may: the oldest segments of all, whatever retention
// says.
void CommitLog::State::find_drops_for_bound(uint64_t bound, std::vector<Drop>& drops) {
  uint64_t bytes = stats.segment_bytes;
  std::map<LogPartition*, Drop> wanted;
  for (const Drop& drop : drops) {
    wanted[drop.partition.get()] = drop;
    for (size_t i = 0; i < drop.count; ++i) bytes -= drop.partition->segments[i].length;
  }
  if (bytes <= bound) return;
  for (const Drop& oldest : droppable_by_age()) {
    if (bytes <= bound) break;
    Drop& drop = wanted[oldest.partition.get()];
    if (drop.count >= oldest.count) continue;
    bytes -= oldest.partition->segments[oldest.count - 1].length;
    drop = oldest;
  }
  drops.clear();
  for (auto& [partition, drop] : wanted)
    if (drop.count > 0) drops.push_back(std::move(drop));
}

// One for each segment that may go (with those before it), the one written longest ago first.
std::vector<CommitLog::State::Drop> CommitLog::State::droppable_by_age() const {
  std::vector<Drop> drops;
  std::lock_guard lock(mutex);
  for (const auto& [name, topic] : topics.all()) {
    for (const PartitionHandle& partition : topic->partitions) {
      size_t count = droppable(*partition);
      for (size_t i = 0; i < count; ++i)
        drops.push_back({partition, i + 1, Offset(partition->segments[i].end_offset)});
    }
  }
  auto last_append_ms = [](const Drop& drop) {
    return drop.partition->segments[drop.count - 1].last_append_ms;
  };
  std::stable_sort(drops.begin(), drops.end(), [&](const Drop& a, const Drop& b) {
    return last_append_ms(a) < last_append_ms(b);
  });
  return drops;
}

void CommitLog::State::drop_segments(const std::vector<Drop>& drops) {
  std::lock_guard lock(mutex);
  for (const Drop& drop : drops) {
    LogPartition& partition = *drop.partition;
    if (partition.is_deleted) continue;
    std::string payload;
    ByteWriter(payload).little<int64_t>(drop.new_start.value());
    put_record({WalKind::log_start, partition.number, 0, partition.topic->id, payload});
    partition.log_start = std::max(partition.log_start, drop.new_start);
    auto end = partition.segments.begin() + static_cast<std::ptrdiff_t>(drop.count);
    for (auto segment = partition.segments.begin(); segment != end; ++segment) {
      dropped_files.push_back(folder(partition) + "/" + segment_file_name(segment->base_offset));
      stats.segment_bytes -= segment->length;
    }
    partition.segments.erase(partition.segments.begin(), end);
  }
}

// The new log starts are durable before a file goes: where the disk does not take them, the files
// wait for the next time.
Result<> CommitLog::State::remove_dropped_files() {
  if (dropped_files.empty()) return {};
  EFD_TRY(commit());
  for (const std::string& path : std::exchange(dropped_files, {})) {
    cache.forget(path);
    forget_damage(path);
    Result<> removed = system::remove_if_there(files, path);
    if (!removed)
      observe::error("log", "{}: what retention has dropped stays until the log is opened again",
                     removed.error().message);
    ++stats.dropped_segments;
  }
  return {};
}

// Under the log's lock. False: it starts there already.
bool CommitLog::State::put_start(LogPartition& partition, Offset below) {
  below = std::min(below, partition.log_end);
  partition.wanted_start = std::max(partition.wanted_start, below);
  for (const PartitionHold& hold : partition.holds) below = std::min(below, hold.from);
  if (partition.is_deleted || below <= partition.log_start) return false;
  std::string payload;
  ByteWriter(payload).little<int64_t>(below.value());
  put_record({WalKind::log_start, partition.number, 0, partition.topic->id, payload});
  partition.log_start = below;
  return true;
}

// The files go with the next retention: the new start is durable before.
Result<> CommitLog::State::trim(std::span<const Trim> trims) {
  {
    std::lock_guard lock(mutex);
    if (failure) return fail(*failure);
    for (const Trim& trim : trims) put_start(*trim.partition, trim.below);
  }
  return commit();  // also for those that an earlier call has moved and failed at this
}

// What somebody wanted gone while a connector had not stored it.
Result<> CommitLog::State::trim_what_was_held() {
  bool has_moved = false;
  {
    std::lock_guard lock(mutex);
    for (const auto& [name, topic] : topics.all())
      for (const PartitionHandle& partition : topic->partitions)
        if (partition->wanted_start > partition->log_start)
          has_moved |= put_start(*partition, partition->wanted_start);
  }
  return has_moved ? commit() : Result<>();
}

// Intake stops while the store still has room for a flush, and goes on when there is room again:
// first for what waits to be durable, for which the reserve is there.
Result<> CommitLog::State::check_disk() {
  EFD_ASSIGN(auto space, files.space(options.path));
  EFD_TRY(check_wal_file());
  if (needs_room()) {
    Result<> durable = commit();
    if (!durable) return durable.error().code == ErrorCode::overload ? Result<>() : durable;
  }
  uint64_t bound = bytes_bound(space.total_bytes);
  std::optional<Error> full;
  if (space.free_bytes < options.disk_reserve_bytes)
    full = Error{ErrorCode::overload,
                 fmt::format("{}: {} bytes are free on the disk, {} are kept in reserve: intake "
                             "stops until there is room",
                             options.path, space.free_bytes, options.disk_reserve_bytes)};
  if (!full && stats.segment_bytes > bound)
    full = Error{ErrorCode::overload,
                 fmt::format("{}: the log has {} bytes, may have {}, and what is held back by a "
                             "connector is not dropped: intake stops until it is stored",
                             options.path, stats.segment_bytes.load(), bound)};
  set_disk_full(std::move(full));
  return {};
}

// A file that somebody has deleted, or whose folder, takes writes as before.
Result<> CommitLog::State::check_wal_file() {
  std::string path;
  {
    std::lock_guard lock(mutex);
    if (needs_wal_file || chunks.file_number() == 0) return {};
    path = wal_path(chunks.file_number());
  }
  EFD_ASSIGN(bool is_there, files.exists(path));
  if (is_there) return {};
  return fail(ErrorCode::give_up, "{}: is gone, though the log writes to it", path);
}

bool CommitLog::State::needs_room() const {
  std::lock_guard lock(mutex);
  if (failure || !disk_full) return false;
  return needs_wal_file || !undurable_checkpoint.empty() || last_sequence > durable_sequence;
}

void CommitLog::State::hold(const std::string& name,
                            std::function<bool(const TopicName&)> matches) {
  std::lock_guard lock(mutex);
  auto same =
      std::find_if(holds.begin(), holds.end(), [&](const Hold& hold) { return hold.name == name; });
  if (same != holds.end()) {
    same->matches = std::move(matches);
  } else {
    holds.push_back({name, std::move(matches)});
  }
  for (const auto& [topic_name, topic] : topics.all())
    for (const PartitionHandle& partition : topic->partitions) add_holds(*partition);
}

// Those of all holders that match and hold nothing of it yet.
void CommitLog::State::add_holds(LogPartition& partition) {
  for (uint32_t holder = 0; holder < holds.size(); ++holder) {
    if (holds[holder].name.empty() || !holds[holder].matches(partition.topic->name)) continue;
    bool has = std::any_of(partition.holds.begin(), partition.holds.end(),
                           [&](const PartitionHold& hold) { return hold.holder == holder; });
    if (!has) partition.holds.push_back({holder, partition.log_start});
  }
}

void CommitLog::State::release(const std::string& name, LogPartition& partition, Offset below) {
  std::lock_guard lock(mutex);
  for (PartitionHold& hold : partition.holds)
    if (holds[hold.holder].name == name) hold.from = std::max(hold.from, below);
}

void CommitLog::State::drop_hold(const std::string& name) {
  std::lock_guard lock(mutex);
  for (uint32_t holder = 0; holder < holds.size(); ++holder) {
    if (holds[holder].name != name) continue;
    holds[holder] = {};
    for (const auto& [topic_name, topic] : topics.all())
      for (const PartitionHandle& partition : topic->partitions)
        std::erase_if(partition->holds,
                      [&](const PartitionHold& hold) { return hold.holder == holder; });
  }
}

}  // namespace efd::broker
