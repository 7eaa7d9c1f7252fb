// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_topics.h"

#include <algorithm>
#include <map>

#include "kafka_cluster/kafka_admin.h"
#include "kafka_cluster/kafka_partition_list.h"
#include "observe/log.h"

namespace efd::kafka_cluster {
namespace {

// What is set for a topic is never needed to go on.
constexpr std::chrono::milliseconds kDescribeWaitMax{3'000};

using ResultsByName = std::map<std::string_view, Result<>*>;
// What an event of one kind says of each topic.
using ResultsOf = const rd_kafka_topic_result_t** (*)(rd_kafka_event_t* event, size_t* count);

const rd_kafka_topic_result_t** creations(rd_kafka_event_t* event, size_t* count) {
  return rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), count);
}
const rd_kafka_topic_result_t** deletions(rd_kafka_event_t* event, size_t* count) {
  return rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), count);
}

// Each into its own; an answer that did not come is everyone's.
void read_topic_results(const Result<Event>& event, ResultsOf results_of, std::string_view what,
                        const ResultsByName& by_name) {
  if (!event) {
    for (const auto& [name, result] : by_name) *result = fail(event.error());
    return;
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** found = results_of(event->get(), &count);
  for (const rd_kafka_topic_result_t* one : std::span(found, count)) {
    auto number = rd_kafka_topic_result_error(one);
    auto own = by_name.find(rd_kafka_topic_result_name(one));
    if (number == RD_KAFKA_RESP_ERR_NO_ERROR || own == by_name.end()) continue;
    const char* text = rd_kafka_topic_result_error_string(one);
    *own->second = fail(kafka_error_code(number), "{} '{}': {}", what, own->first,
                        text ? text : rd_kafka_err2str(number));
  }
}

using WantedTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;

Result<WantedTopic> new_topic(const broker::NewTopic& topic) {
  char text[kErrorTextMax];
  WantedTopic wanted(rd_kafka_NewTopic_new(topic.name.value().c_str(), topic.partitions,
                                           topic.replication_factor, text, sizeof text));
  if (!wanted)
    return fail(ErrorCode::bad_input, "cannot create topic '{}': {}", topic.name.value(), text);
  for (const auto& [name, value] : topic.config)
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  return wanted;
}

// The broker answers when the topics are there, or gone.
AdminOptions topic_options(KafkaClient& client, std::chrono::milliseconds timeout) {
  AdminOptions options = admin_options(client, timeout);
  char text[kErrorTextMax];
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), static_cast<int>(timeout.count()),
                                              text, sizeof text);
  return options;
}

void read_config(const rd_kafka_ConfigResource_t* resource, broker::TopicConfig& config) {
  size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    bool is_set =
        rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
    if (is_set && value) config[rd_kafka_ConfigEntry_name(entries[i])] = value;
  }
}

}  // namespace

Result<std::vector<broker::TopicDescription>> list_kafka_topics(KafkaClient& client,
                                                                std::chrono::milliseconds timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  auto number =
      rd_kafka_metadata(client.handle(), 1, nullptr, &metadata, static_cast<int>(timeout.count()));
  if (number != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail(kafka_error(number, "cannot list the topics of the Kafka cluster"));
  std::vector<broker::TopicDescription> topics;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    if (topic.partition_cnt > 0)
      topics.push_back({TopicName(topic.topic), TopicId(), topic.partition_cnt, {}});
  }
  rd_kafka_metadata_destroy(metadata);
  std::sort(topics.begin(), topics.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return topics;
}

void describe_kafka_topic(KafkaClient& client, broker::TopicDescription& topic,
                          std::chrono::milliseconds timeout) {
  timeout = std::min(timeout, kDescribeWaitMax);
  rd_kafka_ConfigResource_t* resource =
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.value().c_str());
  Queue queue(rd_kafka_queue_new(client.handle()));
  rd_kafka_DescribeConfigs(client.handle(), &resource, 1, admin_options(client, timeout).get(),
                           queue.get());
  rd_kafka_ConfigResource_destroy(resource);
  auto event = await_event(queue, 2 * timeout,
                           fmt::format("cannot read the settings of topic '{}'; it goes on without",
                                       topic.name.value()));
  if (!event) return observe::warn("kafka", "{}", event.error().message);
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  const rd_kafka_ConfigResource_t** described =
      rd_kafka_DescribeConfigs_result_resources(result, &count);
  if (count == 1) read_config(described[0], topic.config);
}

