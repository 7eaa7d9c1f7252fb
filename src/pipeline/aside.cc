// SPDX-License-Identifier: MIT
#include "pipeline/aside.h"

#include <algorithm>

namespace efd::pipeline {

AsideFiles::AsideFiles(broker::Broker& broker, store::Store& store)
    : broker_(broker), store_(store) {
  for (const StoredPosition& kept : store.positions())
    stored_[{kept.connector, {kept.position.topic, kept.position.partition}}] = kept.position;
}

Result<bool> AsideFiles::settle() {
  EFD_TRY(store_.settle_aside(
      [this](std::span<const store::CutPosition> positions) { return comes_again(positions); }));
  return moved_;
}

// The log still has all of its records, and the lane goes on before them.
Result<bool> AsideFiles::comes_again(std::span<const store::CutPosition> positions) {
  bool all = true;
  for (const store::CutPosition& cut : positions) {
    EFD_ASSIGN(auto log, log_of(cut));
    all = all && log && log->start <= cut.from && cut.next <= log->end && stored(cut) <= cut.from;
  }
  if (!all) EFD_TRY(go_on_behind(positions));
  return all;
}

// What the log has of a file that stays is not stored again, or it could not be adopted any more.
// Only where the lane would go on inside of it: nothing that the log alone has is passed over.
Result<> AsideFiles::go_on_behind(std::span<const store::CutPosition> positions) {
  for (const store::CutPosition& cut : positions) {
    EFD_ASSIGN(auto log, log_of(cut));
    if (!log || stored(cut) >= cut.next || std::max(stored(cut), log->start) < cut.from) continue;
    Position behind{cut.topic, cut.id, cut.partition, cut.next};
    EFD_TRY(store_.set_position({cut.connector, behind, {}}));
    stored_[{cut.connector, {cut.topic, cut.partition}}] = behind;
    moved_ = true;
  }
  return {};
}

// None: the log has no such topic any more.
Result<std::optional<broker::LogRange>> AsideFiles::log_of(const store::CutPosition& cut) {
  TopicPartition partition{cut.topic, cut.partition};
  auto known = held_.find(partition);
  if (known == held_.end()) {
    EFD_ASSIGN(auto held, look_up(partition));
    known = held_.emplace(partition, held).first;
  }
  if (!known->second || known->second->id != cut.id) return std::optional<broker::LogRange>();
  return std::optional(known->second->range);
}

Result<std::optional<AsideFiles::Held>> AsideFiles::look_up(const TopicPartition& partition) {
  auto topic = broker_.topic(partition.topic);
  if (!topic && topic.error().code == ErrorCode::not_found) return std::optional<Held>();
  if (!topic) return fail(topic.error());
  auto start = broker_.offset(partition, broker::At::earliest);
  if (!start && start.error().code == ErrorCode::not_found) return std::optional<Held>();
  if (!start) return fail(start.error());
  EFD_ASSIGN(Offset end, broker_.offset(partition, broker::At::end));
  return std::optional(Held{topic->id, {*start, end}});
}

// Where the lane goes on in that topic: from its start, where the store has nothing of it.
Offset AsideFiles::stored(const store::CutPosition& cut) const {
  auto known = stored_.find({cut.connector, {cut.topic, cut.partition}});
  return known != stored_.end() && known->second.id == cut.id ? known->second.next : Offset(0);
}

}  // namespace efd::pipeline
