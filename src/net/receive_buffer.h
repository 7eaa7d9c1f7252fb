// SPDX-License-Identifier: MIT
// Bytes that were received and not consumed, of one connection. Its memory is charged to a budget
// that all connections share. For net's own .cc files.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "net/memory_budget.h"

namespace efd::net {

class ReceiveBuffer {
 public:
  explicit ReceiveBuffer(MemoryBudget& budget) : budget_(budget) {}
  ~ReceiveBuffer() { budget_.give(capacity_); }
  ReceiveBuffer(const ReceiveBuffer&) = delete;

  std::string_view view() const { return {bytes_.get(), size_}; }
  size_t size() const { return size_; }

  // Room for `bytes` in all, contents kept. False: the budget is used up, nothing has changed.
  bool reserve(size_t bytes);
  char* tail() { return bytes_.get() + size_; }
  size_t room() const { return capacity_ - size_; }
  void grow(size_t bytes) { size_ += bytes; }  // that were put at tail()

  bool append(std::string_view bytes);  // false as in reserve
  // The contents become `bytes` (not its own). False as in reserve.
  bool assign(std::string_view bytes);
  // Drops the first bytes; a buffer that has become much too large is given back.
  void drop_front(size_t bytes);

 private:
  void release();

  MemoryBudget& budget_;
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace efd::net
