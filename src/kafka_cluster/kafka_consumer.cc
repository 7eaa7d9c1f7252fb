// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_consumer.h"

#include <algorithm>
#include <cstring>
#include <set>

#include <librdkafka/rdkafka.h>

#include "broker/commit_note.h"
#include "kafka_cluster/kafka_groups.h"
#include "kafka_cluster/kafka_partition_list.h"
#include "kafka_cluster/kafka_settings.h"
#include "kafka_cluster/kafka_topics.h"
#include "observe/log.h"

namespace efd::kafka_cluster {
namespace {

using std::chrono::milliseconds;

// librdkafka goes on waiting when the group has called: it is looked after so often.
constexpr milliseconds kCallPause{50};
constexpr milliseconds kPollIntervalMax{300'000};
// Session timeouts after which a member that nobody is any more has certainly left its group.
constexpr int kSessionsToLeave = 2;

KafkaClient::Settings consumer_settings(const broker::ConsumerOptions& options) {
  KafkaClient::Settings settings = kafka_reader_settings(options.batch_bytes_max);
  settings["group.id"] = options.group;
  if (!options.instance.empty()) settings["group.instance.id"] = options.instance;
  settings["session.timeout.ms"] = std::to_string(options.session_timeout.count());
  // Three of them within a session, as Kafka advises, and not more than is needed.
  auto heartbeat = std::min(options.session_timeout / 3, milliseconds(3'000));
  settings["heartbeat.interval.ms"] = std::to_string(heartbeat.count());
  settings["max.poll.interval.ms"] =
      std::to_string(std::max(kPollIntervalMax, options.session_timeout).count());
  settings["partition.assignment.strategy"] = "roundrobin,range";
  settings["auto.offset.reset"] = "error";  // see begin_anew
  settings["enable.auto.commit"] = "false";
  settings["enable.auto.offset.store"] = "false";
  return settings;
}

}  // namespace

Result<std::unique_ptr<KafkaConsumer>> KafkaConsumer::open(const KafkaClusterOptions& cluster,
                                                           broker::ConsumerOptions options) {
  EFD_ASSIGN(broker::TopicMatcher matcher, broker::TopicMatcher::compile(options.pattern));
  if (options.group.empty()) return fail(ErrorCode::bad_input, "a consumer's group needs a name");
  std::unique_ptr<KafkaConsumer> consumer(
      new KafkaConsumer(cluster, std::move(options), std::move(matcher)));
  EFD_TRY(consumer->connect());
  return consumer;
}

Result<> KafkaConsumer::connect() {
  auto settings = kafka_settings(cluster_, consumer_settings(options_));
  look_interval_ = look_interval(settings);
  KafkaClient::Handlers handlers;
  handlers.on_rebalance = [this](bool gives, const auto& partitions) {
    on_rebalance(gives, partitions);
  };
  EFD_ASSIGN(auto client,
             KafkaClient::open(KafkaClient::Kind::consumer, settings, std::move(handlers)));
  EFD_TRY(client->await_broker(cluster_.bootstrap, cluster_.timeout));
  rd_kafka_poll_set_consumer(client->handle());
  auto source_of = [this](const rd_kafka_message_s& message) { return this->source_of(message); };
  queue_.emplace(client, rd_kafka_queue_get_consumer(client->handle()), options_.batch_bytes_max,
                 std::move(source_of));
  client_ = std::move(client);
  return {};
}

KafkaConsumer::~KafkaConsumer() {
  if (!client_) return;
  leave(broker::Leaves::revoked);
  close();
}

void KafkaConsumer::close() {
  is_closing_ = true;
  rd_kafka_consumer_close(client_->handle());
  is_closing_ = false;
}

Result<> KafkaConsumer::poll(milliseconds wait, broker::Batch& into) {
  auto deadline = Clock::now() + wait;
  broker::Batch::Storage& storage = into.storage();
  storage.clear();
  do {
    EFD_TRY(come_back());
    EFD_TRY(settle_rebalance());
    EFD_TRY(look_for_topics());
    auto left = std::chrono::ceil<milliseconds>(std::min(deadline, next_look_) - Clock::now());
    Result<> received = queue_->receive(std::clamp(left, milliseconds(0), kCallPause), storage);
    if (!received) {
      EFD_TRY(check_fatal());  // says it better
      return received;
    }
    if (queue_->take_unknown_topic()) next_look_ = Clock::now();
    if (auto misplaced = queue_->take_misplaced(); !misplaced.empty()) begin_anew(misplaced);
  } while (storage.slices.empty() && Clock::now() < deadline);
  if (storage.slices.empty() && away_) return fail(*away_);
  return {};
}

// Another member with this instance's name has come, or the like: nothing will come any more.
Result<> KafkaConsumer::check_fatal() {
  Result<> able = client_->check();
  if (able) return {};
  leave(broker::Leaves::lost);
  if (!next_attempt_) next_attempt_ = Clock::now() + kSessionsToLeave * options_.session_timeout;
  ErrorCode code = able.error().code;
  if (code == ErrorCode::conflict)
    return fail(code,
                "group '{}': another member has come under this one's name, '{}': each process"
                " needs an instance name of its own",
                options_.group, options_.instance);
  return fail(code == ErrorCode::retry ? ErrorCode::give_up : code, "group '{}': {}",
              options_.group, able.error().message);
}

// librdkafka gives up for good when another member has taken this one's name. That may have been
// itself: where a coordinator dies between a join and its answer, the group has a member that
// nobody is, for a session. Another process' member stays, and keeps this one out.
Result<> KafkaConsumer::come_back() {
  Result<> failed = check_fatal();
  if (failed || Clock::now() < *next_attempt_) return failed;
  next_attempt_ = Clock::now() + kSessionsToLeave * options_.session_timeout;
  if (!options_.instance.empty()) {
    EFD_ASSIGN(bool is_taken,
               has_static_member(*client_, options_.group, options_.instance, cluster_.timeout));
    if (is_taken) return failed;
  }
  observe::warn("kafka", "{}: joins anew", failed.error().message);
  close();
  rebalance_.reset();
  topics_.clear();
  EFD_TRY(connect());
  next_attempt_.reset();
  next_look_ = Clock::now();
  return {};
}

// ----------------------------------------------------------------------------------------- topics

Result<> KafkaConsumer::look_for_topics() {
  if (Clock::now() < next_look_) return {};
  auto topics = list_kafka_topics(*client_, std::min(cluster_.timeout, kLookTimeout));
  next_look_ = Clock::now() + (topics ? look_interval_ : kLookAgain);
  away_.reset();
  if (!topics) {
    away_ = topics.error();
    return {};
  }
  std::map<TopicName, int> before = topics_;
  note_topics(*topics);
  auto have_same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  bool is_same =
      std::equal(before.begin(), before.end(), topics_.begin(), topics_.end(), have_same_name);
  return is_same ? Result<>() : subscribe();
}

// One that is missing a second time is gone: one broker knows of a new topic before another one.
void KafkaConsumer::note_topics(const std::vector<broker::TopicDescription>& topics) {
  for (auto& [name, looks_missed] : topics_) ++looks_missed;
  for (const broker::TopicDescription& topic : topics)
    if (matcher_.matches(topic.name)) topics_[topic.name] = 0;
  std::erase_if(topics_, [](const auto& topic) { return topic.second > 1; });
}

Result<> KafkaConsumer::subscribe() {
  if (topics_.empty()) {
    rd_kafka_unsubscribe(client_->handle());
    return {};
  }
  KafkaPartitionList list;
  for (const auto& [name, looks_missed] : topics_)
    list.add({name, Partition(RD_KAFKA_PARTITION_UA)});
  auto number = rd_kafka_subscribe(client_->handle(), list.get());
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  next_look_ = Clock::now();
  topics_.clear();
  return fail(kafka_error(number, fmt::format("cannot join group '{}'", options_.group)));
}

// ------------------------------------------------------------------------------------- partitions

void KafkaConsumer::on_rebalance(bool gives, const rd_kafka_topic_partition_list_s& partitions) {
  if (is_closing_) {
    rd_kafka_assign(client_->handle(), nullptr);
    return;
  }
  rebalance_ = Rebalance{gives, rd_kafka_assignment_lost(client_->handle()) != 0, {}};
  for (int i = 0; i < partitions.cnt; ++i) {
    const rd_kafka_topic_partition_t& partition = partitions.elems[i];
    Tap& tap = tap_of({TopicName(partition.topic), Partition(partition.partition)});
    tap.start.reset();
    rebalance_->taps.push_back(&tap);
  }
}

Result<> KafkaConsumer::settle_rebalance() {
  if (!rebalance_) return {};
  if (rebalance_->gives) {
    EFD_TRY(take_over(rebalance_->taps));
  } else {
    leave(rebalance_->is_lost ? broker::Leaves::lost : broker::Leaves::revoked);
    rd_kafka_assign(client_->handle(), nullptr);
  }
  rebalance_.reset();
  return {};
}

// Where a log has no record at the place of this member, its topic was made anew, or retention has
// overtaken the group. Nothing of such a partition comes any more before all are assigned again;
// they are, as if the group had taken and given them.
void KafkaConsumer::begin_anew(const std::vector<TopicPartition>& misplaced) {
  std::vector<Tap*> taps;
  for (const auto& tap : taps_)
    if (tap->is_assigned) taps.push_back(tap.get());
  for (const TopicPartition& partition : misplaced) {
    observe::warn("kafka",
                  "group '{}': {}-{} has no record where the group was: was the topic made "
                  "anew?",
                  options_.group, partition.topic.value(), partition.partition.value());
    tap_of(partition).is_misplaced = true;
  }
  if (taps.empty() || rebalance_) return;
  leave(broker::Leaves::revoked);
  for (Tap* tap : taps) tap->start.reset();
  rebalance_ = Rebalance{true, false, std::move(taps)};
}

// Nothing is read before every partition's start is known; what is found stays for the next call.
Result<> KafkaConsumer::take_over(std::vector<Tap*>& taps) {
  std::vector<Tap*> open;
  for (Tap* tap : taps)
    if (!tap->start) open.push_back(tap);
  EFD_TRY(find_starts(open));
  KafkaPartitionList list;
  for (Tap* tap : taps)
    list.add({tap->source.topic, tap->source.partition}).offset = tap->start->value();
  auto number = rd_kafka_assign(client_->handle(), list.get());
  if (number != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail(kafka_error(number, fmt::format("group '{}'", options_.group)));
  for (Tap* tap : taps) tap->is_assigned = true;
  return {};
}

Result<> KafkaConsumer::find_starts(const std::vector<Tap*>& taps) {
  if (taps.empty()) return {};
  std::vector<TopicPartition> partitions;
  KafkaPartitionList committed;
  for (const Tap* tap : taps) {
    partitions.push_back({tap->source.topic, tap->source.partition});
    committed.add(partitions.back());
  }
  auto number = rd_kafka_committed(client_->handle(), committed.get(),
                                   static_cast<int>(cluster_.timeout.count()));
  if (number != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail(kafka_error(number, fmt::format("offsets of group '{}'", options_.group)));
  auto starts = find_kafka_offsets(*client_, partitions, kTimeEarliest, cluster_.timeout);
  auto ends = find_kafka_offsets(*client_, partitions, kTimeLatest, cluster_.timeout);
  Result<> result;
  for (size_t i = 0; i < taps.size(); ++i) {
    Result<> found = starts[i] && ends[i] ? find_start(*taps[i], {*starts[i], *ends[i]},
                                                       committed.committed_offset(i))
                                          : fail((starts[i] ? ends : starts)[i].error());
    if (!found) result = std::move(found);
  }
  return result;
}

Result<> KafkaConsumer::find_start(Tap& tap, const broker::LogRange& range,
                                   std::optional<broker::CommittedOffset> committed) {
  // Of another log, however long this one is by now.
  if (tap.is_misplaced && committed && committed->next >= range.start)
    committed->next = std::max(committed->next, range.end + 1);
  Offset next = committed ? committed->next : range.start;
  if (options_.start) {
    EFD_ASSIGN(next, options_.start(tap.source, range, committed));
  }
  tap.start = std::clamp(next, range.start, range.end);
  tap.is_misplaced = false;
  return {};
}

// Those that are lost are another's before the call-back, those that are revoked behind it.
void KafkaConsumer::leave(broker::Leaves how) {
  std::vector<const broker::Source*> sources = assigned();
  auto forget = [this] {
    for (const auto& tap : taps_) tap->is_assigned = false;
  };
  if (how == broker::Leaves::lost) forget();
  if (!sources.empty() && options_.on_leave) options_.on_leave(sources, how);
  forget();
}

KafkaConsumer::Tap& KafkaConsumer::tap_of(const TopicPartition& partition) {
  Tap*& tap = tap_by_partition_[partition];
  if (!tap) {
    auto index = static_cast<uint32_t>(taps_.size());
    broker::Source source{index, partition.topic, TopicId(), partition.partition};
    tap = taps_.emplace_back(new Tap{std::move(source)}).get();
  }
  return *tap;
}

const broker::Source* KafkaConsumer::source_of(const rd_kafka_message_s& message) const {
  if (!message.rkt) return nullptr;
  auto found = tap_by_partition_.find(
      {TopicName(rd_kafka_topic_name(message.rkt)), Partition(message.partition)});
  if (found == tap_by_partition_.end() || !found->second->is_assigned) return nullptr;
  return &found->second->source;
}

std::vector<const broker::Source*> KafkaConsumer::sources() const {
  std::vector<const broker::Source*> sources;
  for (const auto& tap : taps_) sources.push_back(&tap->source);
  return sources;
}

std::vector<const broker::Source*> KafkaConsumer::assigned() const {
  std::vector<const broker::Source*> sources;
  for (const auto& tap : taps_)
    if (tap->is_assigned) sources.push_back(&tap->source);
  return sources;
}

// ---------------------------------------------------------------------------------------- control

Result<> KafkaConsumer::check_assigned(const broker::Source& source) const {
  if (taps_[source.index]->is_assigned) return {};
  return fail(ErrorCode::conflict, "group '{}': {}-{} is not this member's", options_.group,
              source.topic.value(), source.partition.value());
}

Result<broker::LogRange> KafkaConsumer::range(const broker::Source& source) {
  return find_kafka_range(*client_, {source.topic, source.partition}, cluster_.timeout);
}

Result<> KafkaConsumer::seek(const broker::Source& source, Offset next) {
  EFD_TRY(check_assigned(source));
  EFD_ASSIGN(broker::LogRange now, range(source));
  EFD_TRY(check_within(source, next, now));
  KafkaPartitionList list;
  list.add({source.topic, source.partition}).offset = next.value();
  rd_kafka_error_t* error = rd_kafka_seek_partitions(client_->handle(), list.get(),
                                                     static_cast<int>(cluster_.timeout.count()));
  int number = error ? rd_kafka_error_code(error) : list.get()->elems[0].err;
  if (error) rd_kafka_error_destroy(error);
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return fail(kafka_error(number, fmt::format("cannot seek in {}", source.topic.value())));
}

void KafkaConsumer::pause(const broker::Source& source) {
  KafkaPartitionList list;
  list.add({source.topic, source.partition});
  rd_kafka_pause_partitions(client_->handle(), list.get());
}

void KafkaConsumer::resume(const broker::Source& source) {
  KafkaPartitionList list;
  list.add({source.topic, source.partition});
  rd_kafka_resume_partitions(client_->handle(), list.get());
}

Result<> KafkaConsumer::release(std::span<const Position> positions, std::optional<UtcTime> as_of) {
  if (positions.empty()) return {};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_ms = std::chrono::duration_cast<milliseconds>(now).count();
  const std::string note = broker::commit_note(as_of ? as_of->ms() : now_ms);
  KafkaPartitionList list;
  for (const Position& position : positions) {
    TopicPartition partition{position.topic, position.partition};
    EFD_TRY(check_assigned(tap_of(partition).source));
    rd_kafka_topic_partition_t& element = list.add(partition);
    element.offset = position.next.value();
    element.metadata = ::strdup(note.c_str());  // librdkafka frees it
    element.metadata_size = note.size();
  }
  int number = rd_kafka_commit(client_->handle(), list.get(), 0);
  for (int i = 0; i < list.get()->cnt && number == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    number = list.get()->elems[i].err;
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  EFD_TRY(check_fatal());
  return fail(
      kafka_error(number, fmt::format("cannot commit offsets of group '{}'", options_.group)));
}

}  // namespace efd::kafka_cluster
