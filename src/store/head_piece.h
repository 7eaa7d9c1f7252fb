// SPDX-License-Identifier: MIT
// The first rows of a head, as a scan reads them.
#pragma once

#include "store/decoded.h"
#include "store/head.h"

namespace efd::store {

// What a reader or a cut takes from a head under the lock.
struct HeadState {
  std::shared_ptr<const Head> head;
  uint32_t rows = 0;
  int64_t min_ns = INT64_MAX;
  int64_t max_ns = INT64_MIN;
  bool sorted = true;
  SeriesRange series;
};
HeadState state_of(std::shared_ptr<const Head> head);

// The rows `order`, in that order.
void pick(RowImages& rows, std::span<const uint32_t> order);

class HeadPiece : public Piece {
 public:
  explicit HeadPiece(HeadState state)
      : Piece(state.min_ns, state.max_ns, state.rows, state.series), state_(std::move(state)) {}

  Result<DecodedRows> read(const ReadRequest& request) const override;
  size_t memory_bytes() const override { return state_.head->memory_bytes(); }
  const HeadState& state() const { return state_; }
  // All rows, sorted by time, then series, then as they came.
  RowImages sorted_images() const;

 private:
  HeadState state_;
};

}  // namespace efd::store
