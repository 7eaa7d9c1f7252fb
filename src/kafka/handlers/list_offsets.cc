// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

using broker::OffsetAndTime;
using broker::PartitionState;

// The timestamps that ask for something else (ListOffsetsRequest's constants).
constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kMaxTimestamp = -3;
constexpr int64_t kEarliestLocal = -4;
constexpr int64_t kLatestTiered = -5;

constexpr int32_t kLeaderEpoch = 0;

KafkaError check_epoch(int32_t asked) {
  return asked > kLeaderEpoch ? KafkaError::unknown_leader_epoch : KafkaError::none;
}

struct Found {
  KafkaError error = KafkaError::none;
  OffsetAndTime at;  // -1, -1: nothing there
};

Found found(const Result<std::optional<OffsetAndTime>>& result, const PartitionState& state) {
  if (!result) return {kafka_error(result.error()), {}};
  if (!*result || (*result)->offset >= state.high_watermark) return {};
  return {KafkaError::none, **result};
}

Found find(broker::CommitLog& log, broker::LogPartition& partition, int64_t timestamp) {
  PartitionState state = log.state(partition);
  switch (timestamp) {
    case kLatest:
      return {KafkaError::none, {state.high_watermark, -1}};
    case kEarliest:
    case kEarliestLocal:
      return {KafkaError::none, {state.log_start, -1}};
    case kMaxTimestamp:
      return found(log.find_max_time(partition), state);
    case kLatestTiered:
      return {};  // nothing is tiered
    default:
      if (timestamp < 0) return {KafkaError::unsupported_version, {}};
      return found(log.find_by_time(partition, timestamp), state);
  }
}

Found look_up(Call& call, std::string_view topic, const ListOffsetsPartition& asked) {
  if (!may(call.caller, Action::describe, topic)) {
    return {KafkaError::topic_authorization_failed, {}};
  }
  broker::PartitionHandle partition =
      call.log().partition(TopicName(std::string(topic)), Partition(asked.partition_index));
  if (!partition) return {KafkaError::unknown_topic_or_partition, {}};
  KafkaError wrong_epoch = check_epoch(asked.current_leader_epoch);
  if (wrong_epoch != KafkaError::none) return {wrong_epoch, {}};
  return find(call.log(), *partition, asked.timestamp);
}

ListOffsetsPartitionResponse answer(Call& call, std::string_view topic,
                                    const ListOffsetsPartition& asked) {
  Found found = look_up(call, topic, asked);
  ListOffsetsPartitionResponse answer{.partition_index = asked.partition_index,
                                      .error_code = found.error,
                                      .timestamp = found.at.timestamp_ms,
                                      .offset = found.at.offset.value()};
  if (answer.offset >= 0) answer.leader_epoch = kLeaderEpoch;
  return answer;
}

}  // namespace

ListOffsetsResponse handle(Call& call, const ListOffsetsRequest& request) {
  ListOffsetsResponse response;
  response.topics = call.arena.array<ListOffsetsTopicResponse>(request.topics.size());
  for (size_t i = 0; i < request.topics.size(); ++i) {
    const ListOffsetsTopic& asked = request.topics[i];
    ListOffsetsTopicResponse& topic = response.topics[i];
    topic.name = asked.name;
    topic.partitions = call.arena.array<ListOffsetsPartitionResponse>(asked.partitions.size());
    for (size_t p = 0; p < asked.partitions.size(); ++p) {
      topic.partitions[p] = answer(call, asked.name, asked.partitions[p]);
    }
  }
  return response;
}

}  // namespace efd::kafka
