// SPDX-License-Identifier: MIT
#include "pipeline/dead_letters.h"

#include <charconv>

#include "broker/fingerprint.h"
#include "observe/log.h"

namespace efd::pipeline {
namespace {

// Kafka Connect's names (KIP-298).
constexpr char kTopicHeader[] = "__connect.errors.topic";
constexpr char kPartitionHeader[] = "__connect.errors.partition";
constexpr char kOffsetHeader[] = "__connect.errors.offset";
constexpr char kConnectorHeader[] = "__connect.errors.connector.name";
constexpr char kStageHeader[] = "__connect.errors.stage";
constexpr char kMessageHeader[] = "__connect.errors.exception.message";
// Ours: offsets begin anew when a topic is made anew.
constexpr char kTopicIdHeader[] = "efd.topic.id";

// In place of a record that is too long for the topic: how long it was.
constexpr char kLeftOutHeader[] = "efd.left.out";

// More than any record of a topic with the usual bound, and its headers.
constexpr char kTopicMessageBytesMax[] = "67108864";
constexpr size_t kReasonBytesMax = 16u << 10;

// Records of the topic that are read at start to know what was sent already.
constexpr int64_t kTailRecordsMax = static_cast<int64_t>(kRememberedRejectsMax);
constexpr std::chrono::milliseconds kTailWait{200};
// Topics whose first dead letter is a warning in the log; later ones are for debugging.
constexpr size_t kTopicsToldMax = 10'000;

std::optional<std::string_view> header(const broker::RecordView& record, std::string_view name) {
  for (const broker::HeaderView& header : record.headers)
    if (header.key == name) return header.value;
  return std::nullopt;
}

template <class T>
std::optional<T> number_header(const broker::RecordView& record, std::string_view name) {
  std::optional<std::string_view> text = header(record, name);
  T value{};
  if (!text) return std::nullopt;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

// Which record of `connector` the dead letter stands for.
std::optional<RejectedRecord> origin_of(const broker::RecordView& letter,
                                        const ConnectorName& connector) {
  std::optional<std::string_view> topic = header(letter, kTopicHeader);
  auto partition = number_header<int32_t>(letter, kPartitionHeader);
  auto offset = number_header<int64_t>(letter, kOffsetHeader);
  if (!topic || !partition || !offset) return std::nullopt;
  if (header(letter, kConnectorHeader) != connector.value()) return std::nullopt;
  auto id = Uuid::parse_hex(header(letter, kTopicIdHeader).value_or(""));
  return RejectedRecord{TopicId(id.value_or(Uuid())),
                        {TopicName(std::string(*topic)), Partition(*partition)},
                        Offset(*offset)};
}

// Asked for first: to make one, a cluster needs its controller.
Result<> make_topic(broker::Broker& broker) {
  auto there = broker.topic(kDeadLetterTopic);
  if (there) return {};
  if (there.error().code != ErrorCode::not_found) return fail(there.error());
  broker::NewTopic topic{
      .name = kDeadLetterTopic,
      .config = {{"retention.ms", "-1"}, {"max.message.bytes", kTopicMessageBytesMax}}};
  EFD_TRY(broker.create_missing_topics({&topic, 1}));
  return {};
}

// A letter that is sent again, because a broker has died, must not be there twice.
const broker::ProducerOptions kOnce{.idempotent = true};

}  // namespace

// A copy of what must be sent, kept until it is delivered.
struct DeadLetters::Letter {
  RejectedRecord origin;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::optional<int64_t> timestamp_ms;
  std::vector<broker::Header> headers;
  size_t own_headers = 0;  // the last ones; those before are the record's
  bool is_cut = false;
};

DeadLetters::DeadLetters(ConnectorName connector, broker::Broker& broker,
                         std::unique_ptr<broker::Producer> producer, observe::Counter& rejected,
                         system::Clock& clock)
    : connector_(std::move(connector)),
      broker_(broker),
      rejected_(rejected),
      clock_(clock),
      producer_(std::move(producer)) {}

DeadLetters::~DeadLetters() = default;

Result<std::unique_ptr<DeadLetters>> DeadLetters::open(broker::Broker& broker,
                                                       ConnectorName connector,
                                                       observe::Metrics& metrics,
                                                       system::Clock& clock) {
  EFD_ASSIGN(auto producer, broker.producer(kOnce));
  observe::Counter& rejected =
      metrics.counter("efd_dead_letters_total", "Records that went to the dead-letter topic.",
                      {{"connector", connector.value()}});
  std::unique_ptr<DeadLetters> letters(
      new DeadLetters(std::move(connector), broker, std::move(producer), rejected, clock));
  EFD_TRY(letters->catch_up());
  return letters;
}

// False: a full disk keeps it from being made. Letters wait for it, as for anything else that keeps
// them from being delivered, and so does the commit that covers them; reading goes on meanwhile.
Result<bool> DeadLetters::ensure_topic() {
  if (has_topic_) return true;
  Result<> made = make_topic(broker_);
  if (!made && made.error().code != ErrorCode::overload) return fail(made.error());
  if (!made && !std::exchange(told_no_topic_, true))
    observe::warn("pipeline", "connector {}: topic {} is made later: {}", connector_.value(),
                  kDeadLetterTopic.value(), made.error().message);
  if (made) has_topic_ = true;
  return made.has_value();
}

Result<> DeadLetters::catch_up() {
  std::lock_guard lock(read_mutex_);
  EFD_ASSIGN(const bool is_there, ensure_topic());
  if (!is_there) return {};
  TopicPartition partition{kDeadLetterTopic, Partition(0)};
  EFD_ASSIGN(Offset end, broker_.offset(partition, broker::At::end));
  EFD_ASSIGN(Offset start, broker_.offset(partition, broker::At::earliest));
  // A topic that was made anew ends before what was read.
  if (read_to_ > end) read_to_ = start;
  read_to_ = std::max({read_to_, start, end + -kTailRecordsMax});
  if (read_to_ >= end) return {};
  broker::ReaderOptions options{.pattern = {"efd\\.dead-letters"}, .see = broker::See::appended};
  options.start = [this](const broker::Source&, const broker::LogRange&) { return read_to_; };
  EFD_ASSIGN(auto reader, broker_.reader(std::move(options)));
  broker::Batch batch;
  while (read_to_ < end) {
    EFD_TRY(reader->poll(kTailWait, batch));
    for (const broker::Slice& slice : batch.slices()) {
      take_letters(slice);
      read_to_ = slice.next;
    }
  }
  return {};
}

void DeadLetters::take_letters(const broker::Slice& slice) {
  for (const broker::RecordView& letter : slice.records) {
    auto origin = origin_of(letter, connector_);
    if (!origin) continue;
    remember(*origin, {std::string(header(letter, kMessageHeader).value_or("")),
                       broker::content_crc32c(letter)});
    std::lock_guard lock(mutex_);
    std::erase_if(failed_, [&](const auto& failed) { return failed->origin == *origin; });
  }
}

void DeadLetters::remember(RejectedRecord record, Remembered what) {
  std::lock_guard lock(mutex_);
  bool is_new = reasons_.insert_or_assign(record, std::move(what)).second;
  if (is_new) order_.push_back(std::move(record));
  while (order_.size() > kRememberedRejectsMax) {
    reasons_.erase(order_.front());
    order_.pop_front();
  }
}

bool DeadLetters::is_remembered(const RejectedRecord& record,
                                const broker::RecordView& content) const {
  std::lock_guard lock(mutex_);
  auto found = reasons_.find(record);
  return found != reasons_.end() && found->second.content_crc32c == broker::content_crc32c(content);
}

std::optional<std::string> DeadLetters::reason_of(const RejectedRecord& record) const {
  std::lock_guard lock(mutex_);
  auto found = reasons_.find(record);
  if (found == reasons_.end()) return std::nullopt;
  return found->second.reason;
}

void DeadLetters::reject(const broker::Source& source, const broker::RecordView& record,
                         sink::Stage stage, const std::string& reason) {
  RejectedRecord origin{source.id, {source.topic, source.partition}, record.offset};
  if (is_remembered(origin, record)) return;
  rejected_.add();
  tell(source, record, reason);
  send(letter_of(source, record, stage, reason));
  remember(std::move(origin), {reason, broker::content_crc32c(record)});
}

void DeadLetters::tell(const broker::Source& source, const broker::RecordView& record,
                       const std::string& reason) {
  bool is_first = false;
  {
    std::lock_guard lock(mutex_);
    if (told_.size() < kTopicsToldMax) is_first = told_.insert(source.topic).second;
  }
  const auto level = is_first ? observe::Level::warning : observe::Level::debug;
  if (!observe::logs(level)) return;
  observe::log(level, "pipeline",
               fmt::format("connector {}: {}/{} offset {} goes to {}: {}", connector_.value(),
                           source.topic.value(), source.partition.value(), record.offset.value(),
                           kDeadLetterTopic.value(), reason));
}

std::shared_ptr<DeadLetters::Letter> DeadLetters::letter_of(const broker::Source& source,
                                                            const broker::RecordView& record,
                                                            sink::Stage stage,
                                                            const std::string& reason) const {
  auto letter = std::make_shared<Letter>();
  letter->origin = {source.id, {source.topic, source.partition}, record.offset};
  if (record.key) letter->key = *record.key;
  if (record.value) letter->value = *record.value;
  if (record.timestamp_ms >= 0) letter->timestamp_ms = record.timestamp_ms;
  for (const broker::HeaderView& header : record.headers) {
    std::optional<std::string> value;
    if (header.value) value = *header.value;
    letter->headers.push_back({std::string(header.key), std::move(value)});
  }
  size_t theirs = letter->headers.size();
  letter->headers.push_back({kTopicHeader, source.topic.value()});
  letter->headers.push_back({kPartitionHeader, std::to_string(source.partition.value())});
  letter->headers.push_back({kOffsetHeader, std::to_string(record.offset.value())});
  letter->headers.push_back({kConnectorHeader, connector_.value()});
  letter->headers.push_back({kStageHeader, to_string(stage)});
  letter->headers.push_back({kMessageHeader, reason.substr(0, kReasonBytesMax)});
  letter->headers.push_back({kTopicIdHeader, source.id.value().hex()});
  letter->own_headers = letter->headers.size() - theirs;
  return letter;
}

void DeadLetters::send(std::shared_ptr<Letter> letter) {
  {
    std::lock_guard lock(mutex_);
    ++in_flight_;
  }
  auto settle = [this, letter](const Result<broker::Delivery>& delivery) {
    std::lock_guard lock(mutex_);
    --in_flight_;
    if (!delivery && delivery.error().code == ErrorCode::bad_input) cut(*letter, delivery.error());
    if (!delivery) failed_.push_back(letter);
    if (!delivery) why_ = ": " + delivery.error().message;
    delivered_.notify_all();
  };
  broker::NewRecord record{.topic = kDeadLetterTopic,
                           .partition = Partition(0),
                           .timestamp_ms = letter->timestamp_ms,
                           .key = letter->key,
                           .value = letter->value,
                           .headers = letter->headers};
  if (auto sent = producer()->send(record, settle); !sent) settle(fail(sent.error()));
}

// The topic does not take it, now or ever: without its record it says at least where that is.
void DeadLetters::cut(Letter& letter, const Error& error) {
  if (letter.is_cut) return;
  letter.is_cut = true;
  size_t bytes = (letter.key ? letter.key->size() : 0) + (letter.value ? letter.value->size() : 0);
  observe::warn("pipeline", "connector {}: a dead letter of {} bytes goes without its record: {}",
                connector_.value(), bytes, error.message);
  letter.key.reset();
  letter.value.reset();
  letter.headers.erase(letter.headers.begin(),
                       letter.headers.end() - static_cast<ptrdiff_t>(letter.own_headers));
  letter.headers.push_back({kLeftOutHeader, fmt::format("{} bytes: {}", bytes, error.message)});
}

std::shared_ptr<broker::Producer> DeadLetters::producer() const {
  std::lock_guard lock(mutex_);
  return producer_;
}

// When it can send nothing any more. What it says to have failed may stand in the topic all the
// same.
Result<> DeadLetters::replace_producer(std::chrono::milliseconds wait) {
  std::shared_ptr<broker::Producer> used = producer();
  Result<> able = used->check();
  if (able) return {};
  observe::warn("pipeline", "connector {}: {}", connector_.value(), able.error().message);
  EFD_TRY(used->flush(wait));
  EFD_TRY(catch_up());
  EFD_ASSIGN(std::shared_ptr<broker::Producer> fresh, broker_.producer(kOnce));
  std::lock_guard lock(mutex_);
  if (producer_ == used) producer_.swap(fresh);
  return {};
}

Result<> DeadLetters::resend_failed() {
  std::deque<std::shared_ptr<Letter>> again;
  {
    std::lock_guard lock(mutex_);
    if (failed_.empty()) return {};
  }
  {
    std::lock_guard lock(read_mutex_);
    EFD_TRY(ensure_topic());
  }
  {
    std::lock_guard lock(mutex_);
    again.swap(failed_);
  }
  for (std::shared_ptr<Letter>& letter : again) send(std::move(letter));
  return {};
}

// Letters that were found in the log may not be durable, as after a start on a full disk: no commit
// covers them before they are.
Result<> DeadLetters::check_durable() {
  std::lock_guard lock(read_mutex_);
  if (read_to_ <= durable_to_) return {};
  const TopicPartition partition{kDeadLetterTopic, Partition(0)};
  EFD_ASSIGN(const Offset durable, broker_.offset(partition, broker::At::latest));
  EFD_ASSIGN(const Offset end, broker_.offset(partition, broker::At::end));
  if (durable < std::min(read_to_, end))
    return fail(ErrorCode::retry, "connector {}: dead letters {} to {} are not durable yet",
                connector_.value(), durable.value(), read_to_.value() - 1);
  durable_to_ = read_to_;
  return {};
}

bool DeadLetters::all_delivered() const {
  std::lock_guard lock(mutex_);
  return in_flight_ == 0 && failed_.empty();
}

Result<> DeadLetters::await_delivered(std::chrono::milliseconds wait) {
  EFD_TRY(replace_producer(wait));
  EFD_TRY(resend_failed());
  if (all_delivered() && check_durable()) return {};  // whatever is wrong with the log
  EFD_TRY(producer()->flush(wait));
  std::unique_lock lock(mutex_);
  bool settled = clock_.wait_until(lock, delivered_, clock_.monotonic_ns_in(wait),
                                   [this] { return in_flight_ == 0; });
  settled = settled && failed_.empty();
  const std::string why = settled ? std::exchange(why_, "") : why_;
  lock.unlock();
  if (!settled)
    return fail(ErrorCode::retry, "connector {}: dead letters could not be delivered{}",
                connector_.value(), why);
  return check_durable();
}

}  // namespace efd::pipeline
