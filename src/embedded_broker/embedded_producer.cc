// SPDX-License-Identifier: MIT
#include "embedded_broker/embedded_producer.h"

#include <future>

#include "base/time.h"

namespace efd::embedded_broker {
namespace {

// A partition's batch goes on its way at so many bytes, whatever linger says.
constexpr size_t kBatchBytes = 256u << 10;
// What one record costs beyond its bytes, in the bound of the queue.
constexpr size_t kRecordOverheadBytes = 64;

size_t size_of(const broker::NewRecord& record) {
  size_t size = kRecordOverheadBytes;
  if (record.key) size += record.key->size();
  if (record.value) size += record.value->size();
  for (const broker::Header& header : record.headers)
    size += header.key.size() + (header.value ? header.value->size() : 0);
  return size;
}

ErrorCode code_of(broker::AppendError error) {
  switch (error) {
    case broker::AppendError::unknown_topic_or_partition:
      return ErrorCode::not_found;
    case broker::AppendError::storage:
      return ErrorCode::give_up;
    case broker::AppendError::overload:
      return ErrorCode::overload;
    default:
      return ErrorCode::bad_input;
  }
}

}  // namespace

int32_t partition_of_key(std::string_view key, int32_t partitions) {
  constexpr uint32_t kFactor = 0x5bd1e995;
  uint32_t hash = 0x9747b28c ^ static_cast<uint32_t>(key.size());
  while (key.size() >= 4) {
    uint32_t word = load_little<uint32_t>(key.data()) * kFactor;
    hash = hash * kFactor ^ (word ^ word >> 24) * kFactor;
    key.remove_prefix(4);
  }
  for (size_t i = key.size(); i-- > 0;)
    hash ^= static_cast<uint32_t>(static_cast<uint8_t>(key[i])) << (8 * i);
  if (!key.empty()) hash *= kFactor;
  hash = (hash ^ hash >> 13) * kFactor;
  hash ^= hash >> 15;
  return static_cast<int32_t>((hash & 0x7fffffff) % static_cast<uint32_t>(partitions));
}

Result<std::unique_ptr<EmbeddedProducer>> EmbeddedProducer::open(broker::CommitLog& log,
                                                                 broker::ProducerOptions options) {
  std::unique_ptr<EmbeddedProducer> producer(new EmbeddedProducer(log, options));
  if (log.has_threads() && options.linger.count() > 0)
    producer->thread_ = std::thread([raw = producer.get()] { raw->run(); });
  return producer;
}

EmbeddedProducer::~EmbeddedProducer() {
  {
    std::lock_guard lock(mutex_);
    is_stopped_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  {
    std::lock_guard lock(mutex_);
    append_gathered();
  }
  deliver_sent();
}

// With the first record, so that whoever opens a producer needs no intake.
Result<> EmbeddedProducer::take_id() {
  if (!options_.idempotent || id_.value() >= 0) return {};
  EFD_ASSIGN(id_, log_.new_producer_id());
  return {};
}

Result<> EmbeddedProducer::reserve(size_t bytes) {
  std::lock_guard lock(in_flight_->mutex);
  if (in_flight_->bytes > 0 && in_flight_->bytes + bytes > options_.queue_bytes_max)
    return fail(ErrorCode::overload, "the producer's queue is full: {} bytes", in_flight_->bytes);
  in_flight_->bytes += bytes;
  ++in_flight_->records;
  return {};
}

Result<EmbeddedProducer::TopicEntry*> EmbeddedProducer::find_topic(const TopicName& name) {
  TopicEntry& entry = topics_[name];
  bool is_current = !entry.partitions.empty() && log_.partition(entry.id, Partition(0)) != nullptr;
  if (is_current) return &entry;
  for (const auto& gathering : entry.partitions)
    if (gathering->batch.record_count() > 0) {
      append_gathered();  // for the topic that is gone: they are told so
      break;
    }
  auto topic = log_.find_topic(name);
  if (!topic) {
    topics_.erase(name);
    return fail(ErrorCode::not_found, "topic '{}' does not exist", name.value());
  }
  entry = {};
  entry.id = topic->id;
  for (int32_t i = 0; i < topic->partitions; ++i) {
    auto& gathering = entry.partitions.emplace_back(std::make_unique<Gathering>());
    gathering->partition = log_.partition(topic->id, Partition(i));
    if (gathering->partition) continue;
    topics_.erase(name);
    return fail(ErrorCode::not_found, "topic '{}' has been deleted", name.value());
  }
  return &entry;
}

Result<EmbeddedProducer::Gathering*> EmbeddedProducer::choose(TopicEntry& topic,
                                                              const broker::NewRecord& record) {
  auto count = static_cast<int32_t>(topic.partitions.size());
  int32_t number = 0;
  if (record.partition) {
    number = record.partition->value();
  } else if (record.key) {
    number = partition_of_key(*record.key, count);
  } else {
    number = static_cast<int32_t>(topic.next++ % static_cast<uint32_t>(count));
  }
  if (number >= 0 && number < count) return topic.partitions[static_cast<size_t>(number)].get();
  return fail(ErrorCode::not_found, "partition {}-{} does not exist", record.topic.value(), number);
}

Result<> EmbeddedProducer::send(const broker::NewRecord& record, broker::OnDelivery on_delivery) {
  Result<> gathered = gather(record, std::move(on_delivery));
  deliver_sent();
  return gathered;
}

Result<> EmbeddedProducer::gather(const broker::NewRecord& record, broker::OnDelivery on_delivery) {
  std::lock_guard lock(mutex_);
  EFD_ASSIGN(TopicEntry * topic, find_topic(record.topic));
  EFD_ASSIGN(Gathering * gathering, choose(*topic, record));
  EFD_TRY(take_id());
  size_t bytes = size_of(record);
  EFD_TRY(reserve(bytes));
  if (gathering->batch.size() + bytes > kBatchBytes && gathering->batch.record_count() > 0)
    append_gathered();
  if (gathering->batch.record_count() == 0) gathered_.push_back(gathering);
  int64_t timestamp_ms = record.timestamp_ms ? *record.timestamp_ms : log_.clock().now().ms();
  gathering->batch.add({timestamp_ms, record.key, record.value}, record.headers);
  gathering->on_delivery.push_back(std::move(on_delivery));
  gathering->bytes += bytes;
  if (options_.linger.count() == 0) {
    append_gathered();
  } else if (gathered_.size() == 1 && gathering->on_delivery.size() == 1) {
    wake_.notify_one();
  }
  return {};
}

void EmbeddedProducer::append_gathered() {
  if (gathered_.empty()) return;
  size_t first = sent_.size();
  for (Gathering* gathering : gathered_) sent_.push_back(append(*gathering));
  gathered_.clear();
  auto written = log_.write_out();
  if (written) return;
  // What was appended stays in the log, and is written when there is room: an error would have its
  // sender append it a second time.
  for (size_t i = first; i < sent_.size(); ++i) sent_[i].waits = sent_[i].sequence > 0;
}

void EmbeddedProducer::deliver_sent() {
  std::vector<Sent> sent;
  {
    std::lock_guard lock(mutex_);
    sent.swap(sent_);
  }
  if (!sent.empty()) deliver_when_durable(std::move(sent));
}

EmbeddedProducer::Sent EmbeddedProducer::append(Gathering& gathering) {
  Sent sent;
  sent.on_delivery = std::exchange(gathering.on_delivery, {});
  sent.bytes = std::exchange(gathering.bytes, 0);
  broker::BatchIdentity identity;
  if (id_.value() >= 0) {
    identity.producer_id = id_.value();
    identity.producer_epoch = 0;
    identity.base_sequence = gathering.next_sequence;
  }
  auto batch = gathering.batch.finish(identity);
  auto appended = append_with_patience(*gathering.partition, *batch);
  if (appended) {
    // Sequences wrap from the greatest int32 to 0.
    gathering.next_sequence = static_cast<int32_t>(
        (static_cast<int64_t>(gathering.next_sequence) + gathering.batch.record_count()) &
        0x7fffffff);
    sent.first =
        broker::Delivery{broker::topic_id(*gathering.partition),
                         broker::partition_number(*gathering.partition), appended->base_offset};
    sent.sequence = appended->sequence;
    sent.waits = waits_for_sync(*gathering.partition);
  } else {
    sent.first = fail(appended.error());
  }
  gathering.batch.clear();
  return sent;
}

bool EmbeddedProducer::waits_for_sync(const broker::LogPartition& partition) const {
  return options_.acks == broker::Acks::all && log_.waits_for_sync(partition);
}

// Where the log has threads, it will have room again: until then this producer stands still.
Result<broker::Appended> EmbeddedProducer::append_with_patience(broker::LogPartition& partition,
                                                                std::string_view batch) {
  bool waits = waits_for_sync(partition);
  while (true) {
    broker::Appended appended = log_.append(partition, batch, waits);
    if (appended.error == broker::AppendError::none) return appended;
    if (appended.error != broker::AppendError::overload || !log_.has_threads())
      return fail(code_of(appended.error), "{}: {}", broker::topic_name(partition).value(),
                  appended.message);
    wait_for_room();
  }
}

void EmbeddedProducer::wait_for_room() {
  auto written = log_.write_out();  // wakes the checkpoint
  if (!written) return;
  auto room = std::make_shared<std::promise<void>>();
  log_.when_room([room] { room->set_value(); });
  room->get_future().wait();
}

void EmbeddedProducer::deliver_when_durable(std::vector<Sent> sent) {
  uint64_t sequence = 0;
  for (const Sent& batch : sent)
    if (batch.waits) sequence = std::max(sequence, batch.sequence);
  if (sequence == 0) return deliver(sent, {}, *in_flight_);
  auto shared = std::make_shared<std::vector<Sent>>(std::move(sent));
  log_.when_durable(sequence, [shared, in_flight = in_flight_](const Result<>& durable) {
    deliver(*shared, durable, *in_flight);
  });
}

void EmbeddedProducer::deliver(const std::vector<Sent>& sent, const Result<>& durable,
                               InFlight& in_flight) {
  size_t records = 0, bytes = 0;
  for (const Sent& batch : sent) {
    Result<broker::Delivery> result = batch.first;
    if (result && batch.waits && !durable) result = fail(durable.error());
    for (const broker::OnDelivery& call : batch.on_delivery) {
      if (call) call(result);
      if (result) result->offset = result->offset + 1;
    }
    records += batch.on_delivery.size();
    bytes += batch.bytes;
  }
  std::lock_guard lock(in_flight.mutex);
  in_flight.records -= records;
  in_flight.bytes -= bytes;
  in_flight.landed.notify_all();
}

Result<> EmbeddedProducer::flush(std::chrono::milliseconds wait) {
  {
    std::lock_guard lock(mutex_);
    append_gathered();
  }
  deliver_sent();
  if (!log_.has_threads()) EFD_TRY(log_.commit_now());
  std::unique_lock lock(in_flight_->mutex);
  bool landed =
      log_.clock().wait_until(lock, in_flight_->landed, log_.clock().monotonic_ns_in(wait),
                              [&] { return in_flight_->records == 0; });
  if (landed) return {};
  return fail(ErrorCode::retry, "{} records are still on their way", in_flight_->records);
}

void EmbeddedProducer::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopped_) {
    wake_.wait(lock, [&] { return is_stopped_ || !gathered_.empty(); });
    log_.clock().wait_until(lock, wake_, log_.clock().monotonic_ns_in(options_.linger),
                            [&] { return is_stopped_; });
    append_gathered();
    lock.unlock();
    deliver_sent();
    lock.lock();
  }
}

}  // namespace efd::embedded_broker
