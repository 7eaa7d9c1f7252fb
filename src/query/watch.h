// SPDX-License-Identifier: MIT
// Watch: tells a running statement when to end before its time, and keeps account of its memory.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <utility>

#include "base/result.h"
#include "store/memory_account.h"
#include "system/clock.h"

namespace efd::query {

// Used by the statement's thread.
class Watch {
 public:
  // timeout_ms 0: none. `memory` outlives it. waited_ns: time that is not the statement's (see
  // Query); may be empty.
  Watch(system::Clock& clock, int64_t timeout_ms, store::MemoryAccount& memory,
        std::stop_token stop, std::function<int64_t()> waited_ns = {})
      : clock_(clock),
        memory_(memory),
        stop_(std::move(stop)),
        waited_ns_(std::move(waited_ns)),
        deadline_ns_(timeout_ms > 0 ? own_time_ns() + timeout_ms * kNsPerMs : INT64_MAX) {}

  // Asked between chunks. `cancelled` when the caller asked to stop, `overload` after the time-out.
  Result<> check() const {
    if (stop_.stop_requested()) return fail(ErrorCode::cancelled, "query interrupted");
    if (deadline_ns_ != INT64_MAX && own_time_ns() > deadline_ns_) {
      return fail(ErrorCode::overload, "query-timeout limit exceeded");
    }
    return {};
  }
  const std::stop_token& stop() const { return stop_; }
  store::MemoryAccount& memory() const { return memory_; }

 private:
  // A clock that stands while the client is waited for.
  int64_t own_time_ns() const { return clock_.monotonic_ns() - (waited_ns_ ? waited_ns_() : 0); }

  system::Clock& clock_;
  store::MemoryAccount& memory_;
  std::stop_token stop_;
  std::function<int64_t()> waited_ns_;
  int64_t deadline_ns_;
};

}  // namespace efd::query
