// SPDX-License-Identifier: MIT
#include <atomic>
#include <mutex>

#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

using groups::FetchedOffsets;
using groups::StoredOffset;
using AskedTopics = std::optional<std::span<OffsetFetchRequestTopic>>;

constexpr int16_t kManyGroupsSince = 8;

std::optional<std::vector<TopicPartition>> partitions_of(const AskedTopics& topics) {
  if (!topics) return std::nullopt;
  std::vector<TopicPartition> partitions;
  for (const OffsetFetchRequestTopic& topic : *topics)
    for (int32_t index : topic.partition_indexes)
      partitions.push_back({TopicName(std::string(topic.name)), Partition(index)});
  return partitions;
}

class OffsetFetch : public std::enable_shared_from_this<OffsetFetch> {
 public:
  OffsetFetch(LaterCallPointer call, const OffsetFetchRequest& request)
      : call_(std::move(call)), request_(request) {
    are_many_ = call_->header.request_api_version >= kManyGroupsSince;
    if (!are_many_) {
      request_.groups = call_->arena.array<OffsetFetchRequestGroup>(1);
      request_.groups[0].group_id = request.group_id;
      request_.groups[0].topics = request.topics;
    }
    response_.groups = call_->arena.array<OffsetFetchResponseGroup>(request_.groups.size());
    answers_missing_ = request_.groups.size() + 1;
  }

  // All groups at once: the last answer, on whichever thread it comes, completes ours.
  void ask_all() {
    for (size_t i = 0; i < request_.groups.size(); ++i) ask(i);
    count_answer();
  }

 private:
  void ask(size_t index) {
    const OffsetFetchRequestGroup& asked = request_.groups[index];
    response_.groups[index].group_id = asked.group_id;
    if (!may_use_group(call_->caller, Action::describe, asked.group_id)) {
      response_.groups[index].error_code = KafkaError::group_authorization_failed;
      return count_answer();
    }
    call_->groups().fetch(std::string(asked.group_id), partitions_of(asked.topics),
                          [self = shared_from_this(), index](const FetchedOffsets& fetched) {
                            self->take(fetched, self->response_.groups[index]);
                            self->count_answer();
                          });
  }

  void count_answer() {
    if (--answers_missing_ == 0) answer_all();
  }

  // They come topic by topic, as they were asked for or as they are stored.
  void take(const FetchedOffsets& fetched, OffsetFetchResponseGroup& group) {
    group.error_code = kafka_error(fetched.error);
    if (fetched.error != groups::GroupError::none) return;
    std::lock_guard lock(arena_mutex_);
    size_t topics = 0;
    group.topics = call_->arena.array<OffsetFetchResponseTopic>(fetched.offsets.size());
    for (size_t i = 0; i < fetched.offsets.size(); ++topics) {
      size_t end = i;
      const TopicName& name = fetched.offsets[i].first.topic;
      while (end < fetched.offsets.size() && fetched.offsets[end].first.topic == name) ++end;
      fill(std::span(fetched.offsets).subspan(i, end - i), group.topics[topics]);
      i = end;
    }
    group.topics = group.topics.first(topics);
  }

  void fill(std::span<const std::pair<TopicPartition, StoredOffset>> offsets,
            OffsetFetchResponseTopic& topic) {
    topic.name = call_->arena.copy(offsets[0].first.topic.value());
    topic.partitions = call_->arena.array<OffsetFetchResponsePartition>(offsets.size());
    bool is_allowed = may(call_->caller, Action::describe, topic.name);
    for (size_t i = 0; i < offsets.size(); ++i) {
      const auto& [partition, stored] = offsets[i];
      topic.partitions[i] = {partition.partition.value(), stored.next, stored.leader_epoch,
                             call_->arena.copy(stored.metadata)};
      if (is_allowed) continue;
      topic.partitions[i] = {partition.partition.value(), -1, -1, std::string_view(),
                             KafkaError::topic_authorization_failed};
    }
  }

  void answer_all() {
    if (!are_many_) {
      response_.topics = response_.groups[0].topics;
      response_.error_code = response_.groups[0].error_code;
    }
    answer<OffsetFetchApi>(*call_, response_);
  }

  const LaterCallPointer call_;
  OffsetFetchRequest request_;
  OffsetFetchResponse response_;
  bool are_many_ = false;
  std::atomic<size_t> answers_missing_;
  std::mutex arena_mutex_;
};

}  // namespace

void handle_later(LaterCallPointer call, const OffsetFetchRequest& request) {
  std::make_shared<OffsetFetch>(std::move(call), request)->ask_all();
}

}  // namespace efd::kafka
