// SPDX-License-Identifier: MIT
#include "broker/log/producer_table.h"

#include <algorithm>
#include <limits>

namespace efd::broker {
namespace {

int32_t sequence_plus(int32_t sequence, int32_t n) {
  int64_t sum = static_cast<int64_t>(sequence) + n;
  constexpr int64_t kModulus = static_cast<int64_t>(std::numeric_limits<int32_t>::max()) + 1;
  return static_cast<int32_t>(sum % kModulus);
}

const ProducerBatch* find_repeated(const ProducerState& state, const BatchHeader& header) {
  int32_t last = last_sequence(header);
  for (size_t i = 0; i < state.batch_count; ++i) {
    const ProducerBatch& batch = state.batches[i];
    if (batch.first_sequence == header.base_sequence && batch.last_sequence == last) return &batch;
  }
  return nullptr;
}

}  // namespace

int32_t last_sequence(const BatchHeader& header) {
  return sequence_plus(header.base_sequence, header.last_offset_delta);
}

void ProducerState::push(const ProducerBatch& batch) {
  if (batch_count == kBatchesMax) {
    std::move(batches.begin() + 1, batches.end(), batches.begin());
    --batch_count;
  }
  batches[batch_count++] = batch;
}

ProducerTable::Verdict ProducerTable::check(const BatchHeader& header) const {
  auto found = producers_.find(header.producer_id);
  // Retention or expiry may have dropped a producer: it may go on with any sequence.
  if (found == producers_.end()) return {};
  const ProducerState& state = found->second;
  if (header.producer_epoch < state.epoch) return {AppendError::invalid_producer_epoch, nullptr};
  if (header.producer_epoch > state.epoch) {
    if (header.base_sequence == 0) return {};
    return {AppendError::out_of_order_sequence, nullptr};
  }
  if (const ProducerBatch* repeated = find_repeated(state, header))
    return {AppendError::none, repeated};
  if (state.batch_count == 0) return {};
  if (header.base_sequence == sequence_plus(state.last().last_sequence, 1)) return {};
  return {AppendError::out_of_order_sequence, nullptr};
}

void ProducerTable::note(const BatchHeader& header, const ProducerBatch& batch, int64_t now_ms) {
  if (producers_.size() >= kProducersPerPartitionMax && !producers_.contains(header.producer_id))
    forget_longest_silent();
  ProducerState& state = producers_[header.producer_id];
  if (state.epoch != header.producer_epoch) state.batch_count = 0;
  state.epoch = header.producer_epoch;
  state.last_append_ms = now_ms;
  state.push(batch);
}

void ProducerTable::expire(int64_t time_ms) {
  std::erase_if(producers_,
                [&](const auto& entry) { return entry.second.last_append_ms < time_ms; });
}

void ProducerTable::forget_longest_silent() {
  auto silent =
      std::min_element(producers_.begin(), producers_.end(), [](const auto& a, const auto& b) {
        return a.second.last_append_ms < b.second.last_append_ms;
      });
  producers_.erase(silent);
}

}  // namespace efd::broker
