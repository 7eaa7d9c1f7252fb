// SPDX-License-Identifier: MIT
// From a frozen head to encoded blocks.
#pragma once

#include "store/block.h"
#include "store/head_piece.h"

namespace efd::store {

// The start of the shard that holds a time; shards are aligned to 1970 (UTC).
int64_t shard_start_ns(int64_t time_ns, int64_t shard_ns);

// Sorts the rows by time and encodes them: a block for each shard that they touch, and one of their
// own for late rows, so that the rest overlaps nothing. Rows before `late_before_ns` are late; it
// is moved on.
Pieces seal(const HeadPiece& head, int64_t shard_ns, int64_t& late_before_ns);

}  // namespace efd::store
