// SPDX-License-Identifier: MIT
// MemoryAccount: how much memory one query may hold, and MemoryHolding: what one part of it does
// hold. Sizes are told, not measured, after something has grown: the account is exceeded by one
// step at most (a decoded block, a row).
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/result.h"

namespace efd::store {

// Not thread-safe: a query runs on one thread. Outlives its holdings.
class MemoryAccount {
 public:
  // `refusal`: the message of the error when the limit is passed.
  MemoryAccount(size_t bytes_max, std::string refusal)
      : bytes_max_(bytes_max), refusal_(std::move(refusal)) {}
  MemoryAccount(const MemoryAccount&) = delete;

  size_t used_bytes() const { return used_; }

 private:
  friend class MemoryHolding;
  const size_t bytes_max_;
  const std::string refusal_;
  size_t used_ = 0;
};

class MemoryHolding {
 public:
  explicit MemoryHolding(MemoryAccount& account) : account_(account) {}
  MemoryHolding(const MemoryHolding&) = delete;
  ~MemoryHolding() { account_.used_ -= bytes_; }

  // It is so much now. `overload`, in the account's words, when that is too much in all.
  Result<> resize(size_t bytes) {
    account_.used_ += bytes - bytes_;
    bytes_ = bytes;
    if (account_.used_ > account_.bytes_max_)
      return fail(Error{ErrorCode::overload, account_.refusal_});
    return {};
  }

 private:
  MemoryAccount& account_;
  size_t bytes_ = 0;
};

}  // namespace efd::store
