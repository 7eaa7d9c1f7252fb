// SPDX-License-Identifier: MIT
#include "broker/kafka_topics.h"

#include <algorithm>
#include <map>

#include "broker/kafka_admin.h"
#include "broker/kafka_partition_list.h"
#include "observe/log.h"

namespace efd::broker {
namespace {

// What is set for a topic is never needed to go on.
constexpr std::chrono::milliseconds kDescribeWaitMax{3'000};

Result<> check_topic_results(const rd_kafka_topic_result_t** results, size_t count,
                             std::string_view what) {
  for (size_t i = 0; i < count; ++i) {
    auto number = rd_kafka_topic_result_error(results[i]);
    if (number == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* text = rd_kafka_topic_result_error_string(results[i]);
    return fail(kafka_error_code(number), "{}: {}", what, text ? text : rd_kafka_err2str(number));
  }
  return {};
}

using WantedTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;

Result<WantedTopic> new_topic(const NewTopic& topic) {
  char text[kErrorTextMax];
  WantedTopic wanted(rd_kafka_NewTopic_new(topic.name.value().c_str(), topic.partitions,
                                           topic.replication_factor, text, sizeof text));
  if (!wanted)
    return fail(ErrorCode::bad_input, "cannot create topic '{}': {}", topic.name.value(), text);
  for (const auto& [name, value] : topic.config)
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  return wanted;
}

// The broker answers when the topics are there.
AdminOptions creation_options(KafkaClient& client, std::chrono::milliseconds timeout) {
  AdminOptions options = admin_options(client, timeout);
  char text[kErrorTextMax];
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), static_cast<int>(timeout.count()),
                                              text, sizeof text);
  return options;
}

// Each into its own; an answer that did not come is everyone's.
void read_topic_results(const Result<Event>& event,
                        const std::map<std::string_view, Result<>*>& by_name) {
  if (!event) {
    for (const auto& [name, result] : by_name) *result = fail(event.error());
    return;
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  for (size_t i = 0; i < count; ++i) {
    auto found = by_name.find(rd_kafka_topic_result_name(results[i]));
    if (found == by_name.end()) continue;
    *found->second =
        check_topic_results(results + i, 1, fmt::format("cannot create topic '{}'", found->first));
  }
}

void read_config(const rd_kafka_ConfigResource_t* resource, TopicConfig& config) {
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

Result<std::vector<TopicDescription>> list_kafka_topics(KafkaClient& client,
                                                        std::chrono::milliseconds timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  auto number =
      rd_kafka_metadata(client.handle(), 1, nullptr, &metadata, static_cast<int>(timeout.count()));
  if (number != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail(kafka_error(number, "cannot list the topics of the Kafka cluster"));
  std::vector<TopicDescription> topics;
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

void describe_kafka_topics(KafkaClient& client, std::span<TopicDescription> topics,
                           std::chrono::milliseconds timeout) {
  if (topics.empty()) return;
  timeout = std::min(timeout, kDescribeWaitMax);
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const TopicDescription& topic : topics)
    resources.push_back(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.value().c_str()));
  Queue queue(rd_kafka_queue_new(client.handle()));
  rd_kafka_DescribeConfigs(client.handle(), resources.data(), resources.size(),
                           admin_options(client, timeout).get(), queue.get());
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  auto event = await_event(queue, 2 * timeout, "the settings of topics are left out");
  if (!event) return observe::warn("kafka", "{}", event.error().message);
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  const rd_kafka_ConfigResource_t** described =
      rd_kafka_DescribeConfigs_result_resources(result, &count);
  std::map<std::string_view, TopicDescription*> by_name;
  for (TopicDescription& topic : topics) by_name[topic.name.value()] = &topic;
  for (size_t i = 0; i < count; ++i) {
    auto topic = by_name.find(rd_kafka_ConfigResource_name(described[i]));
    if (topic != by_name.end()) read_config(described[i], topic->second->config);
  }
}

std::vector<Result<>> create_kafka_topics(KafkaClient& client, std::span<const NewTopic> topics,
                                          std::chrono::milliseconds timeout) {
  std::vector<Result<>> results(topics.size());
  std::vector<rd_kafka_NewTopic_t*> wanted;
  std::map<std::string_view, Result<>*> by_name;
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
                        creation_options(client, timeout).get(), queue.get());
  rd_kafka_NewTopic_destroy_array(wanted.data(), wanted.size());
  read_topic_results(await_event(queue, 2 * timeout, "cannot create topics"), by_name);
  return results;
}

Result<> delete_kafka_topic(KafkaClient& client, const TopicName& name,
                            std::chrono::milliseconds timeout) {
  std::string what = fmt::format("cannot delete topic '{}'", name.value());
  char text[kErrorTextMax];
  rd_kafka_DeleteTopic_t* unwanted = rd_kafka_DeleteTopic_new(name.value().c_str());
  Queue queue(rd_kafka_queue_new(client.handle()));
  AdminOptions options = admin_options(client, timeout);
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), static_cast<int>(timeout.count()),
                                              text, sizeof text);
  rd_kafka_DeleteTopics(client.handle(), &unwanted, 1, options.get(), queue.get());
  rd_kafka_DeleteTopic_destroy(unwanted);
  EFD_ASSIGN(Event event, await_event(queue, 2 * timeout, what));
  size_t count = 0;
  const auto** results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  return check_topic_results(results, count, what);
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

Result<LogRange> find_kafka_range(KafkaClient& client, const TopicPartition& partition,
                                  std::chrono::milliseconds timeout) {
  std::span one(&partition, 1);
  EFD_ASSIGN(Offset start, find_kafka_offsets(client, one, kTimeEarliest, timeout)[0]);
  EFD_ASSIGN(Offset end, find_kafka_offsets(client, one, kTimeLatest, timeout)[0]);
  return LogRange{start, end};
}

Result<> check_within(const Source& source, Offset next, const LogRange& range) {
  if (next >= range.start && next <= range.end) return {};
  return fail(ErrorCode::bad_input, "{}-{}: offset {} is not within {} and {}",
              source.topic.value(), source.partition.value(), next.value(), range.start.value(),
              range.end.value());
}

}  // namespace efd::broker
