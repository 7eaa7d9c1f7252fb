// SPDX-License-Identifier: MIT
#include "broker/kafka_reader.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <librdkafka/rdkafka.h>

#include "broker/kafka_settings.h"
#include "broker/kafka_topics.h"
#include "observe/log.h"

namespace efd::broker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookInterval{3'000};
constexpr const char* kLookIntervalSetting = "topic.metadata.refresh.interval.ms";
// Messages that one call takes out of librdkafka's queue; a batch outgrows its bound by no more.
constexpr size_t kMessagesPerTake = 64;
// Read ahead, for each partition: one fetch more than what is waiting.
constexpr const char* kReadAheadKbytes = "256";
constexpr const char* kFetchBytes = "262144";

KafkaClient::Settings reader_settings() {
  return {
      {"allow.auto.create.topics", "false"},
      {"check.crcs", "true"},
      // Retention has overtaken a reader: it goes on where the log begins.
      {"auto.offset.reset", "earliest"},
      {"queued.max.messages.kbytes", kReadAheadKbytes},
      {"fetch.message.max.bytes", kFetchBytes},
      {kLookIntervalSetting, std::to_string(kLookInterval.count())},
  };
}

milliseconds look_interval(const KafkaClient::Settings& settings) {
  const std::string& text = settings.at(kLookIntervalSetting);
  int64_t interval_ms = kLookInterval.count();
  std::from_chars(text.data(), text.data() + text.size(), interval_ms);
  return milliseconds(interval_ms > 0 ? interval_ms : kLookInterval.count());
}

int to_ms(std::chrono::steady_clock::duration duration) {
  // Up, so that the last wait before a deadline does not become a busy loop.
  auto wait = std::chrono::ceil<milliseconds>(duration);
  return static_cast<int>(std::max(wait, milliseconds(0)).count());
}

std::string place(const rd_kafka_message_t& message) {
  const char* topic = message.rkt ? rd_kafka_topic_name(message.rkt) : "?";
  return fmt::format("{}-{} at offset {}", topic, message.partition, message.offset);
}

bool is_of_unknown_topic(int number) {
  return kafka_error_code(number) == ErrorCode::not_found;
}

RecordView view_of(const rd_kafka_message_t& message, Records& records) {
  RecordView view;
  view.offset = Offset(message.offset);
  rd_kafka_timestamp_type_t type;
  int64_t timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) view.timestamp_ms = timestamp_ms;
  if (message.key) view.key = {static_cast<const char*>(message.key), message.key_len};
  if (message.payload) view.value = {static_cast<const char*>(message.payload), message.len};
  rd_kafka_headers_t* headers = nullptr;
  rd_kafka_message_headers(&message, &headers);
  if (!headers) return view;
  std::vector<HeaderView>& list = records.headers.emplace_back();
  const char* name;
  const void* value;
  size_t size;
  for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i) {
    HeaderView& header = list.emplace_back(HeaderView{name, std::nullopt});
    if (value) header.value = {static_cast<const char*>(value), size};
  }
  view.headers = list;
  return view;
}

}  // namespace

// Of one poll; the batch keeps them, and they keep librdkafka.
struct KafkaReader::Messages {
  explicit Messages(std::shared_ptr<KafkaClient> client) : client(std::move(client)) {}
  ~Messages() {
    for (rd_kafka_message_t* message : list) rd_kafka_message_destroy(message);
  }
  Messages(const Messages&) = delete;

  std::shared_ptr<KafkaClient> client;
  std::vector<rd_kafka_message_t*> list;
  size_t bytes = 0;
};

