// SPDX-License-Identifier: MIT
// What time it is, behind an interface so that tests can set it.
#pragma once

#include <atomic>

#include "base/time.h"

namespace efd::system {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcTime now() const = 0;
  // Never goes back; only differences mean anything.
  virtual int64_t monotonic_ns() const = 0;
};

Clock& real_clock();

class FakeClock : public Clock {
 public:
  explicit FakeClock(UtcTime start) : now_ns_(start.ns()) {}
  UtcTime now() const override { return UtcTime::from_ns(now_ns_); }
  int64_t monotonic_ns() const override { return now_ns_; }
  void advance_ns(int64_t ns) { now_ns_ += ns; }

 private:
  std::atomic<int64_t> now_ns_;
};

}  // namespace efd::system
