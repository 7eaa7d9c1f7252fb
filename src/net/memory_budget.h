// SPDX-License-Identifier: MIT
// A bound on memory that many holders share. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

namespace efd::net {

class MemoryBudget {
 public:
  explicit MemoryBudget(size_t bytes_max) : bytes_max_(bytes_max) {}

  // False, and nothing taken, when it would go over the bound.
  bool take(size_t bytes) {
    size_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes <= bytes_max_) return true;
    give(bytes);
    return false;
  }
  void give(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  size_t used_bytes() const { return used_.load(std::memory_order_relaxed); }

 private:
  const size_t bytes_max_;
  std::atomic<size_t> used_{0};
};

}  // namespace efd::net
