// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_cluster.h"

#include <algorithm>
#include <set>

#include "kafka_cluster/kafka_consumer.h"
#include "kafka_cluster/kafka_producer.h"
#include "kafka_cluster/kafka_reader.h"
#include "kafka_cluster/kafka_settings.h"
#include "kafka_cluster/kafka_topics.h"
#include "system/clock.h"

namespace efd::kafka_cluster {
namespace {

using Clock = std::chrono::steady_clock;

// Between two questions whose answer changes soon.
constexpr std::chrono::milliseconds kAskAgain{20};
// Kafka makes some 100 partitions a second, and says that it has before it has.
constexpr size_t kPartitionsPerRequestMax = 100;
constexpr std::chrono::milliseconds kMadeWaitMax{30'000};
// One try to ask a partition's leader.
constexpr std::chrono::milliseconds kOffsetWait{2'000};

constexpr int kCreationTriesMax = 3;

bool are_for_later(std::span<const Result<>> results) {
  return std::all_of(results.begin(), results.end(), [](const Result<>& each) {
    return !each && each.error().code == ErrorCode::retry;
  });
}

class KafkaCluster : public broker::Broker {
 public:
  KafkaCluster(KafkaClusterOptions options, std::shared_ptr<KafkaClient> client)
      : options_(std::move(options)), client_(std::move(client)) {}

  Result<std::unique_ptr<broker::Reader>> reader(broker::ReaderOptions options) override;
  Result<std::unique_ptr<broker::Consumer>> consumer(broker::ConsumerOptions options) override;
  Result<std::unique_ptr<broker::Producer>> producer(broker::ProducerOptions options) override;
  Result<std::vector<broker::TopicDescription>> topics() override;
  Result<broker::TopicDescription> topic(const TopicName& name) override;
  Result<broker::TopicDescription> create_topic(const broker::NewTopic& topic) override;
  std::vector<Result<>> create_topics(std::span<const broker::NewTopic> topics) override;
  std::vector<Result<>> delete_topics(std::span<const TopicName> names) override;
  Result<Offset> offset(const TopicPartition& partition, broker::At at) override;
  Result<std::optional<Offset>> offset_at(const TopicPartition& partition,
                                          int64_t timestamp_ms) override;

 private:
  void create_some(std::span<const broker::NewTopic> topics, std::span<Result<>> results);
  Result<> await_made(std::vector<TopicPartition> open);
  Result<> drop_made(std::vector<TopicPartition>& open);
  Result<> await_gone(std::vector<TopicName> going);
  Result<int32_t> count_partitions(const TopicName& name);
  Result<Offset> find_offset(const TopicPartition& partition, int64_t timestamp_ms);
  bool may_pass(const Error& error, const TopicPartition& partition);

  const KafkaClusterOptions options_;
  const std::shared_ptr<KafkaClient> client_;
};

Result<std::unique_ptr<broker::Reader>> KafkaCluster::reader(broker::ReaderOptions options) {
  EFD_ASSIGN(std::unique_ptr<broker::Reader> reader,
             KafkaReader::open(options_, std::move(options)));
  return reader;
}

Result<std::unique_ptr<broker::Consumer>> KafkaCluster::consumer(broker::ConsumerOptions options) {
  EFD_ASSIGN(std::unique_ptr<broker::Consumer> consumer,
             KafkaConsumer::open(options_, std::move(options)));
  return consumer;
}

Result<std::unique_ptr<broker::Producer>> KafkaCluster::producer(broker::ProducerOptions options) {
  EFD_ASSIGN(std::unique_ptr<broker::Producer> producer, KafkaProducer::open(options_, options));
  return producer;
}

Result<std::vector<broker::TopicDescription>> KafkaCluster::topics() {
  return list_kafka_topics(*client_, options_.timeout);
}

// By the list of all: to ask for one by its name may create it.
Result<broker::TopicDescription> KafkaCluster::topic(const TopicName& name) {
  EFD_ASSIGN(auto topics, list_kafka_topics(*client_, options_.timeout));
  for (broker::TopicDescription& topic : topics) {
    if (topic.name != name) continue;
    describe_kafka_topic(*client_, topic, options_.timeout);
    return std::move(topic);
  }
  return fail(ErrorCode::not_found, "topic '{}' does not exist", name.value());
}

Result<broker::TopicDescription> KafkaCluster::create_topic(const broker::NewTopic& topic) {
  EFD_TRY(create_topics(std::span(&topic, 1))[0]);
  return broker::TopicDescription{topic.name, TopicId(), topic.partitions, topic.config};
}

std::vector<Result<>> KafkaCluster::create_topics(std::span<const broker::NewTopic> topics) {
  std::vector<Result<>> results(topics.size());
  for (size_t begin = 0; begin < topics.size();) {
    size_t end = begin + 1;
    auto partitions = static_cast<size_t>(topics[begin].partitions);
    while (end < topics.size() &&
           (partitions += static_cast<size_t>(topics[end].partitions)) <= kPartitionsPerRequestMax)
      ++end;
    create_some(topics.subspan(begin, end - begin), std::span(results).subspan(begin, end - begin));
    begin = end;
  }
  return results;
}

void KafkaCluster::create_some(std::span<const broker::NewTopic> topics,
                               std::span<Result<>> results) {
  auto created = create_kafka_topics(*client_, topics, options_.timeout);
  for (int tries = 1; are_for_later(created) && tries < kCreationTriesMax; ++tries) {
    // A controller that has died stays the one that librdkafka knows, until it asks again.
    if (!list_kafka_topics(*client_, options_.timeout)) break;
    created = create_kafka_topics(*client_, topics, options_.timeout);
  }
  std::move(created.begin(), created.end(), results.begin());
  std::vector<TopicPartition> open;
  for (size_t i = 0; i < topics.size(); ++i)
    for (int32_t p = 0; results[i] && p < topics[i].partitions; ++p)
      open.push_back({topics[i].name, Partition(p)});
  Result<> there = await_made(std::move(open));
  for (Result<>& result : results)
    if (result) result = there;
}

std::vector<Result<>> KafkaCluster::delete_topics(std::span<const TopicName> names) {
  std::vector<Result<>> results;
  for (size_t begin = 0; begin < names.size(); begin += kPartitionsPerRequestMax) {
    auto some = names.subspan(begin, std::min(names.size() - begin, kPartitionsPerRequestMax));
    auto deleted = delete_kafka_topics(*client_, some, options_.timeout);
    std::vector<TopicName> going;
    for (size_t i = 0; i < some.size(); ++i)
      if (deleted[i]) going.push_back(some[i]);
    Result<> gone = await_gone(std::move(going));
    for (Result<>& result : deleted) results.push_back(result ? gone : std::move(result));
  }
  return results;
}

// The controller's answer comes before the brokers know, each of which learns of it by itself.
Result<> KafkaCluster::await_made(std::vector<TopicPartition> open) {
  auto deadline = Clock::now() + kMadeWaitMax;
  while (true) {
    EFD_TRY(drop_made(open));
    if (open.empty()) return {};
    if (Clock::now() >= deadline)
      return fail(ErrorCode::retry, "topic '{}' is made, but not there yet",
                  open.front().topic.value());
    system::real_clock().sleep(kAskAgain);
  }
}

// Of `open`, those whose leaders answer. librdkafka learns of new ones from the list of all.
Result<> KafkaCluster::drop_made(std::vector<TopicPartition>& open) {
  if (open.empty()) return {};
  EFD_TRY(list_kafka_topics(*client_, options_.timeout));
  auto offsets = find_kafka_offsets(*client_, open, kTimeLatest, options_.timeout);
  auto offset = offsets.begin();
  std::erase_if(open, [&](const TopicPartition&) { return (offset++)->has_value(); });
  return {};
}

Result<> KafkaCluster::await_gone(std::vector<TopicName> going) {
  auto deadline = Clock::now() + options_.timeout;
  while (!going.empty()) {
    EFD_ASSIGN(auto topics, list_kafka_topics(*client_, options_.timeout));
    std::set<TopicName> there;
    for (const broker::TopicDescription& topic : topics) there.insert(topic.name);
    std::erase_if(going, [&](const TopicName& name) { return !there.contains(name); });
    if (going.empty()) break;
    if (Clock::now() >= deadline)
      return fail(ErrorCode::retry, "topic '{}' is deleted, but still there",
                  going.front().value());
    system::real_clock().sleep(kAskAgain);
  }
  return {};
}

// 0: no such topic.
Result<int32_t> KafkaCluster::count_partitions(const TopicName& name) {
  EFD_ASSIGN(auto topics, list_kafka_topics(*client_, options_.timeout));
  for (const broker::TopicDescription& topic : topics)
    if (topic.name == name) return topic.partitions;
  return 0;
}

// A partition may be between two leaders.
Result<Offset> KafkaCluster::find_offset(const TopicPartition& partition, int64_t timestamp_ms) {
  auto deadline = Clock::now() + options_.timeout;
  while (true) {
    auto wait = std::min(options_.timeout, kOffsetWait);
    auto offset = find_kafka_offsets(*client_, std::span(&partition, 1), timestamp_ms, wait)[0];
    if (offset || !may_pass(offset.error(), partition) || Clock::now() >= deadline) return offset;
    system::real_clock().sleep(kAskAgain);
  }
}

// librdkafka may not have heard of a partition that the cluster has, or asks a leader that has
// died, and remembers so until it sees the whole list: it does here.
bool KafkaCluster::may_pass(const Error& error, const TopicPartition& partition) {
  if (error.code != ErrorCode::retry && error.code != ErrorCode::not_found) return false;
  auto there = count_partitions(partition.topic);
  if (error.code == ErrorCode::retry) return true;
  return there && partition.partition.value() < *there;
}

Result<Offset> KafkaCluster::offset(const TopicPartition& partition, broker::At at) {
  return find_offset(partition, at == broker::At::earliest ? kTimeEarliest : kTimeLatest);
}

Result<std::optional<Offset>> KafkaCluster::offset_at(const TopicPartition& partition,
                                                      int64_t timestamp_ms) {
  // Negative ones have other meanings; no record is older.
  EFD_ASSIGN(Offset offset, find_offset(partition, std::max<int64_t>(timestamp_ms, 0)));
  if (offset.value() < 0) return std::optional<Offset>();
  return std::optional(offset);
}

}  // namespace

Result<std::unique_ptr<broker::Broker>> connect_kafka_cluster(KafkaClusterOptions options) {
  KafkaClient::Settings own{{"allow.auto.create.topics", "false"}};
  EFD_ASSIGN(auto client, KafkaClient::open(KafkaClient::Kind::consumer,
                                            kafka_settings(options, std::move(own))));
  EFD_TRY(client->await_broker(options.bootstrap, options.timeout));
  return std::unique_ptr<broker::Broker>(new KafkaCluster(std::move(options), std::move(client)));
}

}  // namespace efd::kafka_cluster
