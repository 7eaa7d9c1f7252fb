// SPDX-License-Identifier: MIT
#include "broker/embedded_reader.h"

#include <algorithm>

namespace efd::broker {

Result<std::unique_ptr<EmbeddedReader>> EmbeddedReader::open(CommitLog& log,
                                                             ReaderOptions options) {
  EFD_ASSIGN(TopicMatcher matcher, TopicMatcher::compile(options.pattern));
  if (!options.hold.empty())
    log.hold(options.hold, [matcher](const TopicName& name) { return matcher.matches(name); });
  return std::unique_ptr<EmbeddedReader>(
      new EmbeddedReader(log, std::move(options), std::move(matcher)));
}

EmbeddedReader::EmbeddedReader(CommitLog& log, ReaderOptions options, TopicMatcher matcher)
    : log_(log),
      options_(std::move(options)),
      matcher_(std::move(matcher)),
      taps_(log, options_.see, options_.batch_bytes_max, options_.on_rotten) {
  // In this order a topic may be found twice, but never missed.
  log_.watch_topics(*this);
  std::vector<TopicDescription> topics = log_.topics();
  std::lock_guard lock(mutex_);
  new_topics_.insert(new_topics_.end(), topics.begin(), topics.end());
}

EmbeddedReader::~EmbeddedReader() {
  log_.unwatch_topics(*this);
}

void EmbeddedReader::on_new_topic(const TopicDescription& topic) {
  {
    std::lock_guard lock(mutex_);
    new_topics_.push_back(topic);
  }
  taps_.wake();
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
  if (!matcher_.matches(topic.name)) return;
  int32_t& adopted = adopted_[topic.id];
  for (int32_t i = adopted; i < topic.partitions; ++i)
    if (PartitionHandle partition = log_.partition(topic.id, Partition(i))) adopt(partition);
  adopted = std::max(adopted, topic.partitions);
}

void EmbeddedReader::adopt(PartitionHandle partition) {
  const Source& source = taps_.add(partition);
  auto range = taps_.range(source);
  Offset next = range ? range->start : Offset(0);
  if (range && options_.start) next = options_.start(source, *range);
  next = taps_.open(source, next);
  if (!options_.hold.empty()) log_.release(options_.hold, *partition, next);
}

Result<> EmbeddedReader::poll(std::chrono::milliseconds wait, Batch& into) {
  const int64_t deadline_ns = log_.clock().monotonic_ns_in(wait);
  Batch::Storage& storage = into.storage();
  storage.clear();
  do {
    adopt_new_topics();
    EFD_TRY(taps_.read(storage));
  } while (storage.slices.empty() && taps_.sleep_until(deadline_ns));
  return {};
}

Result<> EmbeddedReader::await_durable(std::span<const Position> positions, std::stop_token stop) {
  return broker::await_durable(log_, positions, stop);
}

Result<> EmbeddedReader::release(std::span<const Position> positions, std::optional<UtcTime>) {
  if (options_.hold.empty()) return {};
  for (const Position& position : positions)
    if (PartitionHandle partition = log_.partition(position.id, position.partition))
      log_.release(options_.hold, *partition, position.next);
  return {};
}

}  // namespace efd::broker