Result<std::unique_ptr<KafkaReader>> KafkaReader::open(const KafkaClusterOptions& cluster,
                                                       ReaderOptions options) {
  EFD_ASSIGN(TopicMatcher matcher, TopicMatcher::compile(options.pattern));
  std::unique_ptr<KafkaReader> reader(new KafkaReader(std::move(options), std::move(matcher)));
  KafkaClient::Settings settings = kafka_settings(cluster, reader_settings());
  reader->timeout_ = cluster.timeout;
  reader->look_interval_ = look_interval(settings);
  EFD_ASSIGN(reader->client_, KafkaClient::open(KafkaClient::Kind::consumer, settings));
  EFD_TRY(reader->client_->await_broker(cluster.bootstrap, cluster.timeout));
  reader->queue_ = rd_kafka_queue_new(reader->client_->handle());
  return reader;
}

KafkaReader::~KafkaReader() {
  for (auto& [name, topic] : topics_) {
    forget(*topic);
    rd_kafka_topic_destroy(topic->handle);
  }
  if (queue_) rd_kafka_queue_destroy(queue_);
}

// ------------------------------------------------------------------------------------- partitions

Result<> KafkaReader::look_for_topics() {
  if (Clock::now() < next_look_) return {};
  next_look_ = Clock::now() + look_interval_;
  auto topics = list_kafka_topics(*client_, timeout_);
  if (!topics) {
    if (taps_.empty()) return fail(topics.error());
    observe::debug("kafka", "{}", topics.error().message);  // what is known is read on
    return {};
  }
  forget_missing(*topics);
  for (const TopicDescription& topic : *topics)
    if (matcher_.matches(topic.name)) EFD_TRY(adopt(topic));
  return start_waiting();
}

