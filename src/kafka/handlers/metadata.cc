// SPDX-License-Identifier: MIT
#include "broker/internal_topics.h"
#include "broker/topic_config.h"
#include "kafka/handlers/handlers.h"
#include "kafka/handlers/new_topic.h"

namespace efd::kafka {
namespace {

using broker::TopicDescription;

std::span<MetadataResponseBroker> brokers(Call& call) {
  std::span<MetadataResponseBroker> brokers = call.arena.array<MetadataResponseBroker>(1);
  brokers[0] = {.node_id = call.service.options.node_id,
                .host = call.advertised.host,
                .port = call.advertised.port};
  return brokers;
}

MetadataResponseTopic described(Call& call, const TopicDescription& topic) {
  std::span<int32_t> node = call.arena.array<int32_t>(1);
  node[0] = call.service.options.node_id;
  auto count = static_cast<size_t>(topic.partitions);
  MetadataResponseTopic answer{.name = call.arena.copy(topic.name.value()),
                               .topic_id = topic.id.value(),
                               .is_internal = broker::is_internal_topic(topic.name.value()),
                               .partitions = call.arena.array<MetadataResponsePartition>(count)};
  for (size_t i = 0; i < count; ++i) {
    answer.partitions[i] = {.partition_index = static_cast<int32_t>(i),
                            .leader_id = node[0],
                            .leader_epoch = 0,
                            .replica_nodes = node,
                            .isr_nodes = node};
  }
  return answer;
}

MetadataResponseTopic missing(KafkaError error, const MetadataRequestTopic& asked) {
  return {.error_code = error, .name = asked.name, .topic_id = asked.topic_id};
}

bool may_create(Call& call, const MetadataRequest& request) {
  return call.service.options.auto_create_topics && request.allow_auto_topic_creation;
}

broker::NewTopic auto_created(const TopicName& name) {
  broker::NewTopic topic;
  topic.name = name;
  return topic;
}

MetadataResponseTopic create(Call& call, const MetadataRequestTopic& asked, const TopicName& name) {
  Refusal refusal = make_topic(call, auto_created(name), false);
  // Another client may have made it meanwhile, or deleted it.
  std::optional<TopicDescription> topic = call.log().find_topic(name);
  if (topic) return described(call, *topic);
  return missing(refusal ? refusal.error : KafkaError::unknown_topic_or_partition, asked);
}

MetadataResponseTopic find_named(Call& call, const MetadataRequest& request,
                                 const MetadataRequestTopic& asked) {
  TopicName name{std::string(*asked.name)};
  if (!may(call.caller, Action::describe, name.value())) {
    return missing(KafkaError::topic_authorization_failed, asked);
  }
  std::optional<TopicDescription> topic = call.log().find_topic(name);
  if (topic) return described(call, *topic);
  if (!broker::check_topic_name(name.value())) return missing(KafkaError::invalid_topic, asked);
  if (may_create(call, request)) return create(call, asked, name);
  return missing(KafkaError::unknown_topic_or_partition, asked);
}

MetadataResponseTopic find_by_id(Call& call, const MetadataRequestTopic& asked) {
  std::optional<TopicDescription> topic = call.log().find_topic(TopicId(asked.topic_id));
  if (!topic || !may(call.caller, Action::describe, topic->name.value())) {
    return missing(KafkaError::unknown_topic_id, asked);
  }
  return described(call, *topic);
}

std::span<MetadataResponseTopic> all_topics(Call& call) {
  std::vector<TopicDescription> topics = call.log().topics();
  std::span<MetadataResponseTopic> answers = call.arena.array<MetadataResponseTopic>(topics.size());
  size_t count = 0;
  for (const TopicDescription& topic : topics) {
    if (!may(call.caller, Action::describe, topic.name.value())) continue;
    answers[count++] = described(call, topic);
  }
  return answers.first(count);
}

// No list, or in version 0 an empty one, asks for all topics.
bool asks_for_all(Call& call, const MetadataRequest& request) {
  return !request.topics || (call.version == 0 && request.topics->empty());
}

}  // namespace

MetadataResponse handle(Call& call, const MetadataRequest& request) {
  MetadataResponse response;
  response.brokers = brokers(call);
  response.cluster_id = call.log().cluster_id();
  response.controller_id = call.service.options.node_id;
  if (asks_for_all(call, request)) {
    response.topics = all_topics(call);
    return response;
  }
  response.topics = call.arena.array<MetadataResponseTopic>(request.topics->size());
  for (size_t i = 0; i < request.topics->size(); ++i) {
    const MetadataRequestTopic& asked = (*request.topics)[i];
    response.topics[i] = asked.name ? find_named(call, request, asked) : find_by_id(call, asked);
  }
  return response;
}

}  // namespace efd::kafka
