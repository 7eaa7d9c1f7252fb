// SPDX-License-Identifier: MIT
// What is dropped, and what may not be: retention by time and size, the bound of the whole log, and
// the holds of those who have not stored what they read.
#include "broker/log/retention.h"

#include <algorithm>

#include "broker/log/topic_admin.h"
#include "broker/log/wal_writer.h"
#include "observe/log.h"

namespace efd::broker {

// The first `count` segments of a partition.
struct CommitLog::State::Retention::Drop {
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

Result<> CommitLog::State::Retention::run() {
  // What fails was told to who deletes, and is tried again.
  static_cast<void>(log_.topic_admin->finish_earlier_deletions());
  std::lock_guard segments(log_.checkpoint_mutex);
  if (auto stopped = log_.intake_error(); stopped && stopped->code != ErrorCode::overload)
    return fail(*stopped);
  Result<> trimmed = trim_what_was_held();
  if (!trimmed && trimmed.error().code != ErrorCode::overload) return trimmed;
  EFD_ASSIGN(auto space, log_.files.space(log_.options.path));
  std::vector<Drop> drops = find_drops();
  find_drops_for_bound(bytes_bound(space.total_bytes), drops);
  drop_segments(drops);
  Result<> removed = remove_dropped_files();
  if (!removed && removed.error().code != ErrorCode::overload) return removed;
  return check_disk();
}

std::vector<CommitLog::State::Retention::Drop> CommitLog::State::Retention::find_drops() {
  std::vector<Drop> drops;
  int64_t now = log_.now_ms();
  std::lock_guard lock(log_.mutex);
  for (const auto& [name, topic] : log_.topics.all()) {
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

uint64_t CommitLog::State::Retention::bytes_bound(uint64_t disk_bytes) const {
  if (log_.options.log_bytes_max > 0) return log_.options.log_bytes_max;
  return static_cast<uint64_t>(log_.options.disk_share_max * static_cast<double>(disk_bytes));
}

// While the whole log has more bytes than it may: the oldest segments of all, whatever retention
// says.
void CommitLog::State::Retention::find_drops_for_bound(uint64_t bound, std::vector<Drop>& drops) {
  uint64_t bytes = log_.stats.segment_bytes;
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
std::vector<CommitLog::State::Retention::Drop> CommitLog::State::Retention::droppable_by_age()
    const {
  std::vector<Drop> drops;
  std::lock_guard lock(log_.mutex);
  for (const auto& [name, topic] : log_.topics.all()) {
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

void CommitLog::State::Retention::drop_segments(const std::vector<Drop>& drops) {
  std::lock_guard lock(log_.mutex);
  for (const Drop& drop : drops) {
    LogPartition& partition = *drop.partition;
    if (partition.is_deleted) continue;
    std::string payload;
    ByteWriter(payload).little<int64_t>(drop.new_start.value());
    log_.put_record({WalKind::log_start, partition.number, 0, partition.topic->id, payload});
    partition.log_start = std::max(partition.log_start, drop.new_start);
    auto end = partition.segments.begin() + static_cast<std::ptrdiff_t>(drop.count);
    for (auto segment = partition.segments.begin(); segment != end; ++segment) {
      dropped_files_.push_back(log_.folder(partition) + "/" +
                               segment_file_name(segment->base_offset));
      log_.stats.segment_bytes -= segment->length;
    }
    partition.segments.erase(partition.segments.begin(), end);
  }
}

void CommitLog::State::Retention::forget_files_in(const std::string& folder) {
  std::erase_if(dropped_files_, [&](const auto& path) { return path.starts_with(folder + "/"); });
}

// The new log starts are durable before a file goes: where the disk does not take them, the files
// wait for the next time.
Result<> CommitLog::State::Retention::remove_dropped_files() {
  if (dropped_files_.empty()) return {};
  EFD_TRY(log_.wal->commit());
  for (const std::string& path : std::exchange(dropped_files_, {})) {
    log_.cache.forget(path);
    log_.damages.forget(path);
    Result<> removed = system::remove_if_there(log_.files, path);
    if (!removed)
      observe::error("log", "{}: what retention has dropped stays until the log is opened again",
                     removed.error().message);
    ++log_.stats.dropped_segments;
  }
  return {};
}

// Under the log's lock. False: it starts there already.
bool CommitLog::State::Retention::put_start(LogPartition& partition, Offset below) {
  below = std::min(below, partition.log_end);
  partition.wanted_start = std::max(partition.wanted_start, below);
  for (const PartitionHold& hold : partition.holds) below = std::min(below, hold.from);
  if (partition.is_deleted || below <= partition.log_start) return false;
  std::string payload;
  ByteWriter(payload).little<int64_t>(below.value());
  log_.put_record({WalKind::log_start, partition.number, 0, partition.topic->id, payload});
  partition.log_start = below;
  return true;
}

// The files go with the next retention: the new start is durable before.
Result<> CommitLog::State::Retention::trim(std::span<const Trim> trims) {
  {
    std::lock_guard lock(log_.mutex);
    if (log_.failure) return fail(*log_.failure);
    for (const Trim& trim : trims) put_start(*trim.partition, trim.below);
  }
  return log_.wal->commit();  // also for those that an earlier call has moved and failed at this
}

// What somebody wanted gone while a connector had not stored it.
Result<> CommitLog::State::Retention::trim_what_was_held() {
  bool has_moved = false;
  {
    std::lock_guard lock(log_.mutex);
    for (const auto& [name, topic] : log_.topics.all())
      for (const PartitionHandle& partition : topic->partitions)
        if (partition->wanted_start > partition->log_start)
          has_moved |= put_start(*partition, partition->wanted_start);
  }
  return has_moved ? log_.wal->commit() : Result<>();
}

// The connector that keeps most of the log.
std::string CommitLog::State::Retention::name_of_slowest() const {
  std::lock_guard lock(log_.mutex);
  return log_.holds.name_of_slowest(log_.topics);
}

// Intake stops while the store still has room for a flush, and goes on when there is room again:
// first for what waits to be durable, for which the reserve is there.
Result<> CommitLog::State::Retention::check_disk() {
  EFD_ASSIGN(auto space, log_.files.space(log_.options.path));
  EFD_TRY(check_wal_file());
  if (needs_room()) {
    Result<> durable = log_.wal->commit();
    if (!durable) return durable.error().code == ErrorCode::overload ? Result<>() : durable;
  }
  uint64_t bound = bytes_bound(space.total_bytes);
  std::optional<Error> full;
  if (space.free_bytes < log_.options.disk_reserve_bytes)
    full = Error{ErrorCode::overload,
                 fmt::format("{}: {} bytes are free on the disk, {} are kept in reserve: intake "
                             "stops until there is room",
                             log_.options.path, space.free_bytes, log_.options.disk_reserve_bytes)};
  if (!full && log_.stats.segment_bytes > bound)
    full = Error{ErrorCode::overload,
                 fmt::format("{}: the log has {} bytes, may have {}, and what connector '{}' has "
                             "not stored is not dropped: intake stops until it is stored",
                             log_.options.path, log_.stats.segment_bytes.load(), bound,
                             name_of_slowest())};
  log_.set_disk_full(std::move(full));
  return {};
}

// A file that somebody has deleted, or whose folder, takes writes as before.
Result<> CommitLog::State::Retention::check_wal_file() {
  std::string path;
  {
    std::lock_guard lock(log_.mutex);
    if (log_.needs_wal_file || log_.chunks.file_number() == 0) return {};
    path = log_.wal_path(log_.chunks.file_number());
  }
  EFD_ASSIGN(bool is_there, log_.files.exists(path));
  if (is_there) return {};
  return fail(ErrorCode::give_up, "{}: is gone, though the log writes to it", path);
}

bool CommitLog::State::Retention::needs_room() const {
  std::lock_guard lock(log_.mutex);
  if (log_.failure || !log_.disk_full) return false;
  return log_.needs_wal_file || !log_.undurable_checkpoint.empty() ||
         log_.last_sequence > log_.durable_sequence;
}

}  // namespace efd::broker
