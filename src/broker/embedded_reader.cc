// SPDX-License-Identifier: MIT
#include "broker/embedded_reader.h"

#include <algorithm>

#include "base/check.h"

namespace efd::broker {

EmbeddedReader::Tap::Tap(EmbeddedReader& reader, PartitionHandle handle, uint32_t index)
    : reader(reader), partition(std::move(handle)) {
  source = {index, topic_name(*partition), topic_id(*partition), partition_number(*partition)};
}

Result<std::unique_ptr<EmbeddedReader>> EmbeddedReader::open(CommitLog& log,
                                                             ReaderOptions options) {
  EFD_ASSIGN(TopicMatcher matcher, TopicMatcher::compile(options.pattern));
  if (!options.hold.empty())
    log.hold(options.hold, [matcher](const TopicName& name) { return matcher.matches(name); });
  return std::unique_ptr<EmbeddedReader>(
      new EmbeddedReader(log, std::move(options), std::move(matcher)));
}

EmbeddedReader::EmbeddedReader(CommitLog& log, ReaderOptions options, TopicMatcher matcher)
    : log_(log), options_(std::move(options)), matcher_(std::move(matcher)) {
  // In this order a topic may be found twice, but never missed.
  log_.watch_topics(*this);
  std::vector<TopicDescription> topics = log_.topics();
  std::lock_guard lock(mutex_);
  new_topics_.insert(new_topics_.end(), topics.begin(), topics.end());
}

EmbeddedReader::~EmbeddedReader() {
  log_.unwatch_topics(*this);
  for (const auto& tap : taps_) log_.unwatch(*tap->partition, *tap);
}

void EmbeddedReader::on_new_topic(const TopicDescription& topic) {
  std::lock_guard lock(mutex_);
  new_topics_.push_back(topic);
  if (is_sleeping_) wake_.notify_one();
}

void EmbeddedReader::mark_ready(Tap& tap) {
  std::lock_guard lock(mutex_);
  if (std::exchange(tap.is_queued, true)) return;
  ready_.push_back(&tap);
  if (is_sleeping_) wake_.notify_one();
}

void EmbeddedReader::adopt_new_topics() {
  std::vector<TopicDescription> topics;
  {
    std::lock_guard lock(mutex_);
    topics.swap(new_topics_);
  }
  for (const TopicDescription& topic : topics) adopt(topic);
}

void EmbeddedReader::adopt(const TopicDescription& topic) {
  if (!matcher_.matches(topic.name) || !adopted_.insert(topic.id).second) return;
  for (int32_t i = 0; i < topic.partitions; ++i) {
    PartitionHandle partition = log_.partition(topic.id, Partition(i));
    if (partition) add_tap(std::move(partition));
  }
}

void EmbeddedReader::add_tap(PartitionHandle partition) {
  auto index = static_cast<uint32_t>(taps_.size());
  Tap& tap = *taps_.emplace_back(std::make_unique<Tap>(*this, std::move(partition), index));
  LogRange range = range_of(tap);
  tap.next = options_.start ? options_.start(tap.source, range) : range.start;
  tap.next = std::clamp(tap.next, range.start, range.end);
  if (!options_.hold.empty()) log_.release(options_.hold, *tap.partition, tap.next);
  log_.watch(*tap.partition, tap, options_.see);
  mark_ready(tap);
}

LogRange EmbeddedReader::range_of(const Tap& tap) const {
  PartitionState state = log_.state(*tap.partition);
  return {state.log_start, end_of(state)};
}

Offset EmbeddedReader::end_of(const PartitionState& state) const {
  return options_.see == See::appended ? state.log_end : state.high_watermark;
}

void EmbeddedReader::take_ready() {
  std::lock_guard lock(mutex_);
  turn_.insert(turn_.end(), ready_.begin(), ready_.end());
  ready_.clear();
}

// False when the time is over and nothing has come.
bool EmbeddedReader::sleep_until(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  is_sleeping_ = true;
  bool woken =
      wake_.wait_until(lock, deadline, [&] { return !ready_.empty() || !new_topics_.empty(); });
  is_sleeping_ = false;
  return woken;
}

Result<> EmbeddedReader::poll(std::chrono::milliseconds wait, Batch& into) {
  auto deadline = std::chrono::steady_clock::now() + wait;
  Batch::Storage& storage = into.storage();
  storage.clear();
  do {
    adopt_new_topics();
    take_ready();
    EFD_TRY(read_turn(storage));
    if (storage.slices.empty()) continue;
    storage.finish();
    return {};
  } while (sleep_until(deadline));
  return {};
}

// Everybody in the list gets his turn once; who may have more goes to its end.
Result<> EmbeddedReader::read_turn(Batch::Storage& storage) {
  size_t bytes = 0;
  for (size_t left = turn_.size(); left > 0 && bytes < options_.batch_bytes_max; --left) {
    Tap& tap = *turn_.front();
    turn_.pop_front();
    {
      // Before reading: what is appended from here on marks it ready again.
      std::lock_guard lock(mutex_);
      tap.is_queued = false;
    }
    auto read = read_tap(tap, options_.batch_bytes_max - bytes, storage);
    if (!read || read->has_more) mark_ready(tap);
    if (!read && !storage.slices.empty()) return {};  // told at the next poll
    if (!read) return fail(read.error());
    bytes += read->bytes;
  }
  return {};
}

Result<EmbeddedReader::ReadTap> EmbeddedReader::read_tap(Tap& tap, size_t bytes_max,
                                                         Batch::Storage& storage) {
  if (tap.is_gone || tap.is_paused) return ReadTap{};
  auto fetched = fetch(tap, bytes_max);
  if (!fetched && fetched.error().code == ErrorCode::not_found) {
    forget(tap);
    return ReadTap{};
  }
  if (!fetched) return fail(fetched.error());
  if (fetched->bytes == 0) return ReadTap{};
  EFD_TRY(decode(tap, *fetched, storage));
  return ReadTap{fetched->bytes, tap.next < end_of(fetched->state)};
}

Result<FetchedBatches> EmbeddedReader::fetch(Tap& tap, size_t bytes_max) {
  auto fetched = log_.read(*tap.partition, tap.next, bytes_max, options_.see);
  if (!fetched && fetched.error().code == ErrorCode::bad_input) {
    // Retention has overtaken a reader that holds nothing: it goes on where the log begins.
    tap.next = log_.state(*tap.partition).log_start;
    fetched = log_.read(*tap.partition, tap.next, bytes_max, options_.see);
  }
  if (!fetched || !fetched->is_cold) return fetched;
  return log_.read_cold(*tap.partition, tap.next, bytes_max, options_.see);
}

Result<> EmbeddedReader::decode(Tap& tap, const FetchedBatches& fetched, Batch::Storage& storage) {
  Records& records = storage.records;
  size_t before = records.views.size();
  Offset next = tap.next;
  for (std::string_view batch : fetched.batches) {
    BatchHeader header = BatchHeader::read(batch.data());
    auto decoded = header.is_control() ? Result<>() : decode_batch(batch, next, records);
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

void EmbeddedReader::forget(Tap& tap) {
  log_.unwatch(*tap.partition, tap);
  tap.is_gone = true;
}

Result<> EmbeddedReader::seek(const Source& source, Offset next) {
  Tap& tap = *taps_[source.index];
  LogRange now = range_of(tap);
  if (next < now.start || next > now.end)
    return fail(ErrorCode::bad_input, "{}-{}: offset {} is not within {} and {}",
                source.topic.value(), source.partition.value(), next.value(), now.start.value(),
                now.end.value());
  tap.next = next;
  mark_ready(tap);
  return {};
}

void EmbeddedReader::pause(const Source& source) {
  taps_[source.index]->is_paused = true;
}

void EmbeddedReader::resume(const Source& source) {
  Tap& tap = *taps_[source.index];
  tap.is_paused = false;
  mark_ready(tap);
}

Result<> EmbeddedReader::await_durable(std::span<const Position> positions, std::stop_token stop) {
  if (stop.stop_requested()) return fail(ErrorCode::cancelled, "stopped");
  for (const Position& position : positions) {
    PartitionHandle partition = log_.partition(position.id, position.partition);
    if (!partition) continue;  // deleted since: there is nothing left to lose
    Offset end = log_.state(*partition).log_end;
    if (position.next > end)
      return fail(ErrorCode::bad_input, "{}-{}: position {} lies behind the log's end {}",
                  position.topic.value(), position.partition.value(), position.next.value(),
                  end.value());
  }
  return log_.commit_now();
}

Result<> EmbeddedReader::release(std::span<const Position> positions) {
  if (options_.hold.empty()) return {};
  for (const Position& position : positions)
    if (PartitionHandle partition = log_.partition(position.id, position.partition))
      log_.release(options_.hold, *partition, position.next);
  return {};
}

std::vector<const Source*> EmbeddedReader::sources() const {
  std::vector<const Source*> sources;
  for (const auto& tap : taps_) sources.push_back(&tap->source);
  return sources;
}

Result<LogRange> EmbeddedReader::range(const Source& source) {
  const Tap& tap = *taps_[source.index];
  if (log_.partition(source.id, source.partition)) return range_of(tap);
  return fail(ErrorCode::not_found, "topic '{}' has been deleted", source.topic.value());
}

}  // namespace efd::broker
