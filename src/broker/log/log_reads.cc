// SPDX-License-Identifier: MIT
#include "broker/log/log_reads.h"

#include <algorithm>

namespace efd::broker {
namespace {

Offset limit_of(const LogPartition& partition, See see) {
  return see == See::durable ? partition.high_watermark() : partition.log_end;
}

Result<> check_range(const LogPartition& partition, Offset from) {
  if (partition.is_deleted)
    return fail(ErrorCode::not_found, "topic '{}' has been deleted", partition.topic->name.value());
  if (from >= partition.log_start && from <= partition.log_end) return {};
  return fail(ErrorCode::bad_input, "{}-{}: offset {} is not within {} and {}",
              partition.topic->name.value(), partition.number.value(), from.value(),
              partition.log_start.value(), partition.log_end.value());
}

// From memory, under the log's lock.
void collect(const LogPartition& partition, Tail::Iterator from, Offset limit, size_t bytes_max,
             FetchedBatches& fetched) {
  const Chunk* last = nullptr;
  for (auto entry = from; entry != partition.tail.end(); ++entry) {
    if (entry->next_offset > limit.value()) return;
    if (fetched.bytes > 0 && fetched.bytes + entry->size > bytes_max) return;
    fetched.batches.push_back(entry->batch());
    fetched.bytes += entry->size;
    if (entry->chunk != last) fetched.owners.push_back(entry->chunk->shared_from_this());
    last = entry->chunk;
  }
}

// True when that did: otherwise what is asked for is not in memory.
bool read_memory(const LogPartition& partition, Offset from, size_t bytes_max, See see,
                 FetchedBatches& fetched) {
  fetched.state = partition.state();
  Offset limit = limit_of(partition, see);
  if (from >= limit) return true;
  auto entry = partition.tail.find(from);
  if (entry == partition.tail.end() || entry->base_offset > from.value()) return false;
  collect(partition, entry, limit, bytes_max, fetched);
  return true;
}

// Offsets that a repair has dropped are a batch without records, as those that Kafka's compaction
// has removed: so clients go on behind them.
FetchedBatches add_dropped(Offset from, Offset next, FetchedBatches fetched) {
  auto batch = std::make_shared<const std::string>(empty_batch(from, next));
  fetched.batches.push_back(*batch);
  fetched.bytes = batch->size();
  fetched.owners.push_back(std::move(batch));
  return fetched;
}

// The whole batches at the front of `bytes`, which have been checked, as far as `limit`.
void split(std::string_view bytes, Offset limit, FetchedBatches& fetched) {
  while (!bytes.empty()) {
    BatchHeader header = BatchHeader::read(bytes.data());
    if (header.next_offset() > limit) return;
    fetched.batches.push_back(bytes.substr(0, header.size()));
    fetched.bytes += header.size();
    bytes.remove_prefix(header.size());
  }
}

}  // namespace

Result<FetchedBatches> CommitLog::State::LogReads::read(LogPartition& partition, Offset from,
                                                        size_t bytes_max, See see) {
  FetchedBatches fetched;
  std::lock_guard lock(log_.mutex);
  EFD_TRY(check_range(partition, from));
  fetched.is_cold = !read_memory(partition, from, bytes_max, see, fetched);
  return fetched;
}

Result<FetchedBatches> CommitLog::State::LogReads::read_cold(LogPartition& partition, Offset from,
                                                             size_t bytes_max, See see) {
  Segment segment;
  {
    FetchedBatches fetched;
    std::lock_guard lock(log_.mutex);
    EFD_TRY(check_range(partition, from));
    if (read_memory(partition, from, bytes_max, see, fetched)) return fetched;
    auto found = std::partition_point(
        partition.segments.begin(), partition.segments.end(),
        [&](const Segment& candidate) { return candidate.end_offset <= from.value(); });
    Offset next = partition.log_end;
    if (found != partition.segments.end()) {
      next = Offset(found->base_offset);
    } else if (auto entry = partition.tail.find(from); entry != partition.tail.end()) {
      next = Offset(entry->base_offset);
    }
    next = std::min(next, limit_of(partition, see));
    if (next > from) return add_dropped(from, next, std::move(fetched));
    segment = *found;
  }
  log_.stats.cold_reads.fetch_add(1, std::memory_order_relaxed);
  auto fetched = read_segment(partition, segment, from, bytes_max, see);
  if (fetched && !fetched->rotten) return fetched;
  // Retention or deletion may have taken the file meanwhile: then that is the answer.
  std::lock_guard lock(log_.mutex);
  EFD_TRY(check_range(partition, from));
  return fetched;
}

Result<FetchedBatches> CommitLog::State::LogReads::read_segment(LogPartition& partition,
                                                                const Segment& segment, Offset from,
                                                                size_t bytes_max, See see) {
  EFD_ASSIGN(auto reader, open_segment(partition, segment));
  SegmentReader::Found found;
  if (!reader) found.rot = missing_segment(partition, segment);
  while (reader) {
    EFD_ASSIGN(auto place, reader->find_offset(from, segment));
    EFD_ASSIGN(found, reader->read(place, segment, bytes_max));
    // How far rot goes is not always known before it is read: what is asked for may lie behind it.
    if (!found.rot || found.rot->next > from.value()) break;
  }
  auto owner = std::make_shared<const std::string>(std::move(found.bytes));
  FetchedBatches fetched;
  std::lock_guard lock(log_.mutex);
  fetched.state = partition.state();
  if (found.rot) {
    fetched.rotten = {Offset(found.rot->from), Offset(found.rot->next), found.rot->message};
    return fetched;
  }
  split(*owner, limit_of(partition, see), fetched);
  fetched.owners.push_back(std::move(owner));
  return fetched;
}

namespace {

// The first record at or after `timestamp_ms`, from `from` on.
Result<std::optional<OffsetAndTime>> find_in_batch(std::string_view batch, Offset from,
                                                   int64_t timestamp_ms) {
  Records records;
  EFD_TRY(decode_batch(batch, from, records));
  for (const RecordView& record : records.views)
    if (record.timestamp_ms >= timestamp_ms)
      return OffsetAndTime{record.offset, record.timestamp_ms};
  return std::nullopt;
}

// The greatest time of a batch's records from `from` on; -1: none has one.
Result<int64_t> max_time_in_batch(std::string_view batch, Offset from) {
  Records records;
  EFD_TRY(decode_batch(batch, from, records));
  int64_t greatest = -1;
  for (const RecordView& record : records.views) greatest = std::max(greatest, record.timestamp_ms);
  return greatest;
}

// One segment's. The log may start within a batch: then another one's record may be the first.
Result<std::optional<OffsetAndTime>> find_in_segment(SegmentReader& reader, const Segment& segment,
                                                     Offset from, int64_t timestamp_ms) {
  while (true) {
    EFD_ASSIGN(auto place, reader.find_time(from, timestamp_ms, segment));
    if (place.position >= segment.length) return std::nullopt;
    EFD_ASSIGN(auto batch, reader.read(place, segment, 1));
    if (!batch.rot) {
      EFD_ASSIGN(auto found, find_in_batch(batch.bytes, from, timestamp_ms));
      if (found) return found;
    }
    from = Offset(batch.next.offset);
  }
}

// One segment's, in which the log starts.
Result<int64_t> max_time_in_segment(SegmentReader& reader, const Segment& segment, Offset from) {
  EFD_ASSIGN(auto place, reader.find_offset(from, segment));
  if (place.position >= segment.length) return -1;
  EFD_ASSIGN(auto batch, reader.read(place, segment, 1));
  int64_t first = -1;
  if (!batch.rot) {
    EFD_ASSIGN(first, max_time_in_batch(batch.bytes, from));
  }
  EFD_ASSIGN(int64_t others, reader.max_time(batch.next, segment));
  return std::max(first, others);
}

}  // namespace

// Parts of a partition, and where the log starts: what lies across it has records that are gone.
struct CommitLog::State::LogReads::TimedParts {
  Offset start;
  std::vector<Segment> segments;
  std::vector<TailEntry> entries;
  std::vector<std::shared_ptr<const void>> owners;
  int64_t max_timestamp_ms = -1;  // of all that is left out here