Result<> KafkaReader::adopt(const TopicDescription& description) {
  EFD_ASSIGN(Topic * topic, open_topic(description.name));
  for (auto i = static_cast<int32_t>(topic->taps.size()); i < description.partitions; ++i) {
    auto index = static_cast<uint32_t>(taps_.size());
    Source source{index, description.name, description.id, Partition(i)};
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

Result<> KafkaReader::start(Tap& tap, const LogRange& range) {
  Offset next = options_.start ? options_.start(tap.source, range) : range.start;
  next = std::clamp(next, range.start, range.end);
  int failed = rd_kafka_consume_start_queue(tap.topic->handle, tap.source.partition.value(),
                                            next.value(), queue_);
  if (failed) return fail(kafka_error(rd_kafka_last_error(), tap.source.topic.value()));
  return {};
}

// Asked for a second time: one broker knows of a new topic before another one.
void KafkaReader::forget_missing(const std::vector<TopicDescription>& topics) {
  std::set<TopicName> there;
  for (const TopicDescription& topic : topics) there.insert(topic.name);
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

Result<> KafkaReader::poll(milliseconds wait, Batch& into) {
  auto deadline = Clock::now() + wait;
  Batch::Storage& storage = into.storage();
  storage.clear();
  do {
    EFD_TRY(look_for_topics());
    rd_kafka_poll(client_->handle(), 0);  // errors of brokers
    auto messages = std::make_shared<Messages>(client_);
    milliseconds left(to_ms(std::min(deadline, next_look_) - Clock::now()));
    if (take(left, *messages)) EFD_TRY(hand_out(std::move(messages), storage));
  } while (storage.slices.empty() && Clock::now() < deadline);
  return {};
}

// Waits for the first message only, then takes what is there.
bool KafkaReader::take(milliseconds wait, Messages& messages) {
  rd_kafka_message_t* taken[kMessagesPerTake];
  int wait_ms = static_cast<int>(wait.count());
  ssize_t count = rd_kafka_consume_batch_queue(queue_, 0, taken, kMessagesPerTake);
  if (count == 0 && wait_ms > 0) count = rd_kafka_consume_batch_queue(queue_, wait_ms, taken, 1);
  while (count > 0) {
    for (ssize_t i = 0; i < count; ++i) messages.bytes += taken[i]->len + taken[i]->key_len;
    messages.list.insert(messages.list.end(), taken, taken + count);
    if (messages.bytes >= options_.batch_bytes_max) break;
    count = rd_kafka_consume_batch_queue(queue_, 0, taken, kMessagesPerTake);
  }
  return !messages.list.empty();
}

// Null for what is of no partition (any more).
Result<KafkaReader::Tap*> KafkaReader::tap_of(const rd_kafka_message_t& message) {
  if (message.err) EFD_TRY(check(message));
  if (message.err || !message.rkt) return nullptr;
  auto* topic = static_cast<Topic*>(rd_kafka_topic_opaque(message.rkt));
  auto number = static_cast<size_t>(message.partition);
  return number < topic->taps.size() ? topic->taps[number] : nullptr;
}

// What librdkafka gives in place of a message: troubles that pass are retried by it.
Result<> KafkaReader::check(const rd_kafka_message_t& message) {
  Error error = kafka_error(message.err, place(message));
  if (is_of_unknown_topic(message.err)) next_look_ = Clock::now();
  if (error.code == ErrorCode::give_up) return fail(std::move(error));
  observe::debug("kafka", "{}", error.message);
  return {};
}

Result<> KafkaReader::hand_out(std::shared_ptr<Messages> messages, Batch::Storage& storage) {
  std::vector<std::pair<Tap*, const rd_kafka_message_t*>> found;
  for (const rd_kafka_message_t* message : messages->list) {
    EFD_ASSIGN(Tap * tap, tap_of(*message));
    if (tap) found.emplace_back(tap, message);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.first->source.index < b.first->source.index;
  });
  for (size_t i = 0; i < found.size(); ++i) {
    const auto& [tap, message] = found[i];
    storage.records.views.push_back(view_of(*message, storage.records));
    bool is_last = i + 1 == found.size() || found[i + 1].first != tap;
    if (is_last) storage.end_slice(tap->source, Offset(message->offset + 1));
  }
  storage.owners.push_back(std::move(messages));
  storage.finish();
  return {};
}

// ---------------------------------------------------------------------------------------- control

Result<> KafkaReader::seek(const Source& source, Offset next) {
  EFD_ASSIGN(LogRange now, range(source));
  if (next < now.start || next > now.end)
    return fail(ErrorCode::bad_input, "{}-{}: offset {} is not within {} and {}",
                source.topic.value(), source.partition.value(), next.value(), now.start.value(),
                now.end.value());
  auto number = rd_kafka_seek(taps_[source.index]->topic->handle, source.partition.value(),
                              next.value(), static_cast<int>(timeout_.count()));
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return fail(kafka_error(number, fmt::format("cannot seek in {}", source.topic.value())));
}

void KafkaReader::set_paused(const Source& source, bool is_paused) {
  if (!is_alive(*taps_[source.index])) return;
  auto* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, source.topic.value().c_str(), source.partition.value());
  if (is_paused) {
    rd_kafka_pause_partitions(client_->handle(), list);
  } else {
    rd_kafka_resume_partitions(client_->handle(), list);
  }
  rd_kafka_topic_partition_list_destroy(list);
}

void KafkaReader::pause(const Source& source) {
  set_paused(source, true);
}

void KafkaReader::resume(const Source& source) {
  set_paused(source, false);
}

std::vector<const Source*> KafkaReader::sources() const {
  std::vector<const Source*> sources;
  for (const auto& tap : taps_) sources.push_back(&tap->source);
  return sources;
}

Result<LogRange> KafkaReader::range(const Source& source) {
  if (!is_alive(*taps_[source.index]))
    return fail(ErrorCode::not_found, "topic '{}' has been deleted", source.topic.value());
  TopicPartition partition{source.topic, source.partition};
  auto starts = find_kafka_offsets(*client_, std::span(&partition, 1), kTimeEarliest, timeout_);
  auto ends = find_kafka_offsets(*client_, std::span(&partition, 1), kTimeLatest, timeout_);
  if (!starts[0]) return fail(starts[0].error());
  if (!ends[0]) return fail(ends[0].error());
  return LogRange{*starts[0], *ends[0]};
}

}  // namespace efd::broker
