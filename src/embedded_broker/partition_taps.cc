// SPDX-License-Identifier: MIT
#include "embedded_broker/partition_taps.h"

#include <algorithm>

namespace efd::embedded_broker {

PartitionTaps::Tap::Tap(PartitionTaps& taps, broker::PartitionHandle handle, uint32_t index)
    : taps(taps), partition(std::move(handle)) {
  source = {index, broker::topic_name(*partition), broker::topic_id(*partition),
            broker::partition_number(*partition)};
}

PartitionTaps::~PartitionTaps() {
  for (const auto& tap : taps_) close(tap->source);
}

const broker::Source& PartitionTaps::add(broker::PartitionHandle partition) {
  auto index = static_cast<uint32_t>(taps_.size());
  return taps_.emplace_back(std::make_unique<Tap>(*this, std::move(partition), index))->source;
}

Offset PartitionTaps::open(const broker::Source& source, Offset next) {
  Tap& tap = *taps_[source.index];
  broker::LogRange range = range_of(tap);
  tap.next = std::clamp(next, range.start, range.end);
  tap.is_paused = false;
  if (!std::exchange(tap.is_open, true)) log_.watch(*tap.partition, tap, see_);
  mark_ready(tap);
  return tap.next;
}

void PartitionTaps::close(const broker::Source& source) {
  Tap& tap = *taps_[source.index];
  if (std::exchange(tap.is_open, false)) log_.unwatch(*tap.partition, tap);
}

broker::LogRange PartitionTaps::range_of(const Tap& tap) const {
  broker::PartitionState state = log_.state(*tap.partition);
  return {state.log_start, state.log_end};
}

Offset PartitionTaps::end_of(const broker::PartitionState& state) const {
  return see_ == broker::See::appended ? state.log_end : state.high_watermark;
}

Result<broker::LogRange> PartitionTaps::range(const broker::Source& source) const {
  if (log_.partition(source.id, source.partition)) return range_of(*taps_[source.index]);
  return fail(ErrorCode::not_found, "topic '{}' has been deleted", source.topic.value());
}

std::vector<const broker::Source*> PartitionTaps::sources() const {
  std::vector<const broker::Source*> sources;
  for (const auto& tap : taps_) sources.push_back(&tap->source);
  return sources;
}

Result<> PartitionTaps::seek(const broker::Source& source, Offset next) {
  Tap& tap = *taps_[source.index];
  broker::LogRange now = range_of(tap);
  if (next < now.start || next > now.end)
    return fail(ErrorCode::bad_input, "{}-{}: offset {} is not within {} and {}",
                source.topic.value(), source.partition.value(), next.value(), now.start.value(),
                now.end.value());
  tap.next = next;
  mark_ready(tap);
  return {};
}

void PartitionTaps::pause(const broker::Source& source) {
  taps_[source.index]->is_paused = true;
}

void PartitionTaps::resume(const broker::Source& source) {
  Tap& tap = *taps_[source.index];
  tap.is_paused = false;
  mark_ready(tap);
}

// ---------------------------------------------------------------------------------------- waiting

void PartitionTaps::mark_ready(Tap& tap) {
  std::lock_guard lock(mutex_);
  if (std::exchange(tap.is_queued, true)) return;
  ready_.push_back(&tap);
  if (is_sleeping_) waking_.notify_one();
}

void PartitionTaps::wake() {
  std::lock_guard lock(mutex_);
  is_woken_ = true;
  if (is_sleeping_) waking_.notify_one();
}

bool PartitionTaps::sleep_until(int64_t deadline_ns) {
  std::unique_lock lock(mutex_);
  is_sleeping_ = true;
  bool woken = log_.clock().wait_until(lock, waking_, deadline_ns,
                                       [&] { return !ready_.empty() || is_woken_; });
  is_sleeping_ = is_woken_ = false;
  return woken;
}

void PartitionTaps::take_ready() {
  std::lock_guard lock(mutex_);
  turn_.insert(turn_.end(), ready_.begin(), ready_.end());
  ready_.clear();
}

// ---------------------------------------------------------------------------------------- reading

Result<> PartitionTaps::read(broker::Batch::Storage& into) {
  take_ready();
  EFD_TRY(read_turn(into));
  if (!into.slices.empty()) into.finish();
  return {};
}

// Everybody in the list gets his turn once; who may have more goes to its end.
Result<> PartitionTaps::read_turn(broker::Batch::Storage& storage) {
  size_t bytes = 0;
  for (size_t left = turn_.size(); left > 0 && bytes < batch_bytes_max_; --left) {
    Tap& tap = *turn_.front();
    turn_.pop_front();
    {
      // Before reading: what is appended from here on marks it ready again.
      std::lock_guard lock(mutex_);
      tap.is_queued = false;
    }
    auto read = read_tap(tap, batch_bytes_max_ - bytes, storage);
    if (!read || read->has_more) mark_ready(tap);
    if (!read && !storage.slices.empty()) return {};  // told at the next poll
    if (!read) return fail(read.error());
    bytes += read->bytes;
  }
  return {};
}

Result<PartitionTaps::ReadTap> PartitionTaps::read_tap(Tap& tap, size_t bytes_max,
                                                       broker::Batch::Storage& storage) {
  if (!tap.is_open || tap.is_paused) return ReadTap{};
  auto fetched = fetch(tap, bytes_max);
  if (!fetched && fetched.error().code == ErrorCode::not_found) {
    close(tap.source);
    return ReadTap{};
  }
  if (!fetched) return fail(fetched.error());
  if (fetched->rotten) return pass_over(tap, *fetched->rotten, fetched->state);
  if (fetched->bytes == 0) return ReadTap{};
  EFD_TRY(decode(tap, *fetched, storage));
  return ReadTap{fetched->bytes, tap.next < end_of(fetched->state)};
}

// What comes behind is read in the next turn.
Result<PartitionTaps::ReadTap> PartitionTaps::pass_over(Tap& tap,
                                                        const broker::RottenRecords& rotten,
                                                        const broker::PartitionState& state) {
  if (!on_rotten_)
    return fail(ErrorCode::give_up, "{}-{} at offset {}: {}", tap.source.topic.value(),
                tap.source.partition.value(), tap.next.value(), rotten.what);
  on_rotten_(tap.source, {tap.next, rotten.next, rotten.what});
  tap.next = rotten.next;
  return ReadTap{0, tap.next < end_of(state)};
}

Result<broker::FetchedBatches> PartitionTaps::fetch(Tap& tap, size_t bytes_max) {
  auto fetched = log_.read(*tap.partition, tap.next, bytes_max, see_);
  if (!fetched && fetched.error().code == ErrorCode::bad_input) {
    // Retention, or somebody who had records deleted, has overtaken a reader that holds nothing: it
    // goes on where the log begins, and is told.
    Offset start = log_.state(*tap.partition).log_start;
    if (on_rotten_ && start > tap.next)
      on_rotten_(tap.source, {tap.next, start, "deleted before they were read", true});
    tap.next = start;
    fetched = log_.read(*tap.partition, tap.next, bytes_max, see_);
  }
  if (!fetched || !fetched->is_cold) return fetched;
  return log_.read_cold(*tap.partition, tap.next, bytes_max, see_);
}

Result<> PartitionTaps::decode(Tap& tap, const broker::FetchedBatches& fetched,
                               broker::Batch::Storage& storage) {
  broker::Records& records = storage.records;
  size_t before = records.views.size();
  Offset next = tap.next;
  for (std::string_view batch : fetched.batches) {
    broker::BatchHeader header = broker::BatchHeader::read(batch.data());
    if (header.record_count == 0 && !header.is_control() && on_rotten_)
      on_rotten_(tap.source, {next, header.next_offset(), "dropped by a repair of the log", true});
    auto decoded = header.is_control() ? Result<>() : broker::decode_batch(batch, next, records);
    if (!decoded) {
      records.views.resize(before);
      return fail(ErrorCode::give_up, "{}-{} at offset {}: {}", tap.source.topic.value(),
                  tap.source.partition.value(), header.base_offset, decoded.error().message);
    }
    next = header.next_offset();
  }
  tap.next = next;
  storage.owners.insert(storage.owners.end(), fetched.owners.begin(), fetched.owners.end());
  if (records.views.size() > before) storage.end_slice(tap.source, next);
  return {};
}

Result<> await_durable(broker::CommitLog& log, std::span<const Position> positions,
                       std::stop_token stop) {
  if (stop.stop_requested()) return fail(ErrorCode::cancelled, "stopped");
  for (const Position& position : positions) {
    broker::PartitionHandle partition = log.partition(position.id, position.partition);
    if (!partition) continue;  // deleted since: there is nothing left to lose
    Offset end = log.state(*partition).log_end;
    if (position.next > end)
      return fail(ErrorCode::bad_input, "{}-{}: position {} lies behind the log's end {}",
                  position.topic.value(), position.partition.value(), position.next.value(),
                  end.value());
  }
  return log.commit_now();
}

}  // namespace efd::embedded_broker
