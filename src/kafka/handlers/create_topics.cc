// SPDX-License-Identifier: MIT
#include <algorithm>
#include <unordered_map>

#include "broker/topic_config.h"
#include "kafka/handlers/handlers.h"
#include "kafka/handlers/new_topic.h"
#include "observe/log.h"

namespace efd::kafka {
namespace {

// Sources of a setting's value (DescribeConfigsResponse.ConfigSource).
constexpr int8_t kTopicSource = 1;
constexpr int8_t kDefaultSource = 5;

constexpr int32_t kBrokerDefault = -1;
constexpr int16_t kReplicas = 1;

// A list of our node alone for each partition from 0 on: nothing else can be assigned here.
Refusal check_assignments(Call& call, const CreatableTopic& topic) {
  if (topic.num_partitions != kBrokerDefault || topic.replication_factor != kBrokerDefault) {
    return {KafkaError::invalid_request,
            "give either assignments or a number of partitions and a replication factor"};
  }
  std::vector<bool> seen(topic.assignments.size());
  for (const CreatableReplicaAssignment& assignment : topic.assignments) {
    auto index = static_cast<size_t>(assignment.partition_index);
    if (index >= seen.size() || seen[index]) {
      return {KafkaError::invalid_replica_assignment, "partitions are numbered from 0, each once"};
    }
    seen[index] = true;
    if (assignment.broker_ids.size() != 1 ||
        assignment.broker_ids[0] != call.service.options.node_id) {
      return {KafkaError::invalid_replica_assignment,
              fmt::format("the only broker here is {}", call.service.options.node_id)};
    }
  }
  return {};
}

Refusal check_counts(Call& call, const CreatableTopic& topic) {
  if (!topic.assignments.empty()) return check_assignments(call, topic);
  int32_t partitions_max = call.service.options.partitions_max;
  bool is_good_count = topic.num_partitions == kBrokerDefault ||
                       (topic.num_partitions > 0 && topic.num_partitions <= partitions_max);
  if (!is_good_count) {
    return {KafkaError::invalid_partitions,
            fmt::format("a topic has 1 to {} partitions", partitions_max)};
  }
  if (topic.replication_factor == 0 || topic.replication_factor < kBrokerDefault) {
    return {KafkaError::invalid_replication_factor, "a replication factor is at least 1"};
  }
  return {};
}

int32_t partition_count(Call& call, const CreatableTopic& topic) {
  if (!topic.assignments.empty()) return static_cast<int32_t>(topic.assignments.size());
  if (topic.num_partitions == kBrokerDefault) return call.service.options.num_partitions;
  return topic.num_partitions;
}

Refusal take_configs(const CreatableTopic& topic, broker::TopicConfig& config) {
  for (const CreatableTopicConfig& entry : topic.configs) {
    if (!entry.value) {
      return {KafkaError::invalid_config, fmt::format("setting '{}' has no value", entry.name)};
    }
    config[std::string(entry.name)] = *entry.value;
  }
  return {};
}

Refusal create(Call& call, const CreatableTopic& asked, bool validate_only) {
  if (Refusal refusal = check_counts(call, asked)) return refusal;
  broker::NewTopic topic{.name = TopicName(std::string(asked.name)),
                         .partitions = partition_count(call, asked),
                         .replication_factor = kReplicas,
                         .config = {}};
  if (Refusal refusal = take_configs(asked, topic.config)) return refusal;
  return make_topic(call, topic, validate_only);
}

CreatableTopicConfigs config_answer(Call& call, const broker::CommitLog::ConfigEntry& entry) {
  return {.name = call.arena.copy(entry.name),
          .value = call.arena.copy(entry.value),
          .config_source = entry.is_default ? kDefaultSource : kTopicSource};
}

std::span<CreatableTopicConfigs> made_configs(Call& call, const TopicName& name) {
  std::vector<broker::CommitLog::ConfigEntry> entries = call.log().config(name);
  std::erase_if(entries, [](const auto& entry) { return !broker::is_described(entry); });
  std::span<CreatableTopicConfigs> answers =
      call.arena.array<CreatableTopicConfigs>(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) answers[i] = config_answer(call, entries[i]);
  return answers;
}

// Of a topic that was only checked: what was asked for.
std::span<CreatableTopicConfigs> asked_configs(Call& call, const CreatableTopic& asked) {
  auto answers = call.arena.array<CreatableTopicConfigs>(asked.configs.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    answers[i] = {.name = asked.configs[i].name,
                  .value = asked.configs[i].value,
                  .config_source = kTopicSource};
  }
  return answers;
}

void describe_made(Call& call, const CreatableTopic& asked, bool validate_only,
                   CreatableTopicResult& result) {
  TopicName name{std::string(asked.name)};
  std::optional<broker::TopicDescription> topic = call.log().find_topic(name);
  if (topic) result.topic_id = topic->id.value();
  result.num_partitions = partition_count(call, asked);
  result.replication_factor = kReplicas;
  result.configs = validate_only ? asked_configs(call, asked) : made_configs(call, name);
}

void warn_of_clamp(const CreatableTopic& asked) {
  if (asked.replication_factor <= kReplicas) return;
  observe::warn("kafka", "topic {}: {} replicas asked for, this log keeps one", asked.name,
                asked.replication_factor);
}

CreatableTopicResult answer(Call& call, const CreatableTopic& asked, bool is_repeated,
                            bool validate_only) {
  CreatableTopicResult result{.name = asked.name};
  Refusal refusal = is_repeated ? Refusal{KafkaError::invalid_request, "the topic is named twice"}
                                : create(call, asked, validate_only);
  if (refusal) {
    result.error_code = refusal.error;
    result.error_message = call.arena.copy(refusal.message);
  } else {
    warn_of_clamp(asked);
    describe_made(call, asked, validate_only, result);
  }
  return result;
}

}  // namespace

CreateTopicsResponse handle(Call& call, const CreateTopicsRequest& request) {
  CreateTopicsResponse response;
  response.topics = call.arena.array<CreatableTopicResult>(request.topics.size());
  std::unordered_map<std::string_view, int> mentions;
  for (const CreatableTopic& topic : request.topics) ++mentions[topic.name];
  for (size_t i = 0; i < request.topics.size(); ++i) {
    const CreatableTopic& topic = request.topics[i];
    response.topics[i] = answer(call, topic, mentions[topic.name] > 1, request.validate_only);
  }
  return response;
}

}  // namespace efd::kafka
