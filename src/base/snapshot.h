// SPDX-License-Identifier: MIT
// Snapshot<T>: one immutable value that a writer swaps and many readers take. Readers keep what
// they took, for as long as they like. Thread-safe. (libstdc++ 12's atomic<shared_ptr> is flagged
// by TSan; a mutex held for a pointer copy is as fast here.)
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace efd {

template <class T>
class Snapshot {
 public:
  Snapshot() = default;
  explicit Snapshot(std::shared_ptr<const T> value) : value_(std::move(value)) {}

  std::shared_ptr<const T> take() const {
    std::lock_guard lock(mutex_);
    return value_;
  }

  // Returns the value that it replaced, so that its destructor runs outside of the lock.
  std::shared_ptr<const T> swap(std::shared_ptr<const T> value) {
    std::lock_guard lock(mutex_);
    std::swap(value_, value);
    return value;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace efd
