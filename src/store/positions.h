// SPDX-License-Identifier: MIT
// The positions that connectors have put, and those that the last commit covers.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "store/store.h"

namespace efd::store {

// Fingerprints kept of one position (docs/positions.md).
constexpr size_t kFingerprintsMax = 8;

// Records of one topic that came in since the last commit: [from, next).
struct PutRange {
  TopicId topic;
  Offset from;
  Offset next;
};

// One position of a commit; `id` is its number in the manifest, which others may pass over.
struct NumberedPosition {
  uint32_t id = 0;
  StoredPosition stored;
  std::vector<PutRange> ranges;  // not in the manifest
  uint64_t sets = 0;             // the table's own: of the entry when this was taken
};

// Thread-safe. One entry per connector, topic and partition; its topic id is a value, so that a
// topic made anew replaces the old one.
class PositionTable {
 public:
  // The number of a PositionSlot.
  uint32_t slot(const ConnectorName& connector, const TopicPartition& partition);
  void put(std::span<const PutPosition> positions);
  void set(const StoredPosition& position);
  std::vector<StoredPosition> latest() const;
  std::vector<StoredPosition> committed() const;

  // What changed since the last commit, each with the fingerprints that its commit records. Call it
  // while no put runs.
  std::vector<NumberedPosition> changes();
  // These are durable now.
  void commit(std::span<const NumberedPosition> positions);
  // Every committed position, by id.
  std::vector<NumberedPosition> all_committed() const;
  // Before first use: as a manifest recorded it. False when another one has that id, or it has
  // another one.
  bool restore(const NumberedPosition& position);

 private:
  struct Entry {
    std::optional<uint32_t> id;  // none: no commit had it yet
    ConnectorName connector;
    Position position;
    std::vector<Fingerprint> fingerprints;  // of commits
    std::optional<Fingerprint> last;        // of the last put
    uint64_t sets = 0;                      // how often set() replaced it
    std::vector<PutRange> ranges;           // more than one: the topic was made anew, or set() came
    std::optional<StoredPosition> committed;
  };
  struct Slot {
    ConnectorName connector;
    TopicPartition partition;
    std::optional<uint32_t> entry;  // none: nothing was put or set yet
  };
  Slot& slot_of(const ConnectorName& connector, const TopicPartition& partition);
  Entry& entry(Slot& slot);
  Entry& entry(const ConnectorName& connector, const Position& position);
  static StoredPosition stored(const Entry& entry);
  static void begin_range(Entry& entry, Offset from);
  static void drop_committed(Entry& entry, std::span<const PutRange> committed);

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::map<uint32_t, uint32_t> entry_of_id_;
  std::vector<Slot> slots_;  // by PositionSlot::number
  std::map<std::pair<ConnectorName, TopicPartition>, uint32_t> slot_numbers_;
};

}  // namespace efd::store
