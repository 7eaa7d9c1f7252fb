// SPDX-License-Identifier: MIT
#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

// The answer in the form of the question. What the coordinator is asked comes in the same order,
// without the partitions that have an error already.
class Commit {
 public:
  Commit(LaterCall& call, const OffsetCommitRequest& request) : call_(call) {
    bool may_commit = may_use_group(call.caller, Action::read, request.group_id);
    response_.topics = call.arena.array<OffsetCommitResponseTopic>(request.topics.size());
    for (size_t i = 0; i < request.topics.size(); ++i) {
      const OffsetCommitRequestTopic& topic = request.topics[i];
      KafkaError error = KafkaError::none;
      if (!may(call.caller, Action::read, topic.name))
        error = KafkaError::topic_authorization_failed;
      if (!may_commit) error = KafkaError::group_authorization_failed;
      add(topic, error, response_.topics[i]);
    }
  }

  std::vector<groups::OffsetToCommit> take_offsets() { return std::move(offsets_); }

  void answer_with(const std::vector<groups::GroupError>& errors) {
    for (size_t i = 0; i < errors.size(); ++i) asked_[i]->error_code = kafka_error(errors[i]);
    answer<OffsetCommitApi>(call_, response_);
  }

 private:
  void add(const OffsetCommitRequestTopic& topic, KafkaError error,
           OffsetCommitResponseTopic& into) {
    into.name = topic.name;
    into.partitions = call_.arena.array<OffsetCommitResponsePartition>(topic.partitions.size());
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const OffsetCommitRequestPartition& asked = topic.partitions[i];
      into.partitions[i] = {asked.partition_index, error};
      if (error != KafkaError::none) continue;
      asked_.push_back(&into.partitions[i]);
      offsets_.push_back({{TopicName(std::string(topic.name)), Partition(asked.partition_index)},
                          asked.committed_offset,
                          asked.committed_leader_epoch,
                          std::string(asked.committed_metadata.value_or(""))});
    }
  }

  LaterCall& call_;
  OffsetCommitResponse response_;
  std::vector<groups::OffsetToCommit> offsets_;
  std::vector<OffsetCommitResponsePartition*> asked_;
};

}  // namespace

void handle_later(LaterCallPointer call, const OffsetCommitRequest& request) {
  auto commit = std::make_shared<Commit>(*call, request);
  groups::GroupMember member = group_member(request, request.generation_id_or_member_epoch);
  call->groups().commit(member, commit->take_offsets(),
                        [call, commit](const std::vector<groups::GroupError>& errors) {
                          commit->answer_with(errors);
                        });
}

}  // namespace efd::kafka
