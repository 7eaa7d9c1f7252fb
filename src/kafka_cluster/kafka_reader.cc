// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_reader.h"

#include <algorithm>
#include <set>

#include <librdkafka/rdkafka.h>

#include "kafka_cluster/kafka_partition_list.h"
#include "kafka_cluster/kafka_settings.h"
#include "kafka_cluster/kafka_topics.h"
#include "observe/log.h"

namespace efd::kafka_cluster {
namespace {

using std::chrono::milliseconds;

// Up, so that the last wait before a deadline does not become a busy loop.
milliseconds until(std::chrono::steady_clock::time_point time) {
  auto wait = std::chrono::ceil<milliseconds>(time - std::chrono::steady_clock::now());
  return std::max(wait, milliseconds(0));
}

}  // namespace

Result<std::unique_ptr<KafkaReader>> KafkaReader::open(const KafkaClusterOptions& cluster,
                                                       broker::ReaderOptions options) {
  EFD_ASSIGN(broker::TopicMatcher matcher, broker::TopicMatcher::compile(options.pattern));
  std::unique_ptr<KafkaReader> reader(new KafkaReader(std::move(options), std::move(matcher)));
  KafkaClient::Settings settings =
      kafka_settings(cluster, kafka_reader_settings(reader->options_.batch_bytes_max));
  reader->timeout_ = cluster.timeout;
  reader->look_interval_ = look_interval(settings);
  EFD_ASSIGN(reader->client_, KafkaClient::open(KafkaClient::Kind::consumer, settings));
  EFD_TRY(reader->client_->await_broker(cluster.bootstrap, cluster.timeout));
  auto source_of = [raw = reader.get()](const rd_kafka_message_s& message) {
    return raw->source_of(message);
  };
  reader->queue_.emplace(reader->client_, rd_kafka_queue_new(reader->client_->handle()),
                         reader->options_.batch_bytes_max, std::move(source_of));
  return reader;
}

KafkaReader::~KafkaReader() {
  for (auto& [name, topic] : topics_) {
    forget(*topic);
    rd_kafka_topic_destroy(topic->handle);
  }
}

// ------------------------------------------------------------------------------------- partitions

Result<> KafkaReader::look_for_topics() {
  if (Clock::now() < next_look_) return {};
  auto topics = list_kafka_topics(*client_, std::min(timeout_, kLookTimeout));
  next_look_ = Clock::now() + (topics ? look_interval_ : kLookAgain);
  away_.reset();
  if (!topics) {
    away_ = topics.error();  // what is known is read on
    return {};
  }
  forget_missing(*topics);
  for (const broker::TopicDescription& topic : *topics)
    if (matcher_.matches(topic.name)) EFD_TRY(adopt(topic));
  return start_waiting();
}

Result<> KafkaReader::adopt(const broker::TopicDescription& description) {
  EFD_ASSIGN(Topic * topic, open_topic(description.name));
  for (auto i = static_cast<int32_t>(topic->taps.size()); i < description.partitions; ++i) {
    auto index = static_cast<uint32_t>(taps_.size());
    broker::Source source{index, description.name, description.id, Partition(i)};
    Tap* tap = taps_.emplace_back(new Tap{std::move(source), topic}).get();
    topic->taps.push_back(tap);
    waiting_.push_back(tap);
  }
  return {};
}

Result<KafkaReader::Topic*> KafkaReader::open_topic(const TopicName& name) {
  auto found = topics_.find(name);
  if (found != topics_.end()) return found->second.get();
  auto topic = std::make_unique<Topic>();
  rd_kafka_topic_conf_t* conf = rd_kafka_default_topic_conf_dup(client_->handle());
  rd_kafka_topic_conf_set_opaque(conf, topic.get());
  topic->handle = rd_kafka_topic_new(client_->handle(), name.value().c_str(), conf);
  if (!topic->handle) {
    rd_kafka_topic_conf_destroy(conf);
    return fail(kafka_error(rd_kafka_last_error(), name.value()));
  }
  return topics_.emplace(name, std::move(topic)).first->second.get();
}

// Those whose range cannot be read now are tried again at the next look.
Result<> KafkaReader::start_waiting() {
  std::vector<Tap*> taps;
  taps.swap(waiting_);
  taps.erase(std::remove_if(taps.begin(), taps.end(), [&](Tap* tap) { return !is_alive(*tap); }),
             taps.end());
  if (taps.empty()) return {};
  std::vector<TopicPartition> partitions;
  for (const Tap* tap : taps) partitions.push_back({tap->source.topic, tap->source.partition});
  auto starts = find_kafka_offsets(*client_, partitions, kTimeEarliest, timeout_);
  auto ends = find_kafka_offsets(*client_, partitions, kTimeLatest, timeout_);
  Result<> result;
  for (size_t i = 0; i < taps.size(); ++i) {
    auto started = starts[i] && ends[i] ? start(*taps[i], {*starts[i], *ends[i]})
                                        : Result<>(fail((starts[i] ? ends : starts)[i].error()));
    if (started) continue;
    waiting_.push_back(taps[i]);
    // Another broker than the one that has named the topic may not know of it yet.
    if (started.error().code == ErrorCode::not_found)
      started = fail(ErrorCode::retry, "{}", started.error().message);
    result = std::move(started);
  }
  return result;
}

Result<> KafkaReader::start(Tap& tap, const broker::LogRange& range) {
  Offset next = options_.start ? options_.start(tap.source, range) : range.start;
  next = std::clamp(next, range.start, range.end);
  int failed = rd_kafka_consume_start_queue(tap.topic->handle, tap.source.partition.value(),
                                            next.value(), queue_->handle());
  if (failed) return fail(kafka_error(rd_kafka_last_error(), tap.source.topic.value()));
  return {};
}

// Asked for a second time: one broker knows of a new topic before another one.
void KafkaReader::forget_missing(const std::vector<broker::TopicDescription>& topics) {
  std::set<TopicName> there;
  for (const broker::TopicDescription& topic : topics) there.insert(topic.name);
  for (auto& [name, topic] : topics_) {
    topic->looks_missed = there.contains(name) ? 0 : topic->looks_missed + 1;
    if (topic->looks_missed > 1) forget(*topic);
  }
}

void KafkaReader::forget(Topic& topic) {
  for (const Tap* tap : topic.taps)
    rd_kafka_consume_stop(topic.handle, tap->source.partition.value());
  topic.taps.clear();
}

bool KafkaReader::is_alive(const Tap& tap) const {
  auto number = static_cast<size_t>(tap.source.partition.value());
  return number < tap.topic->taps.size() && tap.topic->taps[number] == &tap;
}

// ---------------------------------------------------------------------------------------- records

Result<> KafkaReader::poll(milliseconds wait, broker::Batch& into) {
  auto deadline = Clock::now() + wait;
  broker::Batch::Storage& storage = into.storage();
  storage.clear();
  do {
    EFD_TRY(look_for_topics());
    rd_kafka_poll(client_->handle(), 0);  // errors of brokers
    EFD_TRY(queue_->receive(until(std::min(deadline, next_look_)), storage));
    if (queue_->take_unknown_topic()) next_look_ = Clock::now();
  } while (storage.slices.empty() && Clock::now() < deadline);
  if (storage.slices.empty() && away_) return fail(*away_);
  return {};
}

const broker::Source* KafkaReader::source_of(const rd_kafka_message_s& message) const {
  if (!message.rkt) return nullptr;
  const auto* topic = static_cast<const Topic*>(rd_kafka_topic_opaque(message.rkt));
  auto number = static_cast<size_t>(message.partition);
  return number < topic->taps.size() ? &topic->taps[number]->source : nullptr;
}

// ---------------------------------------------------------------------------------------- control

Result<> KafkaReader::seek(const broker::Source& source, Offset next) {
  EFD_ASSIGN(broker::LogRange now, range(source));
  EFD_TRY(check_within(source, next, now));
  auto number = rd_kafka_seek(taps_[source.index]->topic->handle, source.partition.value(),
                              next.value(), static_cast<int>(timeout_.count()));
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return fail(kafka_error(number, fmt::format("cannot seek in {}", source.topic.value())));
}

void KafkaReader::set_paused(const broker::Source& source, bool is_paused) {
  if (!is_alive(*taps_[source.index])) return;
  KafkaPartitionList list;
  list.add({source.topic, source.partition});
  if (is_paused) {
    rd_kafka_pause_partitions(client_->handle(), list.get());
  } else {
    rd_kafka_resume_partitions(client_->handle(), list.get());
  }
}

void KafkaReader::pause(const broker::Source& source) {
  set_paused(source, true);
}

void KafkaReader::resume(const broker::Source& source) {
  set_paused(source, false);
}

std::vector<const broker::Source*> KafkaReader::sources() const {
  std::vector<const broker::Source*> sources;
  for (const auto& tap : taps_) sources.push_back(&tap->source);
  return sources;
}

Result<broker::LogRange> KafkaReader::range(const broker::Source& source) {
  if (!is_alive(*taps_[source.index]))
    return fail(ErrorCode::not_found, "topic '{}' has been deleted", source.topic.value());
  return find_kafka_range(*client_, {source.topic, source.partition}, timeout_);
}

}  // namespace efd::kafka_cluster
