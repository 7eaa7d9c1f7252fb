// SPDX-License-Identifier: MIT
#include "broker/log/log_state.h"

namespace efd::broker {
namespace {
constexpr int64_t kProducerIdBlock = 1000;
}

Result<TopicSettings> CommitLog::State::check_new_topic(const NewTopic& topic) const {
  EFD_TRY(check_topic_name(topic.name.value()));
  if (topics.find(topic.name))
    return fail(ErrorCode::conflict, "Topic '{}' already exists.", topic.name.value());
  if (TopicPointer alike = topics.find_alike(topic.name))
    return fail(ErrorCode::bad_input, "Topic '{}' collides with existing topic: {}",
                topic.name.value(), alike->facts->name.value());
  if (topic.partitions < 1)
    return fail(ErrorCode::bad_input, "Number of partitions must be larger than 0, not {}.",
                topic.partitions);
  if (topics.partition_count() + static_cast<size_t>(topic.partitions) >
      static_cast<size_t>(options.partitions_max))
    return fail(ErrorCode::bad_input, "The log has room for {} partitions in all.",
                options.partitions_max);
  if (topic.replication_factor < 1 && topic.replication_factor != -1)
    return fail(ErrorCode::bad_input, "Replication factor must be larger than 0, not {}.",
                topic.replication_factor);
  return parse_topic_config(topic.config, options);
}

TopicPointer CommitLog::State::insert_topic(const TopicDescription& description,
                                            const TopicSettings& settings) {
  TopicPointer topic = make_topic(description, settings);
  for (const PartitionHandle& partition : topic->partitions) add_holds(*partition);
  topics.insert(topic);
  return topic;
}

Result<TopicDescription> CommitLog::State::create_topic(const NewTopic& topic) {
  std::lock_guard admin(admin_mutex);
  EFD_TRY(finish_deletions());  // its folders may be those of one that has ended
  TopicDescription description{topic.name, TopicId(Uuid::random()), topic.partitions, topic.config};
  clean_topic_config(description.config);
  {
    std::lock_guard lock(mutex);
    if (failure || disk_full) return fail(failure ? *failure : *disk_full);
    NewTopic cleaned = topic;
    cleaned.config = description.config;
    EFD_ASSIGN(TopicSettings settings, check_new_topic(cleaned));
    std::string payload;
    ByteWriter writer(payload);
    encode_topic(description, writer);
    put_record({WalKind::topic_created, Partition(0), 0, description.id, payload});
    insert_topic(description, settings);
  }
  // What a full disk does not take now is there all the same, and becomes durable when there is
  // room: who asks again is told that the topic exists.
  Result<> durable = commit();
  tell_of_topic(description);
  EFD_TRY(std::move(durable));
  return description;
}

void CommitLog::State::tell_of_topic(const TopicDescription& topic) {
  std::lock_guard lock(topic_waiters_mutex);
  for (TopicWaiter* waiter : topic_waiters) waiter->on_new_topic(topic);
}

Result<TopicSettings> CommitLog::State::check_change(const TopicDescription& before,
                                                     const TopicDescription& after) const {
  if (after.partitions < before.partitions)
    return fail(ErrorCode::bad_input,
                "The topic {} currently has {} partition(s); {} would not be an increase.",
                before.name.value(), before.partitions, after.partitions);
  auto more = static_cast<size_t>(after.partitions - before.partitions);
  if (topics.partition_count() + more > static_cast<size_t>(options.partitions_max))
    return fail(ErrorCode::bad_input, "The log has room for {} partitions in all.",
                options.partitions_max);
  return parse_topic_config(after.config, options);
}

Result<TopicDescription> CommitLog::State::change_topic(const TopicName& name,
                                                        const TopicEdit& edit) {
  std::lock_guard admin(admin_mutex);
  TopicPointer topic;
  TopicDescription before;
  {
    std::lock_guard lock(mutex);
    if (failure || disk_full) return fail(failure ? *failure : *disk_full);
    topic = topics.find(name);
    if (!topic) return fail(ErrorCode::not_found, "Topic '{}' does not exist.", name.value());
    before = topic->description();
  }
  TopicDescription after = before;
  EFD_TRY(edit(after));
  clean_topic_config(after.config);
  // Then it is durable, too: while the disk does not take an earlier change it is full above.
  if (after.config == before.config && after.partitions == before.partitions) return after;
  {
    std::lock_guard lock(mutex);
    EFD_ASSIGN(TopicSettings settings, check_change(before, after));
    std::string payload;
    ByteWriter writer(payload);
    encode_topic(after, writer);
    put_record({WalKind::topic_changed, Partition(0), 0, after.id, payload});
    change(*topic, after, settings);
  }
  Result<> durable = commit();
  // The policy decides up to where consumers read.
  for (const PartitionHandle& partition : topic->partitions)
    partition->watchers.tell(*partition, See::durable);
  if (after.partitions != before.partitions) tell_of_topic(after);
  EFD_TRY(std::move(durable));
  return after;
}

void CommitLog::State::change(Topic& topic, const TopicDescription& to,
                              const TopicSettings& settings) {
  topic.facts->config = to.config;
  topic.facts->settings = settings;
  topics.grow(topic, to.partitions);
  for (const PartitionHandle& partition : topic.partitions) add_holds(*partition);
}

Result<> CommitLog::State::delete_topic(const TopicName& name) {
  std::lock_guard admin(admin_mutex);
  TopicPointer topic;
  {
    std::lock_guard lock(mutex);
    if (failure) return fail(*failure);
    topic = topics.find(name);
    if (topic) drop(topic);
  }
  // Also where an earlier call has dropped it and failed at this: it is gone when nothing can bring
  // it back.
  Result<> durable = commit();
  if (topic) tell_of_end(*topic);
  EFD_TRY(std::move(durable));
  EFD_TRY(remove_ended_topics());
  if (!topic) return fail(ErrorCode::not_found, "Topic '{}' does not exist.", name.value());
  return {};
}

void CommitLog::State::drop(const TopicPointer& topic) {
  put_record({WalKind::topic_deleted, Partition(0), 0, topic->facts->id, {}});
  topics.erase(*topic);
  for (const PartitionHandle& partition : topic->partitions) partition->is_deleted = true;
  ended_topics.push_back(topic);
}

void CommitLog::State::tell_of_end(const Topic& topic) {
  for (const PartitionHandle& partition : topic.partitions) {
    partition->watchers.tell(*partition, See::appended);
    partition->watchers.tell(*partition, See::durable);
  }
}

// Of topics whose end a full disk did not take at first.
Result<> CommitLog::State::finish_deletions() {
  if (ended_topics.empty()) return {};
  EFD_TRY(commit());
  return remove_ended_topics();
}

// Once their end is durable.
Result<> CommitLog::State::remove_ended_topics() {
  for (; !ended_topics.empty(); ended_topics.pop_back())
    EFD_TRY(remove_folders(*ended_topics.back()));
  return {};
}

// Waits for a checkpoint that may be writing to them. What a power cut brings back is removed when
// the log is opened: nothing names it any more.
Result<> CommitLog::State::remove_folders(const Topic& topic) {
  std::lock_guard checkpoint(checkpoint_mutex);
  for (const PartitionHandle& partition : topic.partitions) {
    {
      std::lock_guard lock(mutex);
      partition->tail.clear();
      for (const Segment& segment : partition->segments) stats.segment_bytes -= segment.length;
      partition->segments.clear();
    }
    const std::string inside = folder(*partition) + "/";
    std::erase_if(dropped_files, [&](const auto& path) { return path.starts_with(inside); });
    cache.forget(inside);
    forget_damage(inside);
    EFD_TRY(system::remove_tree(files, folder(*partition)));
  }
  return {};
}

Result<ProducerId> CommitLog::State::new_producer_id() {
  std::lock_guard lock(producer_ids_mutex);
  if (next_producer_id == producer_ids_end) {
    std::string payload;
    ByteWriter(payload).little<int64_t>(next_producer_id + kProducerIdBlock);
    {
      std::lock_guard log(mutex);
      if (failure || disk_full) return fail(failure ? *failure : *disk_full);
      put_record({WalKind::producer_ids, Partition(0), 0, TopicId(), payload});
      producer_ids_end += kProducerIdBlock;
    }
    if (auto durable = commit(); !durable) {
      next_producer_id = producer_ids_end;  // whether they are set aside is not known
      return fail(durable.error());
    }
  }
  return ProducerId(next_producer_id++);
}

}  // namespace efd::broker
