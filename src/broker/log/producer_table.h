// SPDX-License-Identifier: MIT
// What a partition knows of the idempotent producers that wrote to it, and whether a batch of one
// is new, a repetition or out of order (Kafka's ProducerAppendInfo). Not thread-safe. For this
// module.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "broker/commit_log.h"
#include "broker/record_batch.h"

namespace efd::broker {

// Most producers that one partition remembers; the one longest silent is forgotten first.
constexpr size_t kProducersPerPartitionMax = 10'000;

struct ProducerBatch {
  int32_t first_sequence = 0;
  int32_t last_sequence = 0;
  Offset base_offset;
  int64_t append_time_ms = -1;   // of a topic that stamps by it
  uint64_t append_sequence = 0;  // Appended::sequence; 0 for what was recovered
};

struct ProducerState {
  static constexpr size_t kBatchesMax = 5;  // so many may be in flight
  int16_t epoch = 0;
  int64_t last_append_ms = 0;
  uint8_t batch_count = 0;
  std::array<ProducerBatch, kBatchesMax> batches;  // the oldest first

  const ProducerBatch& last() const { return batches[batch_count - 1u]; }
  void push(const ProducerBatch& batch);
};

class ProducerTable {
 public:
  struct Verdict {
    AppendError error = AppendError::none;
    const ProducerBatch* repeated = nullptr;  // of what this is a repetition
  };
  // The header carries a producer id.
  Verdict check(const BatchHeader& header) const;
  // Notes an appended batch; `now_ms` is when it came.
  void note(const BatchHeader& header, const ProducerBatch& batch, int64_t now_ms);
  void restore(ProducerId id, const ProducerState& state) { producers_[id.value()] = state; }
  // Forgets who has been silent since before `time_ms`.
  void expire(int64_t time_ms);

  const std::unordered_map<int64_t, ProducerState>& producers() const { return producers_; }

 private:
  void forget_longest_silent();

  std::unordered_map<int64_t, ProducerState> producers_;
};

// The sequence of the last record of a batch: sequences wrap from the greatest int32 to 0.
int32_t last_sequence(const BatchHeader& header);

}  // namespace efd::broker
