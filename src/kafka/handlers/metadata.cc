// SPDX-License-Identifier: MIT
#include <initializer_list>

#include "broker/internal_topics.h"
#include "broker/topic_config.h"
#include "kafka/handlers/handlers.h"
#include "kafka/handlers/new_topic.h"

namespace efd::kafka {
namespace {

using broker::TopicDescription;

// Bits of Kafka's AclOperation, as an Apache Kafka without an authorizer allows them.
enum class Operation {
  read = 3,
  write = 4,
  create = 5,
  remove = 6,
  alter = 7,
  describe = 8,
  cluster_action = 9,
  describe_configs = 10,
  alter_configs = 11,
  idempotent_write = 12
};

constexpr int32_t bits_of(std::initializer_list<Operation> operations) {
  int32_t bits = 0;
  for (Operation operation : operations) bits |= 1 << static_cast<int>(operation);
  return bits;
}

constexpr int32_t kTopicOperations =
    bits_of({Operation::read, Operation::write, Operation::create, Operation::remove,
             Operation::alter, Operation::describe, Operation::describe_configs,
             Operation::alter_configs});
constexpr int32_t kClusterOperations = bits_of(
    {Operation::create, Operation::alter, Operation::describe, Operation::cluster_action,
     Operation::describe_configs, Operation::alter_configs, Operation::idempotent_write});

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

broker::NewTopic auto_created(Call& call, const TopicName& name) {
  broker::NewTopic topic;
  topic.name = name;
  topic.partitions = call.service.options.num_partitions;
  return topic;
}

MetadataResponseTopic create(Call& call, const MetadataRequestTopic& asked, const TopicName& name) {
  Refusal refusal = make_topic(call, auto_created(call, name), false);
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

std::span<MetadataResponseTopic> asked_topics(Call& call, const MetadataRequest& request) {
  auto topics = call.arena.array<MetadataResponseTopic>(request.topics->size());
  for (size_t i = 0; i < topics.size(); ++i) {
    const MetadataRequestTopic& asked = (*request.topics)[i];
    topics[i] = asked.name ? find_named(call, request, asked) : find_by_id(call, asked);
  }
  return topics;
}

// Also of a topic that does not exist, as Apache Kafka answers, but not of an id that is nobody's.
void tell_operations(const MetadataRequest& request, MetadataResponse& response) {
  if (request.include_cluster_authorized_operations)
    response.cluster_authorized_operations = kClusterOperations;
  if (!request.include_topic_authorized_operations) return;
  for (MetadataResponseTopic& topic : response.topics)
    if (topic.name && topic.error_code != KafkaError::topic_authorization_failed)
      topic.topic_authorized_operations = kTopicOperations;
}

}  // namespace

MetadataResponse handle(Call& call, const MetadataRequest& request) {
  MetadataResponse response;
  response.brokers = brokers(call);
  response.cluster_id = call.log().cluster_id();
  response.controller_id = call.service.options.node_id;
  response.topics = asks_for_all(call, request) ? all_topics(call) : asked_topics(call, request);
  tell_operations(request, response);
  return response;
}

}  // namespace efd::kafka
