// SPDX-License-Identifier: MIT
#include <unordered_map>

#include "broker/internal_topics.h"
#include "kafka/handlers/handlers.h"
#include "kafka/handlers/new_topic.h"

namespace efd::kafka {
namespace {

using broker::TopicDescription;

Refusal check_count(Call& call, const CreatePartitionsTopic& asked, const TopicDescription& now) {
  if (asked.count == now.partitions)
    return {KafkaError::invalid_partitions,
            fmt::format("Topic already has {} partition(s).", now.partitions)};
  if (asked.count < now.partitions)
    return {KafkaError::invalid_partitions,
            fmt::format("The topic {} currently has {} partition(s); {} would not be an increase.",
                        asked.name, now.partitions, asked.count)};
  int32_t partitions_max = call.service.options.partitions_max;
  if (asked.count > partitions_max)
    return {KafkaError::invalid_partitions,
            fmt::format("a topic has 1 to {} partitions", partitions_max)};
  return {};
}

// Our node alone for each new partition: nothing else can be assigned here.
Refusal check_assignments(Call& call, const CreatePartitionsTopic& asked, int32_t more) {
  if (!asked.assignments) return {};
  if (asked.assignments->size() != static_cast<size_t>(more))
    return {KafkaError::invalid_replica_assignment,
            fmt::format("Attempted to add {} additional partition(s), but only {} assignment(s) "
                        "were specified.",
                        more, asked.assignments->size())};
  for (const CreatePartitionsAssignment& assignment : *asked.assignments)
    if (assignment.broker_ids.size() != 1 ||
        assignment.broker_ids[0] != call.service.options.node_id)
      return {KafkaError::invalid_replica_assignment,
              fmt::format("the only broker here is {}", call.service.options.node_id)};
  return {};
}

Refusal check(Call& call, const CreatePartitionsTopic& asked, const TopicDescription& now) {
  if (Refusal refusal = check_count(call, asked, now)) return refusal;
  return check_assignments(call, asked, asked.count - now.partitions);
}

Refusal grow(Call& call, const CreatePartitionsTopic& asked, bool validate_only) {
  TopicName name{std::string(asked.name)};
  if (!may(call.caller, Action::alter, name.value()))
    return {KafkaError::topic_authorization_failed, "not allowed"};
  if (broker::is_kept_topic(name.value()))
    return {KafkaError::invalid_topic, "what efd keeps in this topic lies in one partition"};
  std::optional<TopicDescription> now = call.log().find_topic(name);
  if (!now) return {KafkaError::unknown_topic_or_partition, "there is no such topic"};
  Refusal refusal;
  auto edit = [&](TopicDescription& topic) -> Result<> {
    refusal = check(call, asked, topic);
    if (refusal) return fail(ErrorCode::bad_input, "{}", refusal.message);
    topic.partitions = asked.count;
    return {};
  };
  TopicDescription after = *now;
  Result<> grown = validate_only ? edit(after) : Result<>();
  if (validate_only && grown) grown = call.log().check_topic_change(*now, after);
  if (!validate_only)
    if (auto changed = call.log().change_topic(name, edit); !changed) grown = fail(changed.error());
  if (refusal || grown) return refusal;
  return refusal_of(grown.error(), KafkaError::invalid_partitions);
}

}  // namespace

CreatePartitionsResponse handle(Call& call, const CreatePartitionsRequest& request) {
  CreatePartitionsResponse response;
  response.results = call.arena.array<CreatePartitionsTopicResult>(request.topics.size());
  std::unordered_map<std::string_view, int> mentions;
  for (const CreatePartitionsTopic& topic : request.topics) ++mentions[topic.name];
  for (size_t i = 0; i < request.topics.size(); ++i) {
    const CreatePartitionsTopic& topic = request.topics[i];
    Refusal refusal = mentions[topic.name] > 1
                          ? Refusal{KafkaError::invalid_request, "Duplicate topic name."}
                          : grow(call, topic, request.validate_only);
    response.results[i].name = topic.name;
    response.results[i].error_code = refusal.error;
    if (refusal) response.results[i].error_message = call.arena.copy(refusal.message);
  }
  return response;
}

}  // namespace efd::kafka
