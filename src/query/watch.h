// SPDX-License-Identifier: MIT
// Watch: tells a running statement when to end before its time, and keeps account of its memory.
#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>

#include "base/result.h"
#include "store/memory_account.h"
#include "system/clock.h"

namespace efd::query {

// Used by the statement's thread.
class Watch {
 public:
  // timeout_ms 0: none. `memory` outlives it.
  Watch(system::Clock& clock, int64_t timeout_ms, store::MemoryAccount& memory,
        std::stop_token stop)
      : clock_(clock),
        memory_(memory),
        stop_(std::move(stop)),
        deadline_ns_(timeout_ms > 0 ? clock.monotonic_ns() + timeout_ms * kNsPerMs : INT64_MAX) {}

  // Asked between chunks. `cancelled` when the caller asked to stop, `overload` after the time-out.
  Result<> check() const {
    if (stop_.stop_requested()) return fail(ErrorCode::cancelled, "query interrupted");
    if (deadline_ns_ != INT64_MAX && clock_.monotonic_ns() > deadline_ns_) {
      return fail(ErrorCode::overload, "query-timeout limit exceeded");
    }
    return {};
  }
  const std::stop_token& stop() const { return stop_; }
  store::MemoryAccount& memory() const { return memory_; }

 private:
  system::Clock& clock_;
  store::MemoryAccount& memory_;
  std::stop_token stop_;
  int64_t deadline_ns_;
};

}  // namespace efd::query