std::vector<Result<>> create_kafka_topics(KafkaClient& client,
                                          std::span<const broker::NewTopic> topics,
                                          std::chrono::milliseconds timeout) {
  std::vector<Result<>> results(topics.size());
  std::vector<rd_kafka_NewTopic_t*> wanted;
  ResultsByName by_name;
  for (size_t i = 0; i < topics.size(); ++i) {
    auto topic = new_topic(topics[i]);
    if (!topic)
      results[i] = fail(topic.error());
    else if (by_name.emplace(topics[i].name.value(), &results[i]).second)
      wanted.push_back(topic->release());
    else
      results[i] = fail(ErrorCode::conflict, "topic '{}' is named twice", topics[i].name.value());
  }
  if (wanted.empty()) return results;
  Queue queue(rd_kafka_queue_new(client.handle()));
  rd_kafka_CreateTopics(client.handle(), wanted.data(), wanted.size(),
                        topic_options(client, timeout).get(), queue.get());
  rd_kafka_NewTopic_destroy_array(wanted.data(), wanted.size());
  read_topic_results(await_event(queue, 2 * timeout, "cannot create topics"), creations,
                     "cannot create topic", by_name);
  return results;
}

std::vector<Result<>> delete_kafka_topics(KafkaClient& client, std::span<const TopicName> names,
                                          std::chrono::milliseconds timeout) {
  std::vector<Result<>> results(names.size());
  std::vector<rd_kafka_DeleteTopic_t*> unwanted;
  ResultsByName by_name;
  for (size_t i = 0; i < names.size(); ++i) {
    unwanted.push_back(rd_kafka_DeleteTopic_new(names[i].value().c_str()));
    by_name.emplace(names[i].value(), &results[i]);
  }
  if (unwanted.empty()) return results;
  Queue queue(rd_kafka_queue_new(client.handle()));
  rd_kafka_DeleteTopics(client.handle(), unwanted.data(), unwanted.size(),
                        topic_options(client, timeout).get(), queue.get());
  rd_kafka_DeleteTopic_destroy_array(unwanted.data(), unwanted.size());
  read_topic_results(await_event(queue, 2 * timeout, "cannot delete topics"), deletions,
                     "cannot delete topic", by_name);
  return results;
}

std::vector<Result<Offset>> find_kafka_offsets(KafkaClient& client,
                                               std::span<const TopicPartition> partitions,
                                               int64_t timestamp_ms,
                                               std::chrono::milliseconds timeout) {
  KafkaPartitionList list;
  for (const TopicPartition& partition : partitions) list.add(partition).offset = timestamp_ms;
  auto number =
      rd_kafka_offsets_for_times(client.handle(), list.get(), static_cast<int>(timeout.count()));
  std::vector<Result<Offset>> offsets;
  for (int i = 0; i < list.get()->cnt; ++i) {
    const rd_kafka_topic_partition_t& found = list.get()->elems[i];
    int own = found.err ? found.err : number;
    if (own == RD_KAFKA_RESP_ERR_NO_ERROR) {
      offsets.emplace_back(Offset(found.offset));
    } else {
      std::string where = fmt::format("offset of {}-{}", found.topic, found.partition);
      offsets.emplace_back(tl::unexpected<Error>(kafka_error(own, where)));
    }
  }
  return offsets;
}

Result<broker::LogRange> find_kafka_range(KafkaClient& client, const TopicPartition& partition,
                                          std::chrono::milliseconds timeout) {
  std::span one(&partition, 1);
  EFD_ASSIGN(Offset start, find_kafka_offsets(client, one, kTimeEarliest, timeout)[0]);
  EFD_ASSIGN(Offset end, find_kafka_offsets(client, one, kTimeLatest, timeout)[0]);
  return broker::LogRange{start, end};
}

Result<> check_within(const broker::Source& source, Offset next, const broker::LogRange& range) {
  if (next >= range.start && next <= range.end) return {};
  return fail(ErrorCode::bad_input, "{}-{}: offset {} is not within {} and {}",
              source.topic.value(), source.partition.value(), next.value(), range.start.value(),
              range.end.value());
}

}  // namespace efd::kafka_cluster
