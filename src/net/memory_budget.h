// SPDX-License-Identifier: MIT
// A bound on memory that many holders share. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

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

// What one holder has taken of a budget; given back when it goes. Not thread-safe.
class MemoryClaim {
 public:
  explicit MemoryClaim(MemoryBudget& budget) : budget_(&budget) {}
  MemoryClaim(MemoryClaim&& other) noexcept
      : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryClaim& operator=(MemoryClaim&&) = delete;
  ~MemoryClaim() { budget_->give(bytes_); }

  // Returns false, and takes nothing, when the budget has less than that left.
  bool grow(size_t bytes) {
    if (!budget_->take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  size_t bytes() const { return bytes_; }

 private:
  MemoryBudget* budget_;
  size_t bytes_ = 0;
};

}  // namespace efd::net
