// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_producer.h"

#include <algorithm>

#include <librdkafka/rdkafka.h>

#include "kafka_cluster/kafka_settings.h"
#include "observe/log.h"
#include "system/clock.h"

namespace efd::kafka_cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCloseWait{5'000};
constexpr milliseconds kServeWait{100};
// Deliveries come one request at a time, thousands a second: the thread that calls back looks at
// them in bunches, instead of being woken by each.
constexpr milliseconds kServePause{2};
// What a waiting record costs librdkafka beside its bytes; queue.buffering.max.kbytes leaves it
// out.
constexpr size_t kRecordOverheadBytes = 256;
constexpr size_t kHeadersMax = 1000;
// A request carries one partition. With librdkafka's default of 1, each one that is sent costs a
// look at all partitions: half of the CPU at a thousand of them.
constexpr const char* kUnsentRequestsMax = "1000";

// Bounds a record; batches have a bound of their own. How long one may be is the broker's to say.
constexpr const char* kMessageBytesMax = "67108864";

struct Pending {
  broker::OnDelivery on_delivery;
};

KafkaClient::Settings producer_settings(const broker::ProducerOptions& options) {
  size_t kbytes = std::max<size_t>(options.queue_bytes_max >> 10, 1);
  size_t records = std::max<size_t>(options.queue_bytes_max / kRecordOverheadBytes, 1);
  // An idempotent producer keeps the order: it does not give one record up and go on to the next.
  const char* give_up_ms = options.idempotent ? "0" : "300000";
  KafkaClient::Settings settings{
      {"acks", std::to_string(static_cast<int>(options.acks))},
      {"linger.ms", std::to_string(options.linger.count())},
      {"enable.idempotence", options.idempotent ? "true" : "false"},
      {"message.timeout.ms", give_up_ms},
      {"queue.buffering.max.kbytes", std::to_string(kbytes)},
      {"queue.buffering.max.messages", std::to_string(records)},
      // librdkafka wants 1 of an idempotent producer.
      {"queue.buffering.backpressure.threshold", options.idempotent ? "1" : kUnsentRequestsMax},
      {"partitioner", "murmur2_random"},  // as Kafka's own clients
      {"message.max.bytes", kMessageBytesMax},
  };
  // With more than one, librdkafka 2.0 loses count of an idempotent producer's sequence numbers
  // when a leader changes. Others need a bound, too: what a slow broker has not taken yet is to
  // wait where it grows into batches, not record by record in the socket.
  settings["max.in.flight"] = options.idempotent ? "1" : "64";
  return settings;
}

// The arguments of one rd_kafka_produceva; what they look at must outlive it.
class Arguments {
 public:
  Arguments(const broker::NewRecord& record, rd_kafka_topic_t* topic, void* opaque) {
    next(RD_KAFKA_VTYPE_RKT).u.rkt = topic;
    next(RD_KAFKA_VTYPE_PARTITION).u.i32 =
        record.partition ? record.partition->value() : RD_KAFKA_PARTITION_UA;
    next(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
    next(RD_KAFKA_VTYPE_OPAQUE).u.ptr = opaque;
    if (record.timestamp_ms) next(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = *record.timestamp_ms;
    if (record.key) set_bytes(next(RD_KAFKA_VTYPE_KEY), *record.key);
    if (record.value) set_bytes(next(RD_KAFKA_VTYPE_VALUE), *record.value);
    if (!record.headers.empty()) next(RD_KAFKA_VTYPE_HEADERS).u.headers = headers_of(record);
  }

  // Takes over the headers when it succeeds.
  Result<> produce(rd_kafka_t* handle) {
    rd_kafka_error_t* error = rd_kafka_produceva(handle, list_, count_);
    if (!error) return {};
    if (headers_) rd_kafka_headers_destroy(headers_);
    Error ours{kafka_error_code(rd_kafka_error_code(error)), rd_kafka_error_string(error)};
    rd_kafka_error_destroy(error);
    return fail(std::move(ours));
  }

 private:
  rd_kafka_vu_t& next(rd_kafka_vtype_t type) {
    list_[count_].vtype = type;
    return list_[count_++];
  }

  // An empty key or value is not the same as none.
  static void set_bytes(rd_kafka_vu_t& argument, std::string_view bytes) {
    argument.u.mem.ptr = const_cast<char*>(bytes.empty() ? "" : bytes.data());
    argument.u.mem.size = bytes.size();
  }

  rd_kafka_headers_t* headers_of(const broker::NewRecord& record) {
    headers_ = rd_kafka_headers_new(record.headers.size());
    for (const broker::Header& header : record.headers)
      rd_kafka_header_add(headers_, header.key.data(), static_cast<ssize_t>(header.key.size()),
                          header.value ? header.value->c_str() : nullptr,
                          header.value ? static_cast<ssize_t>(header.value->size()) : 0);
    return headers_;
  }

  rd_kafka_vu_t list_[8];
  size_t count_ = 0;
  rd_kafka_headers_t* headers_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<KafkaProducer>> KafkaProducer::open(const KafkaClusterOptions& cluster,
                                                           const broker::ProducerOptions& options) {
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer());
  auto on_delivered = [raw = producer.get()](const rd_kafka_message_s& message) {
    raw->on_delivered(message);
  };
  EFD_ASSIGN(
      producer->client_,
      KafkaClient::open(KafkaClient::Kind::producer,
                        kafka_settings(cluster, producer_settings(options)), {on_delivered, {}}));
  EFD_TRY(producer->client_->await_broker(cluster.bootstrap, cluster.timeout));
  producer->thread_ = std::thread([raw = producer.get()] { raw->serve(); });
  return producer;
}

KafkaProducer::~KafkaProducer() {
  if (!client_) return;
  rd_kafka_t* handle = client_->handle();
  rd_kafka_flush(handle, static_cast<int>(kCloseWait.count()));
  rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (rd_kafka_outq_len(handle) > 0)
    rd_kafka_poll(handle, static_cast<int>(kServePause.count()));
  is_stopped_ = true;
  if (thread_.joinable()) thread_.join();
  for (const auto& [name, topic] : topics_) rd_kafka_topic_destroy(topic);
}

void KafkaProducer::serve() {
  while (!is_stopped_) {
    rd_kafka_poll(client_->handle(), static_cast<int>(kServeWait.count()));
    system::real_clock().sleep(kServePause);
  }
}

void KafkaProducer::on_delivered(const rd_kafka_message_s& message) {
  std::unique_ptr<Pending> pending(static_cast<Pending*>(message._private));
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (pending)
      pending->on_delivery(
          broker::Delivery{TopicId(), Partition(message.partition), Offset(message.offset)});
    return;
  }
  std::string topic = rd_kafka_topic_name(message.rkt);
  Error error = kafka_error(message.err, topic);
  if (pending) return pending->on_delivery(fail(std::move(error)));
  if (failed_++ == 0) observe::warn("kafka", "a record was not delivered: {}", error.message);
}

Result<rd_kafka_topic_s*> KafkaProducer::topic_handle(const TopicName& name) {
  std::lock_guard lock(mutex_);
  auto found = topics_.find(name);
  if (found != topics_.end()) return found->second;
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client_->handle(), name.value().c_str(), nullptr);
  if (!topic) return fail(kafka_error(rd_kafka_last_error(), name.value()));
  topics_.emplace(name, topic);
  return topic;
}

Result<> KafkaProducer::send(const broker::NewRecord& record, broker::OnDelivery on_delivery) {
  if (record.headers.size() > kHeadersMax)
    return fail(ErrorCode::bad_input, "{}: a record with {} headers", record.topic.value(),
                record.headers.size());
  EFD_ASSIGN(rd_kafka_topic_s * topic, topic_handle(record.topic));
  std::unique_ptr<Pending> pending;
  if (on_delivery) pending.reset(new Pending{std::move(on_delivery)});
  auto produced = Arguments(record, topic, pending.get()).produce(client_->handle());
  if (!produced) return fail_in(record.topic.value(), produced.error());
  (void)pending.release();  // on_delivered has it
  return {};
}

Result<> KafkaProducer::flush(milliseconds wait) {
  auto number = rd_kafka_flush(client_->handle(), static_cast<int>(wait.count()));
  uint64_t failed = failed_.exchange(0);
  if (failed > 0) observe::warn("kafka", "{} records were not delivered", failed);
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  int left = rd_kafka_outq_len(client_->handle());
  std::string trouble = client_->last_trouble();
  return fail(ErrorCode::retry, "{} records are still on their way{}{}", left,
              trouble.empty() ? "" : ": ", trouble);
}

Result<> KafkaProducer::check() const {
  Result<> able = client_->check();
  if (able) return {};
  return fail(ErrorCode::give_up, "{}", able.error().message);
}

}  // namespace efd::kafka_cluster
