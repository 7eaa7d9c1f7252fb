// SPDX-License-Identifier: MIT
#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

using groups::GroupError;

std::vector<TopicPartition> partitions_of(const OffsetDeleteRequest& request) {
  std::vector<TopicPartition> partitions;
  for (const OffsetDeleteRequestTopic& topic : request.topics)
    for (const OffsetDeleteRequestPartition& partition : topic.partitions)
      partitions.push_back(
          {TopicName(std::string(topic.name)), Partition(partition.partition_index)});
  return partitions;
}

// `errors`: of the partitions, in the order of the request.
void answer_deleted(LaterCall& call, const OffsetDeleteRequest& request, GroupError refused,
                    const std::vector<GroupError>& errors) {
  OffsetDeleteResponse response;
  response.error_code = kafka_error(refused);
  if (refused != GroupError::none) return answer<OffsetDeleteApi>(call, response);
  auto error = errors.begin();
  response.topics = call.arena.array<OffsetDeleteResponseTopic>(request.topics.size());
  for (size_t i = 0; i < request.topics.size(); ++i) {
    const OffsetDeleteRequestTopic& asked = request.topics[i];
    OffsetDeleteResponseTopic& topic = response.topics[i];
    topic.name = asked.name;
    topic.partitions = call.arena.array<OffsetDeleteResponsePartition>(asked.partitions.size());
    for (size_t j = 0; j < asked.partitions.size(); ++j)
      topic.partitions[j] = {asked.partitions[j].partition_index, kafka_error(*error++)};
  }
  answer<OffsetDeleteApi>(call, response);
}

}  // namespace

void handle_later(LaterCallPointer call, const OffsetDeleteRequest& request) {
  if (!may_use_group(call->caller, Action::remove, request.group_id)) {
    OffsetDeleteResponse response;
    response.error_code = KafkaError::group_authorization_failed;
    return answer<OffsetDeleteApi>(*call, response);
  }
  call->groups().delete_offsets(
      std::string(request.group_id), partitions_of(request),
      [call, request](GroupError refused, const std::vector<GroupError>& errors) {
        answer_deleted(*call, request, refused, errors);
      });
}

}  // namespace efd::kafka
