// SPDX-License-Identifier: MIT
#include "store/positions.h"

#include <algorithm>

namespace efd::store {
namespace {

void add_fingerprint(std::vector<Fingerprint>& list, const Fingerprint& one) {
  if (!list.empty() && list.back() == one) return;
  if (list.size() == kFingerprintsMax) list.erase(list.begin());
  list.push_back(one);
}

bool same(const StoredPosition& a, const StoredPosition& b) {
  return a.position == b.position && a.fingerprints == b.fingerprints;
}

}  // namespace

PositionTable::Slot& PositionTable::slot_of(const ConnectorName& connector,
                                            const TopicPartition& partition) {
  auto [known, is_new] =
      slot_numbers_.try_emplace({connector, partition}, static_cast<uint32_t>(slots_.size()));
  if (is_new) slots_.push_back({connector, partition, {}});
  return slots_[known->second];
}

uint32_t PositionTable::slot(const ConnectorName& connector, const TopicPartition& partition) {
  std::lock_guard lock(mutex_);
  return static_cast<uint32_t>(&slot_of(connector, partition) - slots_.data());
}

PositionTable::Entry& PositionTable::entry(Slot& slot) {
  if (slot.entry) return entries_[*slot.entry];
  slot.entry = static_cast<uint32_t>(entries_.size());
  Entry& entry = entries_.emplace_back();
  entry.connector = slot.connector;
  entry.position.topic = slot.partition.topic;
  entry.position.partition = slot.partition.partition;
  return entry;
}

PositionTable::Entry& PositionTable::entry(const ConnectorName& connector,
                                           const Position& position) {
  return entry(slot_of(connector, {position.topic, position.partition}));
}

void PositionTable::put(std::span<const PutPosition> positions) {
  std::lock_guard lock(mutex_);
  for (const PutPosition& put : positions) {
    Entry& entry = this->entry(slots_[put.slot.number]);
    if (entry.position.id != put.id) entry.fingerprints.clear();
    entry.position.id = put.id;
    if (entry.ranges.empty() || entry.ranges.back().topic != put.id) begin_range(entry, put.first);
    entry.position.next = entry.ranges.back().next = put.next;
    entry.last = put.last;
  }
}

void PositionTable::set(const StoredPosition& position) {
  std::lock_guard lock(mutex_);
  Entry& entry = this->entry(position.connector, position.position);
  entry.position = position.position;
  entry.fingerprints = position.fingerprints;
  if (entry.fingerprints.size() > kFingerprintsMax)
    entry.fingerprints.erase(entry.fingerprints.begin(),
                             entry.fingerprints.end() - kFingerprintsMax);
  entry.last.reset();
  ++entry.sets;
  begin_range(entry, entry.position.next);
}

void PositionTable::begin_range(Entry& entry, Offset from) {
  entry.ranges.push_back({entry.position.id, from, from});
}

// `committed` is what a commit found there: the first ones; the last of them has grown since.
void PositionTable::drop_committed(Entry& entry, std::span<const PutRange> committed) {
  if (committed.empty()) return;
  std::vector<PutRange>& ranges = entry.ranges;
  ranges[committed.size() - 1].from = committed.back().next;
  auto is_done = [](const PutRange& range) { return range.from == range.next; };
  ranges.erase(ranges.begin(), ranges.begin() + static_cast<ptrdiff_t>(committed.size() - 1));
  if (ranges.size() > 1 && is_done(ranges.front())) ranges.erase(ranges.begin());
}

StoredPosition PositionTable::stored(const Entry& entry) {
  StoredPosition stored{entry.connector, entry.position, entry.fingerprints};
  if (entry.last) add_fingerprint(stored.fingerprints, *entry.last);
  return stored;
}

std::vector<StoredPosition> PositionTable::latest() const {
  std::lock_guard lock(mutex_);
  std::vector<StoredPosition> all;
  for (const Entry& entry : entries_) all.push_back(stored(entry));
  return all;
}

std::vector<StoredPosition> PositionTable::committed() const {
  std::vector<StoredPosition> all;
  for (NumberedPosition& one : all_committed()) all.push_back(std::move(one.stored));
  return all;
}

std::vector<NumberedPosition> PositionTable::all_committed() const {
  std::lock_guard lock(mutex_);
  std::vector<NumberedPosition> all;
  for (const auto& [id, at] : entry_of_id_)
    if (entries_[at].committed) all.push_back({id, *entries_[at].committed, {}, 0});
  return all;
}

std::vector<NumberedPosition> PositionTable::changes() {
  std::lock_guard lock(mutex_);
  std::vector<NumberedPosition> changes;
  for (uint32_t at = 0; at < entries_.size(); ++at) {
    Entry& entry = entries_[at];
    bool moved = !entry.committed || entry.committed->position != entry.position;
    if (!moved && !entry.last && entry.sets == 0) continue;
    StoredPosition now = stored(entry);
    if (entry.committed && same(*entry.committed, now)) continue;
    if (!entry.id) {
      entry.id = entry_of_id_.empty() ? 0 : entry_of_id_.rbegin()->first + 1;
      entry_of_id_[*entry.id] = at;
    }
    changes.push_back({*entry.id, std::move(now), entry.ranges, entry.sets});
  }
  return changes;
}

void PositionTable::commit(std::span<const NumberedPosition> positions) {
  std::lock_guard lock(mutex_);
  for (const NumberedPosition& one : positions) {
    Entry& entry = entries_[entry_of_id_.at(one.id)];
    bool replaced = entry.position.id != one.stored.position.id || entry.sets > one.sets;
    if (!replaced) entry.fingerprints = one.stored.fingerprints;
    entry.committed = one.stored;
    drop_committed(entry, one.ranges);
  }
}

bool PositionTable::restore(const NumberedPosition& position) {
  const StoredPosition& stored = position.stored;
  Entry& entry = this->entry(stored.connector, stored.position);
  const uint32_t at = static_cast<uint32_t>(&entry - entries_.data());
  const auto [known, is_new] = entry_of_id_.try_emplace(position.id, at);
  if (known->second != at || (entry.id && *entry.id != position.id)) return false;
  entry.id = position.id;
  entry.position = stored.position;
  entry.fingerprints = stored.fingerprints;
  entry.committed = stored;
  entry.ranges = {{stored.position.id, stored.position.next, stored.position.next}};
  return true;
}

}  // namespace efd::store
