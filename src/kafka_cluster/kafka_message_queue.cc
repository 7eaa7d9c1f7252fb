// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_message_queue.h"

#include <algorithm>

#include <librdkafka/rdkafka.h>

#include "observe/log.h"

namespace efd::kafka_cluster {
namespace {

// Messages that one call takes out of librdkafka's queue; a batch outgrows its bound by no more.
constexpr size_t kMessagesPerTake = 64;

std::string place(const rd_kafka_message_t& message) {
  const char* topic = message.rkt ? rd_kafka_topic_name(message.rkt) : "?";
  return fmt::format("{}-{} at offset {}", topic, message.partition, message.offset);
}

broker::RecordView view_of(const rd_kafka_message_t& message, broker::Records& records) {
  broker::RecordView view;
  view.offset = Offset(message.offset);
  rd_kafka_timestamp_type_t type;
  int64_t timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) view.timestamp_ms = timestamp_ms;
  if (message.key) view.key = {static_cast<const char*>(message.key), message.key_len};
  if (message.payload) view.value = {static_cast<const char*>(message.payload), message.len};
  rd_kafka_headers_t* headers = nullptr;
  rd_kafka_message_headers(&message, &headers);
  if (!headers) return view;
  std::vector<broker::HeaderView>& list = records.headers.emplace_back();
  const char* name;
  const void* value;
  size_t size;
  for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i) {
    broker::HeaderView& header = list.emplace_back(broker::HeaderView{name, std::nullopt});
    if (value) header.value = {static_cast<const char*>(value), size};
  }
  view.headers = list;
  return view;
}

}  // namespace

// Of one call; the batch keeps them, and they keep librdkafka.
struct KafkaMessageQueue::Messages {
  explicit Messages(std::shared_ptr<KafkaClient> client) : client(std::move(client)) {}
  ~Messages() {
    for (rd_kafka_message_t* message : list) rd_kafka_message_destroy(message);
  }
  Messages(const Messages&) = delete;

  std::shared_ptr<KafkaClient> client;
  std::vector<rd_kafka_message_t*> list;
  size_t bytes = 0;
};

KafkaMessageQueue::KafkaMessageQueue(std::shared_ptr<KafkaClient> client, rd_kafka_queue_s* queue,
                                     size_t batch_bytes_max, SourceOf source_of)
    : client_(std::move(client)),
      queue_(queue),
      batch_bytes_max_(batch_bytes_max),
      source_of_(std::move(source_of)) {}

KafkaMessageQueue::~KafkaMessageQueue() {
  rd_kafka_queue_destroy(queue_);
}

Result<> KafkaMessageQueue::receive(std::chrono::milliseconds wait, broker::Batch::Storage& into) {
  if (owed_) return fail(*std::exchange(owed_, std::nullopt));
  auto messages = std::make_shared<Messages>(client_);
  take(wait, *messages);
  if (messages->list.empty()) return {};
  hand_out(std::move(messages), into);
  if (owed_ && into.slices.empty()) return fail(*std::exchange(owed_, std::nullopt));
  return {};
}

void KafkaMessageQueue::take(std::chrono::milliseconds wait, Messages& messages) {
  rd_kafka_message_t* taken[kMessagesPerTake];
  int wait_ms = static_cast<int>(wait.count());
  ssize_t count = rd_kafka_consume_batch_queue(queue_, 0, taken, kMessagesPerTake);
  if (count == 0 && wait_ms > 0) count = rd_kafka_consume_batch_queue(queue_, wait_ms, taken, 1);
  while (count > 0) {
    for (ssize_t i = 0; i < count; ++i) messages.bytes += taken[i]->len + taken[i]->key_len;
    messages.list.insert(messages.list.end(), taken, taken + count);
    if (messages.bytes >= batch_bytes_max_) break;
    count = rd_kafka_consume_batch_queue(queue_, 0, taken, kMessagesPerTake);
  }
}

void KafkaMessageQueue::hand_out(std::shared_ptr<Messages> messages, broker::Batch::Storage& into) {
  std::vector<std::pair<const broker::Source*, const rd_kafka_message_t*>> found;
  for (const rd_kafka_message_t* message : messages->list) {
    if (message->err) {
      judge(*message);
    } else if (const broker::Source* source = source_of_(*message)) {
      found.emplace_back(source, message);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first->index < b.first->index; });
  for (size_t i = 0; i < found.size(); ++i) {
    const auto& [source, message] = found[i];
    into.records.views.push_back(view_of(*message, into.records));
    bool is_last = i + 1 == found.size() || found[i + 1].first != source;
    if (is_last) into.end_slice(*source, Offset(message->offset + 1));
  }
  into.owners.push_back(std::move(messages));
  into.finish();
}

// What librdkafka gives in place of a message: troubles that pass are retried by it.
void KafkaMessageQueue::judge(const rd_kafka_message_s& message) {
  Error error = kafka_error(message.err, place(message));
  if (error.code == ErrorCode::not_found) has_unknown_topic_ = true;
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET && message.rkt)
    misplaced_.push_back(
        {TopicName(rd_kafka_topic_name(message.rkt)), Partition(message.partition)});
  if (error.code == ErrorCode::give_up) {
    owed_ = std::move(error);
  } else {
    observe::debug("kafka", "{}", error.message);
  }
}

}  // namespace efd::kafka_cluster
