// SPDX-License-Identifier: MIT
#include "groups/consumer_protocol.h"
#include "groups/coordinator_state.h"

namespace efd::groups {

using State = GroupCoordinator::State;

size_t bytes_of(const std::string& group, const TopicPartition& partition,
                const StoredOffset& offset) {
  return group.size() + partition.topic.value().size() + offset.metadata.size();
}

// ----------------------------------------------------------------------------------------- commit

void State::commit(const GroupMember& member, std::vector<OffsetToCommit> offsets,
                   OnCommitted done) {
  std::vector<GroupError> errors(offsets.size());
  Result<uint64_t> stored = uint64_t{0};
  {
    std::lock_guard lock(mutex);
    Group* group = nullptr;
    GroupError error = find_or_make_group(member, group);
    if (error == GroupError::none) error = group->check_commit(member);
    errors.assign(offsets.size(), error);
    if (error == GroupError::none) {
      stored = store(*group, std::move(offsets), errors);
      arm(*group);
    }
  }
  answer_stored(stored, std::move(errors), std::move(done));
}

GroupError State::find_or_make_group(const GroupMember& member, Group*& group) {
  if (!is_group_name(member.group)) return GroupError::invalid_group_id;
  group = find(member.group);
  if (group) return GroupError::none;
  if (member.generation >= 0) return GroupError::illegal_generation;
  if (!has_room_for_group()) return GroupError::group_max_size_reached;
  group = &make_group(member.group);
  return GroupError::none;
}

Result<uint64_t> State::store(Group& group, std::vector<OffsetToCommit> offsets,
                              std::vector<GroupError>& errors) {
  int64_t now_ms = clock.now().ms();
  std::vector<std::pair<TopicPartition, StoredOffset>> taken;
  OffsetTotals growth;
  for (size_t i = 0; i < offsets.size(); ++i) {
    OffsetToCommit& offset = offsets[i];
    StoredOffset stored{offset.next, offset.leader_epoch, std::move(offset.metadata), now_ms, {}};
    errors[i] = check(group, offset.partition, stored, growth);
    if (errors[i] != GroupError::none) continue;
    topic.add(OffsetKey{group.name(), offset.partition}, stored, now_ms);
    taken.emplace_back(std::move(offset.partition), std::move(stored));
  }
  if (taken.empty()) return uint64_t{0};
  EFD_ASSIGN(uint64_t sequence, append());
  for (auto& [partition, stored] : taken)
    keep(group, std::move(partition), std::move(stored), sequence);
  return sequence;
}

void State::keep(Group& group, TopicPartition partition, StoredOffset offset, uint64_t sequence) {
  auto [kept, is_new] = group.offsets.try_emplace(std::move(partition));
  note_before(group.name(), kept->first,
              is_new ? std::nullopt : std::optional<StoredOffset>(kept->second), sequence);
  if (is_new) ++offset_totals.count;
  if (!is_new) offset_totals.bytes -= bytes_of(group.name(), kept->first, kept->second);
  kept->second = std::move(offset);
  offset_totals.bytes += bytes_of(group.name(), kept->first, kept->second);
}

// Sets the topic's id, and adds to what the request makes grow. An offset that is committed again
// with no more metadata than before has its room.
GroupError State::check(const Group& group, const TopicPartition& partition, StoredOffset& offset,
                        OffsetTotals& growth) const {
  if (offset.metadata.size() > options.offset_metadata_bytes_max)
    return GroupError::offset_metadata_too_large;
  broker::PartitionHandle handle = log.partition(partition.topic, partition.partition);
  if (!handle) return GroupError::unknown_topic_or_partition;
  offset.topic = broker::topic_id(*handle);
  auto known = group.offsets.find(partition);
  bool is_new = known == group.offsets.end();
  size_t had = is_new ? 0 : bytes_of(group.name(), partition, known->second);
  size_t more = std::max(bytes_of(group.name(), partition, offset), had) - had;
  bool is_full = is_new && offset_totals.count + growth.count >= options.offsets_max;
  is_full |= more > 0 && offset_totals.bytes + growth.bytes + more > options.offset_bytes_max;
  if (is_full) return GroupError::invalid_commit_offset_size;
  growth.count += is_new ? 1 : 0;
  growth.bytes += more;
  return GroupError::none;
}

// An error leaves open whether the next start finds the offsets: a client that commits them again
// stores the same. So a full disk is told at once: behind an answer that waits for room a client's
// heartbeats would wait, too.
void State::answer_stored(const Result<uint64_t>& stored, std::vector<GroupError> errors,
                          OnCommitted done) {
  auto tell = [errors = std::move(errors), done = std::move(done)](bool is_stored) mutable {
    for (GroupError& error : errors)
      if (!is_stored && error == GroupError::none) error = GroupError::coordinator_not_available;
    done(std::move(errors));
  };
  if (!stored || *stored == 0) return tell(stored.has_value());
  log.when_durable_or_full(*stored, [tell = std::move(tell)](const Result<>& durable) mutable {
    tell(durable.has_value());
  });
}

// ------------------------------------------------------------------------------------------ fetch

// Also what was committed by others is only told when it is durable. While the disk is full that is
// not waited for: a bad disk does not keep anybody from reading, and what was acknowledged is
// known.
void State::fetch(const std::string& name, std::optional<std::vector<TopicPartition>> partitions,
                  OnOffsets done) {
  FetchedOffsets last, durable;
  Result<uint64_t> sequence = uint64_t{0};
  {
    std::lock_guard lock(mutex);
    sequence = append();
    last = find_offsets(name, partitions);
    if (sequence && *sequence > log.durable_sequence())
      durable = find_durable_offsets(name, partitions);
  }
  if (!sequence || *sequence == 0) return done(std::move(last));
  log.when_durable_or_full(*sequence, [last = std::move(last), durable = std::move(durable),
                                       done = std::move(done)](const Result<>& outcome) mutable {
    if (outcome) return done(std::move(last));
    if (outcome.error().code == ErrorCode::overload) return done(std::move(durable));
    done({GroupError::coordinator_not_available, {}});
  });
}

FetchedOffsets State::find_offsets(
    const std::string& name, const std::optional<std::vector<TopicPartition>>& partitions) const {
  FetchedOffsets fetched;
  auto found = groups.find(name);
  const Group* group = found == groups.end() ? nullptr : found->second.get();
  if (partitions) {
    for (const TopicPartition& partition : *partitions)
      fetched.offsets.emplace_back(partition,
                                   group ? find_offset(*group, partition) : StoredOffset());
  } else if (group) {
    for (const auto& [partition, offset] : group->offsets)
      if (is_current(partition, offset)) fetched.offsets.emplace_back(partition, offset);
  }
  return fetched;
}

// The newest change is undone first, so that the last one says what was before all of them.
FetchedOffsets State::find_durable_offsets(
    const std::string& name, const std::optional<std::vector<TopicPartition>>& partitions) const {
  FetchedOffsets last = find_offsets(name, partitions);
  std::map<TopicPartition, StoredOffset> offsets(last.offsets.begin(), last.offsets.end());
  uint64_t durable = log.durable_sequence();
  for (auto before = offsets_before.rbegin(); before != offsets_before.rend(); ++before) {
    if (before->sequence <= durable || before->group != name) continue;
    bool is_known = before->offset && is_current(before->partition, *before->offset);
    StoredOffset was = is_known ? *before->offset : StoredOffset();
    if (partitions) {
      auto asked = offsets.find(before->partition);
      if (asked != offsets.end()) asked->second = was;
    } else if (is_known) {
      offsets[before->partition] = was;
    } else {
      offsets.erase(before->partition);
    }
  }
  return {GroupError::none, {offsets.begin(), offsets.end()}};
}

void State::note_before(const std::string& group, const TopicPartition& partition,
                        std::optional<StoredOffset> offset, uint64_t sequence) {
  offsets_before.push_back({sequence, group, partition, std::move(offset)});
}

StoredOffset State::find_offset(const Group& group, const TopicPartition& partition) const {
  auto found = group.offsets.find(partition);
  if (found == group.offsets.end() || !is_current(partition, found->second)) return {};
  return found->second;
}

// False: of a topic that has been deleted since, whether or not there is another of its name.
bool State::is_current(const TopicPartition& partition, const StoredOffset& offset) const {
  broker::PartitionHandle handle = log.partition(partition.topic, partition.partition);
  return handle && (offset.topic == TopicId() || offset.topic == broker::topic_id(*handle));
}

// ----------------------------------------------------------------------------------------- delete

void State::delete_offsets(const std::string& name, const std::vector<TopicPartition>& partitions,
                           OnDeleted done) {
  GroupError refused = GroupError::none;
  std::vector<GroupError> errors;
  Result<uint64_t> stored = uint64_t{0};
  {
    std::lock_guard lock(mutex);
    Group* group = find(name);
    bool is_consumers = group && group->protocol_type() == kConsumerProtocolType;
    if (!group) {
      refused = GroupError::group_id_not_found;
    } else if (group->state() != GroupState::empty && !is_consumers) {
      refused = GroupError::non_empty_group;
    } else {
      errors = delete_offsets(*group, partitions);
      stored = append();
    }
  }
  if (refused != GroupError::none) return done(refused, {});
  answer_stored(stored, std::move(errors), [done = std::move(done)](std::vector<GroupError> all) {
    done(GroupError::none, std::move(all));
  });
}

std::vector<GroupError> State::delete_offsets(Group& group,
                                              const std::vector<TopicPartition>& partitions) {
  std::vector<GroupError> errors;
  for (const TopicPartition& partition : partitions) {
    auto found = group.offsets.find(partition);
    bool is_used = group.state() != GroupState::empty && group.is_subscribed_to(partition.topic);
    bool exists = log.partition(partition.topic, partition.partition) != nullptr;
    if (is_used) {
      errors.push_back(GroupError::group_subscribed_to_topic);
    } else if (found == group.offsets.end()) {
      errors.push_back(exists ? GroupError::none : GroupError::unknown_topic_or_partition);
    } else {
      erase_offset(group, found);
      errors.push_back(GroupError::none);
    }
  }
  return errors;
}

// Gathered for the topic: append() is the caller's.
State::OffsetIterator State::erase_offset(Group& group, OffsetIterator offset) {
  if (topic.is_there())
    topic.add_tombstone(OffsetKey{group.name(), offset->first}, clock.now().ms());
  note_before(group.name(), offset->first, offset->second, 0);
  --offset_totals.count;
  offset_totals.bytes -= bytes_of(group.name(), offset->first, offset->second);
  return group.offsets.erase(offset);
}

}  // namespace efd::groups
