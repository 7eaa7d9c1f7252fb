// SPDX-License-Identifier: MIT
// What time it is, and how to wait for a time, behind an interface so that tests can set it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <set>
#include <stop_token>

#include "base/time.h"

namespace efd::system {

// A monotonic time that no clock reaches.
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// Thread-safe.
class Clock {
 public:
  using Lock = std::unique_lock<std::mutex>;
  using IsDue = std::function<bool()>;

  virtual ~Clock() = default;
  virtual UtcTime now() const = 0;
  // Never goes back; only differences mean anything.
  virtual int64_t monotonic_ns() const = 0;
  int64_t monotonic_ns_in(std::chrono::nanoseconds wait) const {
    return held_sum(monotonic_ns(), wait.count());
  }

  // Waits until `is_due`, until monotonic_ns() has come to `until_ns`, or until `stop` is
  // requested, whichever is first. Returns whether it is due. `lock` is held whenever `is_due` is
  // asked and when this returns. The thread that makes it due holds the same mutex and notifies
  // `condition`, which outlives the wait.
  virtual bool wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                          std::stop_token stop, const IsDue& is_due) = 0;
  bool wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                  const IsDue& is_due) {
    return wait_until(lock, condition, until_ns, {}, is_due);
  }
  // Ends early when `stop` is requested.
  void sleep(std::chrono::nanoseconds wait, std::stop_token stop = {});
};

Clock& real_clock();

// Stands still until a test advances it; waits on it last until then.
class FakeClock : public Clock {
 public:
  explicit FakeClock(UtcTime start) : now_ns_(start.ns()) {}
  UtcTime now() const override { return UtcTime::from_ns(monotonic_ns()); }
  int64_t monotonic_ns() const override;
  // Wakes everybody whose time has come. Not from within a wait's `is_due`.
  void advance_ns(int64_t ns);

  using Clock::wait_until;
  bool wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                  std::stop_token stop, const IsDue& is_due) override;

 private:
  // Locked after the mutex of the thread that waits.
  mutable std::mutex mutex_;
  int64_t now_ns_;
  std::multiset<std::condition_variable_any*> waited_for_;
};

// Of a program with one thread: nobody else could make anything due or advance the clock, so that a
// wait moves it on to its end.
class SteppedClock final : public FakeClock {
 public:
  using Clock::wait_until;
  using FakeClock::FakeClock;
  bool wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                  std::stop_token stop, const IsDue& is_due) override;
};

}  // namespace efd::system
