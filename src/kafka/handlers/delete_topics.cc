// SPDX-License-Identifier: MIT
#include "broker/internal_topics.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

struct Refusal {
  KafkaError error = KafkaError::none;
  std::string message;
};

Refusal remove(Call& call, const TopicName& name) {
  if (!may(call.caller, Action::remove, name.value())) {
    return {KafkaError::topic_authorization_failed, "not allowed"};
  }
  if (broker::is_kept_topic(name.value()))
    return {KafkaError::topic_deletion_disabled,
            "what efd keeps in this topic would be lost: it cannot be deleted"};
  Result<> removed = call.log().delete_topic(name);
  if (removed) return {};
  return {kafka_error(removed.error()), removed.error().message};
}

DeletableTopicResult result(Call& call, const Refusal& refusal) {
  DeletableTopicResult result;
  result.error_code = refusal.error;
  if (refusal.error != KafkaError::none) result.error_message = call.arena.copy(refusal.message);
  return result;
}

DeletableTopicResult remove_named(Call& call, std::string_view name) {
  DeletableTopicResult answer = result(call, remove(call, TopicName(std::string(name))));
  answer.name = name;
  return answer;
}

DeletableTopicResult remove_by_id(Call& call, const Uuid& id) {
  std::optional<broker::TopicDescription> topic = call.log().find_topic(TopicId(id));
  DeletableTopicResult answer;
  if (topic) {
    answer = result(call, remove(call, topic->name));
    answer.name = call.arena.copy(topic->name.value());
  } else {
    answer = result(call, {KafkaError::unknown_topic_id, "there is no topic with this id"});
  }
  answer.topic_id = id;
  return answer;
}

}  // namespace

DeleteTopicsResponse handle(Call& call, const DeleteTopicsRequest& request) {
  DeleteTopicsResponse response;
  size_t named = request.topic_names.size();
  response.responses = call.arena.array<DeletableTopicResult>(named + request.topics.size());
  for (size_t i = 0; i < named; ++i) {
    response.responses[i] = remove_named(call, request.topic_names[i]);
  }
  for (size_t i = 0; i < request.topics.size(); ++i) {
    const DeleteTopicState& topic = request.topics[i];
    response.responses[named + i] =
        topic.name ? remove_named(call, *topic.name) : remove_by_id(call, topic.topic_id);
  }
  return response;
}

}  // namespace efd::kafka
