// SPDX-License-Identifier: MIT
#include <algorithm>

#include "broker/log/log_state.h"
#include "observe/log.h"

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

Result<FetchedBatches> CommitLog::State::read(LogPartition& partition, Offset from,
                                              size_t bytes_max, See see) {
  FetchedBatches fetched;
  std::lock_guard lock(mutex);
  EFD_TRY(check_range(partition, from));
  fetched.is_cold = !read_memory(partition, from, bytes_max, see, fetched);
  return fetched;
}

Result<FetchedBatches> CommitLog::State::read_cold(LogPartition& partition, Offset from,
                                                   size_t bytes_max, See see) {
  Segment segment;
  {
    FetchedBatches fetched;
    std::lock_guard lock(mutex);
    EFD_TRY(check_range(partition, from));
    if (read_memory(partition, from, bytes_max, see, fetched)) return fetched;
    auto found = std::partition_point(
        partition.segments.begin(), partition.segments.end(),
        [&](const Segment& candidate) { return candidate.end_offset <= from.value(); });
    if (found == partition.segments.end())
      return fail(ErrorCode::give_up, "{}: no segment has offset {}", folder(partition),
                  from.value());
    segment = *found;
  }
  stats.cold_reads.fetch_add(1, std::memory_order_relaxed);
  auto fetched = read_segment(partition, segment, from, bytes_max, see);
  if (fetched) return fetched;
  // Retention or deletion may have taken the file meanwhile: then that is the answer.
  {
    std::lock_guard lock(mutex);
    EFD_TRY(check_range(partition, from));
  }
  if (fetched.error().code == ErrorCode::give_up) note_damage(fetched.error());
  return fetched;
}

// Clients ask for the same batch again and again: it is logged when it is another one than before.
void CommitLog::State::note_damage(const Error& error) {
  {
    std::lock_guard lock(mutex);
    if (damage && damage->message == error.message) return;
    damage = error;
  }
  observe::error("log", "{}", error.message);
}

Result<FetchedBatches> CommitLog::State::read_segment(LogPartition& partition,
                                                      const Segment& segment, Offset from,
                                                      size_t bytes_max, See see) {
  std::string path = folder(partition) + "/" + segment_file_name(segment.base_offset);
  EFD_ASSIGN(auto reader, cache.open(partition.topic->id, path));
  EFD_ASSIGN(uint64_t position, reader->find_offset(from, segment.length));
  EFD_ASSIGN(std::string bytes, reader->read(position, segment.length, bytes_max));
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  FetchedBatches fetched;
  std::lock_guard lock(mutex);
  fetched.state = partition.state();
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

// One segment's. The first batch whose greatest time will do may lie below the log start.
Result<std::optional<OffsetAndTime>> find_in_segment(SegmentReader& reader, uint64_t length,
                                                     Offset from, int64_t timestamp_ms) {
  EFD_ASSIGN(uint64_t position, reader.find_time(timestamp_ms, length));
  while (position < length) {
    EFD_ASSIGN(std::string batch, reader.read(position, length, 1));
    EFD_ASSIGN(auto found, find_in_batch(batch, from, timestamp_ms));
    if (found) return found;
    position += batch.size();
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<OffsetAndTime>> CommitLog::State::find_by_time(LogPartition& partition,
                                                                    int64_t timestamp_ms) {
  std::vector<Segment> segments;
  std::vector<TailEntry> entries;
  std::vector<std::shared_ptr<const void>> owners;
  PartitionState state;
  {
    std::lock_guard lock(mutex);
    EFD_TRY(check_range(partition, partition.log_start));
    state = partition.state();
    for (const Segment& segment : partition.segments)
      if (segment.max_timestamp_ms >= timestamp_ms) segments.push_back(segment);
    auto behind = partition.tail.find(partition.segments_end());
    for (; behind != partition.tail.end(); ++behind) {
      if (behind->max_timestamp_ms < timestamp_ms) continue;
      entries.push_back(*behind);
      owners.push_back(behind->chunk->shared_from_this());
      break;  // its batch has such a record
    }
  }
  std::optional<OffsetAndTime> found;
  for (size_t i = 0; i < segments.size() && !found; ++i) {
    std::string path = folder(partition) + "/" + segment_file_name(segments[i].base_offset);
    EFD_ASSIGN(auto reader, cache.open(partition.topic->id, path));
    EFD_ASSIGN(found, find_in_segment(*reader, segments[i].length, state.log_start, timestamp_ms));
  }
  for (size_t i = 0; i < entries.size() && !found; ++i) {
    EFD_ASSIGN(found, find_in_batch(entries[i].batch(), state.log_start, timestamp_ms));
  }
  if (found && found->offset >= state.high_watermark) found.reset();
  return found;
}

Result<std::optional<OffsetAndTime>> CommitLog::State::find_max_time(LogPartition& partition) {
  int64_t greatest = -1;
  {
    std::lock_guard lock(mutex);
    EFD_TRY(check_range(partition, partition.log_start));
    Offset end = partition.high_watermark();
    for (const Segment& segment : partition.segments)
      if (segment.end_offset <= end.value())
        greatest = std::max(greatest, segment.max_timestamp_ms);
    for (const TailEntry& entry : partition.tail)
      if (entry.next_offset <= end.value()) greatest = std::max(greatest, entry.max_timestamp_ms);
  }
  if (greatest < 0) return std::optional<OffsetAndTime>();
  return find_by_time(partition, greatest);
}

}  // namespace efd::broker