  bool is_cut(int64_t base_offset) const { return base_offset < start.value(); }
};

// Those that may have records at or after a time, as far as the first in memory that surely has.
Result<CommitLog::State::LogReads::TimedParts> CommitLog::State::LogReads::parts_from_time(
    const LogPartition& partition, int64_t timestamp_ms) const {
  std::lock_guard lock(log_.mutex);
  EFD_TRY(check_range(partition, partition.log_start));
  TimedParts parts{partition.log_start, {}, {}, {}};
  for (const Segment& segment : partition.segments)
    if (segment.end_offset > parts.start.value() && segment.max_timestamp_ms >= timestamp_ms)
      parts.segments.push_back(segment);
  int64_t end = partition.high_watermark().value();
  auto entry = partition.tail.find(std::max(parts.start, partition.checked_end));
  for (; entry != partition.tail.end() && entry->next_offset <= end; ++entry) {
    if (entry->max_timestamp_ms < timestamp_ms) continue;
    parts.entries.push_back(*entry);
    parts.owners.push_back(entry->chunk->shared_from_this());
    if (!parts.is_cut(entry->base_offset)) break;
  }
  return parts;
}

// Those across the log's start, and the greatest time of all behind it.
Result<CommitLog::State::LogReads::TimedParts> CommitLog::State::LogReads::parts_at_start(
    const LogPartition& partition) const {
  std::lock_guard lock(log_.mutex);
  EFD_TRY(check_range(partition, partition.log_start));
  TimedParts parts{partition.log_start, {}, {}, {}};
  auto note = [&](const auto& part, auto& cut) {
    if (parts.is_cut(part.base_offset)) return cut.push_back(part);
    parts.max_timestamp_ms = std::max(parts.max_timestamp_ms, part.max_timestamp_ms);
  };
  for (const Segment& segment : partition.segments)
    if (segment.end_offset > parts.start.value()) note(segment, parts.segments);
  int64_t end = partition.high_watermark().value();
  auto entry = partition.tail.find(std::max(parts.start, partition.checked_end));
  for (; entry != partition.tail.end() && entry->next_offset <= end; ++entry)
    note(*entry, parts.entries);
  for (const TailEntry& cut : parts.entries) parts.owners.push_back(cut.chunk->shared_from_this());
  return parts;
}

Result<std::shared_ptr<SegmentReader>> CommitLog::State::LogReads::open_segment(
    const LogPartition& partition, const Segment& segment) {
  std::string path = log_.folder(partition) + "/" + segment_file_name(segment.base_offset);
  auto reader = log_.cache.open(partition.topic->id, path, segment);
  if (reader || reader.error().code != ErrorCode::not_found) return reader;
  {
    std::lock_guard lock(log_.mutex);
    EFD_TRY(check_range(partition, Offset(segment.base_offset)));  // retention has taken it
  }
  log_.damages.note(path, missing_segment(partition, segment));
  return nullptr;
}

Rot CommitLog::State::LogReads::missing_segment(const LogPartition& partition,
                                                const Segment& segment) const {
  return Rot::of_all(log_.folder(partition) + "/" + segment_file_name(segment.base_offset), segment,
                     "the file is missing");
}

Result<std::optional<OffsetAndTime>> CommitLog::State::LogReads::find_by_time(
    LogPartition& partition, int64_t timestamp_ms) {
  EFD_ASSIGN(TimedParts parts, parts_from_time(partition, timestamp_ms));
  std::optional<OffsetAndTime> found;
  for (size_t i = 0; i < parts.segments.size() && !found; ++i) {
    EFD_ASSIGN(auto reader, open_segment(partition, parts.segments[i]));
    if (!reader) continue;
    EFD_ASSIGN(found, find_in_segment(*reader, parts.segments[i], parts.start, timestamp_ms));
  }
  for (size_t i = 0; i < parts.entries.size() && !found; ++i) {
    EFD_ASSIGN(found, find_in_batch(parts.entries[i].batch(), parts.start, timestamp_ms));
  }
  return found;
}

Result<std::optional<OffsetAndTime>> CommitLog::State::LogReads::find_max_time(
    LogPartition& partition) {
  EFD_ASSIGN(TimedParts parts, parts_at_start(partition));
  int64_t greatest = parts.max_timestamp_ms;
  for (const Segment& segment : parts.segments) {
    EFD_ASSIGN(auto reader, open_segment(partition, segment));
    if (!reader) continue;
    EFD_ASSIGN(int64_t time, max_time_in_segment(*reader, segment, parts.start));
    greatest = std::max(greatest, time);
  }
  for (const TailEntry& entry : parts.entries) {
    EFD_ASSIGN(int64_t time, max_time_in_batch(entry.batch(), parts.start));
    greatest = std::max(greatest, time);
  }
  if (greatest < 0) return std::optional<OffsetAndTime>();
  return find_by_time(partition, greatest);
}

}  // namespace efd::broker
