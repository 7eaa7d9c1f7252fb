// SPDX-License-Identifier: MIT
#include "broker/log/topic_admin.h"

#include "broker/log/checkpoint_file.h"
#include "broker/log/retention.h"
#include "broker/log/wal_writer.h"

namespace efd::broker {

Result<TopicSettings> CommitLog::State::TopicAdmin::check_new_topic(const NewTopic& topic) const {
  EFD_TRY(check_topic_name(topic.name.value()));
  if (log_.topics.find(topic.name))
    return fail(ErrorCode::conflict, "Topic '{}' already exists.", topic.name.value());
  if (TopicPointer alike = log_.topics.find_alike(topic.name))
    return fail(ErrorCode::bad_input, "Topic '{}' collides with existing topic: {}",
                topic.name.value(), alike->facts->name.value());
  if (topic.partitions < 1)
    return fail(ErrorCode::bad_input, "Number of partitions must be larger than 0, not {}.",
                topic.partitions);
  if (log_.topics.partition_count() + static_cast<size_t>(topic.partitions) >
      static_cast<size_t>(log_.options.partitions_max))
    return fail(ErrorCode::bad_input, "The log has room for {} partitions in all.",
                log_.options.partitions_max);
  if (topic.replication_factor < 1 && topic.replication_factor != -1)
    return fail(ErrorCode::bad_input, "Replication factor must be larger than 0, not {}.",
                topic.replication_factor);
  return parse_topic_config(topic.config, log_.options);
}

TopicPointer CommitLog::State::TopicAdmin::insert(const TopicDescription& description,
                                                  const TopicSettings& settings) {
  TopicPointer topic = make_topic(description, settings);
  for (const PartitionHandle& partition : topic->partitions) log_.holds.extend(*partition);
  log_.topics.insert(topic);
  return topic;
}

Result<TopicDescription> CommitLog::State::TopicAdmin::create(const NewTopic& topic) {
  std::lock_guard admin(mutex_);
  EFD_TRY(finish_deletions());  // its folders may be those of one that has ended
  TopicDescription description{topic.name, TopicId(Uuid::random()), topic.partitions, topic.config};
  clean_topic_config(description.config);
  {
    std::lock_guard lock(log_.mutex);
    if (log_.failure || log_.disk_full) return fail(log_.failure ? *log_.failure : *log_.disk_full);
    NewTopic cleaned = topic;
    cleaned.config = description.config;
    EFD_ASSIGN(TopicSettings settings, check_new_topic(cleaned));
    std::string payload;
    ByteWriter writer(payload);
    encode_topic(description, writer);
    log_.put_record({WalKind::topic_created, Partition(0), 0, description.id, payload});
    insert(description, settings);
  }
  // What a full disk does not take now is there all the same, and becomes durable when there is
  // room: who asks again is told that the topic exists.
  Result<> durable = log_.wal->commit();
  log_.topic_watchers.tell(description);
  EFD_TRY(std::move(durable));
  return description;
}

Result<TopicSettings> CommitLog::State::TopicAdmin::check_change(
    const TopicDescription& before, const TopicDescription& after) const {
  if (after.partitions < before.partitions)
    return fail(ErrorCode::bad_input,
                "The topic {} currently has {} partition(s); {} would not be an increase.",
                before.name.value(), before.partitions, after.partitions);
  auto more = static_cast<size_t>(after.partitions - before.partitions);
  if (log_.topics.partition_count() + more > static_cast<size_t>(log_.options.partitions_max))
    return fail(ErrorCode::bad_input, "The log has room for {} partitions in all.",
                log_.options.partitions_max);
  return parse_topic_config(after.config, log_.options);
}

Result<TopicDescription> CommitLog::State::TopicAdmin::change_to(const TopicName& name,
                                                                 const TopicEdit& edit) {
  std::lock_guard admin(mutex_);
  TopicPointer topic;
  TopicDescription before;
  {
    std::lock_guard lock(log_.mutex);
    if (log_.failure || log_.disk_full) return fail(log_.failure ? *log_.failure : *log_.disk_full);
    topic = log_.topics.find(name);
    if (!topic) return fail(ErrorCode::not_found, "Topic '{}' does not exist.", name.value());
    before = topic->description();
  }
  TopicDescription after = before;
  EFD_TRY(edit(after));
  clean_topic_config(after.config);
  // Then it is durable, too: while the disk does not take an earlier change it is full above.
  if (after.config == before.config && after.partitions == before.partitions) return after;
  {
    std::lock_guard lock(log_.mutex);
    EFD_ASSIGN(TopicSettings settings, check_change(before, after));
    std::string payload;
    ByteWriter writer(payload);
    encode_topic(after, writer);
    log_.put_record({WalKind::topic_changed, Partition(0), 0, after.id, payload});
    change(*topic, after, settings);
  }
  Result<> durable = log_.wal->commit();
  // The policy decides up to where consumers read.
  for (const PartitionHandle& partition : topic->partitions)
    partition->watchers.tell(*partition, See::durable);
  if (after.partitions != before.partitions) log_.topic_watchers.tell(after);
  EFD_TRY(std::move(durable));
  return after;
}

void CommitLog::State::TopicAdmin::change(Topic& topic, const TopicDescription& to,
                                          const TopicSettings& settings) {
  topic.facts->config = to.config;
  topic.facts->settings = settings;
  log_.topics.grow(topic, to.partitions);
  for (const PartitionHandle& partition : topic.partitions) log_.holds.extend(*partition);
}

Result<> CommitLog::State::TopicAdmin::remove(const TopicName& name) {
  std::lock_guard admin(mutex_);
  TopicPointer topic;
  {
    std::lock_guard lock(log_.mutex);
    if (log_.failure) return fail(*log_.failure);
    topic = log_.topics.find(name);
    if (topic) drop(topic);
  }
  // Also where an earlier call has dropped it and failed at this: it is gone when nothing can bring
  // it back.
  Result<> durable = log_.wal->commit();
  if (topic) tell_of_end(*topic);
  EFD_TRY(std::move(durable));
  EFD_TRY(remove_ended_topics());
  if (!topic) return fail(ErrorCode::not_found, "Topic '{}' does not exist.", name.value());
  return {};
}

void CommitLog::State::TopicAdmin::drop(const TopicPointer& topic) {
  log_.put_record({WalKind::topic_deleted, Partition(0), 0, topic->facts->id, {}});
  log_.topics.erase(*topic);
  for (const PartitionHandle& partition : topic->partitions) partition->is_deleted = true;
  ended_topics_.push_back(topic);
}

void CommitLog::State::TopicAdmin::tell_of_end(const Topic& topic) {
  for (const PartitionHandle& partition : topic.partitions) {
    partition->watchers.tell(*partition, See::appended);
    partition->watchers.tell(*partition, See::durable);
  }
}

Result<> CommitLog::State::TopicAdmin::finish_earlier_deletions() {
  std::lock_guard admin(mutex_);
  return finish_deletions();
}

// Of topics whose end a full disk did not take at first.
Result<> CommitLog::State::TopicAdmin::finish_deletions() {
  if (ended_topics_.empty()) return {};
  EFD_TRY(log_.wal->commit());
  return remove_ended_topics();
}

// Once their end is durable.
Result<> CommitLog::State::TopicAdmin::remove_ended_topics() {
  for (; !ended_topics_.empty(); ended_topics_.pop_back())
    EFD_TRY(remove_folders(*ended_topics_.back()));
  return {};
}

// Waits for a checkpoint that may be writing to them. What a power cut brings back is removed when
// the log is opened: nothing names it any more.
Result<> CommitLog::State::TopicAdmin::remove_folders(const Topic& topic) {
  std::lock_guard segments(log_.checkpoint_mutex);
  for (const PartitionHandle& partition : topic.partitions) {
    {
      std::lock_guard lock(log_.mutex);
      partition->tail.clear();
      for (const Segment& segment : partition->segments) log_.stats.segment_bytes -= segment.length;
      partition->segments.clear();
    }
    const std::string inside = log_.folder(*partition) + "/";
    log_.retention->forget_files_in(log_.folder(*partition));
    log_.cache.forget(inside);
    log_.damages.forget(inside);
    EFD_TRY(system::remove_tree(log_.files, log_.folder(*partition)));
  }
  return {};
}

}  // namespace efd::broker
