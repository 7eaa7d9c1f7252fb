// SPDX-License-Identifier: MIT
#include "embedded_broker/embedded_reader.h"

#include <algorithm>

namespace efd::embedded_broker {

Result<std::unique_ptr<EmbeddedReader>> EmbeddedReader::open(broker::CommitLog& log,
                                                             broker::ReaderOptions options) {
  EFD_ASSIGN(broker::TopicMatcher matcher, broker::TopicMatcher::compile(options.pattern));
  if (!options.hold.empty())
    log.hold(options.hold, [matcher](const TopicName& name) { return matcher.matches(name); });
  return std::unique_ptr<EmbeddedReader>(
      new EmbeddedReader(log, std::move(options), std::move(matcher)));
}

EmbeddedReader::EmbeddedReader(broker::CommitLog& log, broker::ReaderOptions options,
                               broker::TopicMatcher matcher)
    : log_(log),
      options_(std::move(options)),
      matcher_(std::move(matcher)),
      taps_(log, options_.see, options_.batch_bytes_max, options_.on_rotten) {
  // In this order a topic may be found twice, but never missed.
  log_.watch_topics(*this);
  std::vector<broker::TopicDescription> topics = log_.topics();
  std::lock_guard lock(mutex_);
  new_topics_.insert(new_topics_.end(), topics.begin(), topics.end());
}

EmbeddedReader::~EmbeddedReader() {
  log_.unwatch_topics(*this);
}

void EmbeddedReader::on_new_topic(const broker::TopicDescription& topic) {
  {
    std::lock_guard lock(mutex_);
    new_topics_.push_back(topic);
  }
  taps_.wake();
}

void EmbeddedReader::adopt_new_topics() {
  std::vector<broker::TopicDescription> topics;
  {
    std::lock_guard lock(mutex_);
    topics.swap(new_topics_);
  }
  for (const broker::TopicDescription& topic : topics) adopt(topic);
}

void EmbeddedReader::adopt(const broker::TopicDescription& topic) {
  if (!matcher_.matches(topic.name)) return;
  int32_t& adopted = adopted_[topic.id];
  for (int32_t i = adopted; i < topic.partitions; ++i)
    if (broker::PartitionHandle partition = log_.partition(topic.id, Partition(i)))
      adopt(partition);
  adopted = std::max(adopted, topic.partitions);
}

void EmbeddedReader::adopt(broker::PartitionHandle partition) {
  const broker::Source& source = taps_.add(partition);
  auto range = taps_.range(source);
  Offset next = range ? range->start : Offset(0);
  if (range && options_.start) next = options_.start(source, *range);
  next = taps_.open(source, next);
  if (!options_.hold.empty()) log_.release(options_.hold, *partition, next);
}

Result<> EmbeddedReader::poll(std::chrono::milliseconds wait, broker::Batch& into) {
  const int64_t deadline_ns = log_.clock().monotonic_ns_in(wait);
  broker::Batch::Storage& storage = into.storage();
  storage.clear();
  do {
    adopt_new_topics();
    EFD_TRY(taps_.read(storage));
  } while (storage.slices.empty() && taps_.sleep_until(deadline_ns));
  return {};
}

Result<> EmbeddedReader::await_durable(std::span<const Position> positions, std::stop_token stop) {
  return embedded_broker::await_durable(log_, positions, stop);
}

Result<> EmbeddedReader::release(std::span<const Position> positions, std::optional<UtcTime>) {
  if (options_.hold.empty()) return {};
  for (const Position& position : positions)
    if (broker::PartitionHandle partition = log_.partition(position.id, position.partition))
      log_.release(options_.hold, *partition, position.next);
  return {};
}

}  // namespace efd::embedded_broker
