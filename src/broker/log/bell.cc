// SPDX-License-Identifier: MIT
#include "broker/log/bell.h"

#include <chrono>

#include "base/time.h"

namespace efd::broker {

void Bell::ring() {
  std::lock_guard lock(mutex_);
  rung_ = true;
  condition_.notify_one();
}

void Bell::ring_if_idle() {
  if (idle_) ring();
}

void Bell::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  condition_.notify_one();
}

bool Bell::wait(int64_t wait_ms) {
  std::unique_lock lock(mutex_);
  auto is_due = [&] { return rung_ || stopped_; };
  const std::chrono::milliseconds wait(wait_ms);
  int64_t until_ns = wait_ms < 0 ? system::kNever : clock_.monotonic_ns_in(wait);
  clock_.wait_until(lock, condition_, until_ns, is_due);
  rung_ = false;
  return !stopped_;
}

}  // namespace efd::broker
