// SPDX-License-Identifier: MIT
// The topic `__consumer_offsets`: reading it, appending to it, and keeping it small
// (docs/formats/consumer-offsets.md). Guarded by the coordinator's lock, but for make(), read() and
// drop_before(), which may block. For this module.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "broker/batch_builder.h"
#include "broker/commit_log.h"
#include "groups/offsets_record.h"

namespace efd::groups {

class OffsetsTopic {
 public:
  explicit OffsetsTopic(broker::CommitLog& log) : log_(log) {}

  // Finds it. False: there is none yet.
  Result<bool> find();
  Result<> make();
  bool is_there() const { return partition_ != nullptr; }

  struct Visitor {
    // `value` none: a tombstone.
    std::function<void(const OffsetKey&, std::optional<StoredOffset>)> on_offset;
    std::function<void(const GroupKey&, std::optional<StoredGroup>)> on_group;
    std::function<void()> on_restart;  // nothing that came before counts
  };
  // Every record from the log's start on; or, where some of them cannot be read, from the first
  // whole state behind those on. give_up: there is none, and what the groups have is not known.
  Result<> read(const Visitor& visitor);

  // Records are gathered, and appended together.
  void add(const OffsetsKey& key, const StoredOffset& offset, int64_t now_ms);
  void add(const OffsetsKey& key, const StoredGroup& group, int64_t now_ms);
  void add_tombstone(const OffsetsKey& key, int64_t now_ms);
  // The sequence, in the log, of the last record so far; not yet durable. An error: the log did not
  // take what was gathered, and that is forgotten.
  Result<uint64_t> append();

  // What is appended between the two holds the whole state, and whatever has changed meanwhile.
  // Where it begins, when the log took it.
  Result<> begin_state(int64_t now_ms);
  Result<Offset> end_state(int64_t now_ms);
  Result<> drop_before(Offset state);  // once it is durable
  // Appended since the last complete state began, and what that took.
  uint64_t bytes_since_state() const { return bytes_since_state_; }
  uint64_t bytes_with_gathered() const { return bytes_since_state_ + batch_.size(); }
  uint64_t state_bytes() const { return state_bytes_; }

 private:
  Result<> read_from(Offset next, const Visitor& visitor,
                     std::optional<broker::RottenRecords>& rot);
  Result<> read_batch(std::string_view batch, const Visitor& visitor);
  void read_record(const broker::RecordView& record, const Visitor& visitor);
  void note_mark(const StateMark& mark, const broker::RecordView& record);
  void note_state_end();
  void append_if_large();

  broker::CommitLog& log_;
  broker::PartitionHandle partition_;
  broker::BatchBuilder batch_;
  std::optional<Error> failed_;  // of a part of what is gathered
  Offset state_begin_{-1};       // of the first whole state
  Offset mark_begin_{-1};        // of the state that is being read
  Offset last_state_begin_{-1};  // of the last whole one
  bool is_state_complete_ = false;
  uint64_t last_sequence_ = 0;
  uint64_t bytes_since_state_ = 0;
  uint64_t bytes_at_begin_ = 0;  // bytes_since_state_ when the state that is being written began
  uint64_t state_bytes_ = 0;
};

}  // namespace efd::groups
