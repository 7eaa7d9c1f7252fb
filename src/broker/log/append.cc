// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include "broker/log/batch_rules.h"
#include "broker/log/log_state.h"

namespace efd::broker {
namespace {

Appended refused(AppendError error, std::string message) {
  Appended appended;
  appended.error = error;
  appended.message = std::move(message);
  return appended;
}

const char* describe(AppendError error) {
  switch (error) {
    case AppendError::unknown_topic_or_partition:
      return "the topic has been deleted";
    case AppendError::invalid_producer_epoch:
      return "a newer instance of this producer has begun";
    case AppendError::out_of_order_sequence:
      return "its sequence does not follow the one before";
    case AppendError::storage:
      return "the log takes nothing in: its disk failed or is full";
    case AppendError::overload:
      return "the log is waiting for its disk";
    default:
      return "refused";
  }
}

}  // namespace

Appended CommitLog::State::append(LogPartition& partition, std::string_view batch, bool waits) {
  int64_t now = now_ms();
  const TopicSettings& settings = partition.topic->settings;
  BatchVerdict verdict = check_new_batch(batch, settings, now);
  if (verdict.error != AppendError::none) {
    stats.refused_batches.fetch_add(1, std::memory_order_relaxed);
    return refused(verdict.error, std::move(verdict.message));
  }
  Appended appended;
  std::lock_guard lock(mutex);
  auto closed = intake_closed(partition);
  if (closed && !is_in_log(partition, verdict.header, *closed))
    return refused(*closed, describe(*closed));
  if (waits) sync_wanted.store(true, std::memory_order_relaxed);
  append_batch(partition, verdict.header, batch, now, appended);
  if (appended.error != AppendError::none) return refused(appended.error, describe(appended.error));
  appended.log_start_offset = partition.log_start;
  return appended;
}

std::optional<AppendError> CommitLog::State::intake_closed(const LogPartition& partition) const {
  if (partition.is_deleted) return AppendError::unknown_topic_or_partition;
  if (failure || disk_full || is_closed) return AppendError::storage;
  if (bytes_appended - bytes_checked >= options.wal_bytes_max) return AppendError::overload;
  return std::nullopt;
}

// What an idempotent producer sends again is not refused when the log has it already.
bool CommitLog::State::is_in_log(const LogPartition& partition, const BatchHeader& header,
                                 AppendError closed) const {
  if (closed == AppendError::unknown_topic_or_partition) return false;
  if (header.producer_id < 0 || !partition.producers) return false;
  return partition.producers->check(header).repeated != nullptr;
}

void CommitLog::State::append_batch(LogPartition& partition, const BatchHeader& header,
                                    std::string_view batch, int64_t now, Appended& appended) {
  bool is_idempotent = header.producer_id >= 0;
  if (is_idempotent && partition.producers) {
    auto verdict = partition.producers->check(header);
    appended.error = verdict.error;
    if (const ProducerBatch* repeated = verdict.repeated) {
      appended.base_offset = repeated->base_offset;
      appended.sequence = repeated->append_sequence;
      appended.log_append_time_ms = repeated->append_time_ms;
      appended.duplicate = true;
      stats.duplicate_batches.fetch_add(1, std::memory_order_relaxed);
    }
    if (appended.duplicate || appended.error != AppendError::none) return;
  }
  Placed placed = reserve_record(batch.size());
  char* copy = placed.record + kWalRecordHeaderBytes;
  std::memcpy(copy, batch.data(), batch.size());
  appended.base_offset = partition.log_end;
  assign_offset(copy, appended.base_offset);
  bool has_append_time = partition.topic->settings.has_append_time;
  if (has_append_time) appended.log_append_time_ms = now;
  assign_times(copy, batch.size(), has_append_time,
               has_append_time ? now : header.max_timestamp_ms);
  appended.sequence = ++last_sequence;
  seal_wal_record(placed.record, {WalKind::batch, partition.number, appended.sequence,
                                  partition.topic->id, std::string_view(copy, batch.size())});
  placed.chunk->last_sequence = appended.sequence;
  add_to_tail(partition, *placed.chunk, {copy, batch.size()});
  if (is_idempotent)
    note_producer(partition, header,
                  {0, 0, appended.base_offset, appended.log_append_time_ms, appended.sequence},
                  now);
  PartitionHandle handle = partition.shared_from_this();
  if (!std::exchange(partition.is_uncommitted, true)) uncommitted.push_back(handle);
  if (!std::exchange(partition.is_untold, true)) untold.push_back(std::move(handle));
  stats.appended_batches.fetch_add(1, std::memory_order_relaxed);
  stats.appended_bytes.fetch_add(batch.size(), std::memory_order_relaxed);
}

CommitLog::State::Placed CommitLog::State::reserve_record(size_t payload_bytes) {
  put_due_mark();
  size_t size = wal_record_size(payload_bytes);
  auto [chunk, record] = chunks.reserve(size);
  bytes_appended += size;
  uint64_t unchecked = bytes_appended - bytes_checked;
  stats.unchecked_bytes.store(unchecked, std::memory_order_relaxed);
  if (unchecked >= options.checkpoint_bytes) checkpoint_wanted = true;
  return {chunk, record};
}

void CommitLog::State::put_due_mark() {
  uint64_t vouches_for = std::exchange(mark_due, 0);
  if (vouches_for == 0) return;
  std::string payload;
  ByteWriter(payload).little<uint64_t>(vouches_for);
  put_record({WalKind::synced, Partition(0), 0, TopicId(), payload});
}

uint64_t CommitLog::State::put_record(WalRecord record) {
  Placed placed = reserve_record(record.payload.size());
  char* copy = placed.record + kWalRecordHeaderBytes;
  if (!record.payload.empty()) std::memcpy(copy, record.payload.data(), record.payload.size());
  record.sequence = ++last_sequence;
  seal_wal_record(placed.record, record);
  placed.chunk->last_sequence = record.sequence;
  return record.sequence;
}

}  // namespace efd::broker
