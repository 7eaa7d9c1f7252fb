// SPDX-License-Identifier: MIT
// DeleteRecords. All partitions of a request move with one commit of the log.
#include "broker/internal_topics.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

using broker::CommitLog;
using broker::PartitionHandle;

constexpr int64_t kHighWatermark = -1;

// One partition that is asked for, and where its answer stands.
struct Deletion {
  PartitionHandle partition;
  Offset below;
  DeleteRecordsPartitionResult* result;
};

// The error, or none and the deletion's partition and offset.
KafkaError find(Call& call, std::string_view topic, const DeleteRecordsPartition& asked,
                Deletion& deletion) {
  TopicName name{std::string(topic)};
  if (!may(call.caller, Action::remove, name.value()))
    return KafkaError::topic_authorization_failed;
  if (broker::is_internal_topic(topic)) return KafkaError::invalid_topic;
  PartitionHandle partition = call.log().partition(name, Partition(asked.partition_index));
  if (!partition) return KafkaError::unknown_topic_or_partition;
  if (!call.log().may_delete_records(*partition)) return KafkaError::policy_violation;
  int64_t end = call.log().state(*partition).high_watermark.value();
  int64_t below = asked.offset == kHighWatermark ? end : asked.offset;
  if (below < 0 || below > end) return KafkaError::offset_out_of_range;
  deletion.partition = std::move(partition);
  deletion.below = Offset(below);
  return KafkaError::none;
}

std::vector<Deletion> find_all(Call& call, const DeleteRecordsRequest& request,
                               DeleteRecordsResponse& response) {
  std::vector<Deletion> deletions;
  response.topics = call.arena.array<DeleteRecordsTopicResult>(request.topics.size());
  for (size_t i = 0; i < request.topics.size(); ++i) {
    const DeleteRecordsTopic& topic = request.topics[i];
    auto results = call.arena.array<DeleteRecordsPartitionResult>(topic.partitions.size());
    response.topics[i] = {.name = topic.name, .partitions = results};
    for (size_t p = 0; p < results.size(); ++p) {
      Deletion deletion{nullptr, Offset(0), &results[p]};
      results[p].partition_index = topic.partitions[p].partition_index;
      results[p].error_code = find(call, topic.name, topic.partitions[p], deletion);
      if (deletion.partition) deletions.push_back(std::move(deletion));
    }
  }
  return deletions;
}

}  // namespace

DeleteRecordsResponse handle(Call& call, const DeleteRecordsRequest& request) {
  DeleteRecordsResponse response;
  std::vector<Deletion> deletions = find_all(call, request, response);
  std::vector<CommitLog::Trim> trims;
  for (const Deletion& deletion : deletions)
    trims.push_back({deletion.partition.get(), deletion.below});
  Result<> moved = call.log().trim(trims);
  for (const Deletion& deletion : deletions) {
    if (moved) {
      // Where it starts now: lower than asked for as long as a connector has not stored the rest.
      deletion.result->low_watermark = call.log().state(*deletion.partition).log_start.value();
    } else {
      deletion.result->error_code = kafka_error(moved.error());
    }
  }
  return response;
}

}  // namespace efd::kafka
