// SPDX-License-Identifier: MIT
// AnswerRoom: where an answer gathers whole, so that its thread waits for no client.
#pragma once

#include <algorithm>
#include <cstddef>

#include "net/memory_budget.h"

namespace efd::http {

// Used by one thread at a time; kept until the answer has left.
class AnswerRoom {
 public:
  // Every answer may have free_bytes; what is more comes from the budget, up to bytes_max in all.
  // `budget` outlives this.
  AnswerRoom(net::MemoryBudget& budget, size_t free_bytes, size_t bytes_max)
      : claim_(budget), free_bytes_(free_bytes), bytes_max_(bytes_max) {}

  // Whether the answer may hold `bytes` in all. Once it has returned false it always does.
  bool holds(size_t bytes) {
    fits_ = fits_ && bytes <= bytes_max_ && claim(bytes - std::min(bytes, free_bytes_));
    return fits_;
  }

 private:
  bool claim(size_t bytes) {
    return bytes <= claim_.bytes() || claim_.grow(std::max(bytes - claim_.bytes(), kStepBytes));
  }

  static constexpr size_t kStepBytes = 64u << 10;
  net::MemoryClaim claim_;
  const size_t free_bytes_;
  const size_t bytes_max_;
  bool fits_ = true;
};

}  // namespace efd::http
