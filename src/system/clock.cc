// SPDX-License-Identifier: MIT
#include "system/clock.h"

#include <algorithm>
#include <ctime>

#include "base/check.h"

namespace efd::system {
namespace {

int64_t read_clock_ns(clockid_t id) {
  timespec now;
  ::clock_gettime(id, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

class RealClock : public Clock {
 public:
  UtcTime now() const override { return UtcTime::from_ns(read_clock_ns(CLOCK_REALTIME)); }
  int64_t monotonic_ns() const override { return read_clock_ns(CLOCK_MONOTONIC); }

  // std::chrono's steady clock is CLOCK_MONOTONIC.
  bool wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                  std::stop_token stop, const IsDue& is_due) override {
    if (until_ns == kNever) return condition.wait(lock, std::move(stop), is_due);
    std::chrono::steady_clock::time_point until{std::chrono::nanoseconds(until_ns)};
    return condition.wait_until(lock, std::move(stop), until, is_due);
  }
};

// The waiter's lock and the clock's, held and let go together: from the look at the time to the
// sleep the time cannot be changed, and so no advance is missed.
class BothLocks {
 public:
  BothLocks(Clock::Lock& waiter, std::mutex& clock) : waiter_(waiter), clock_(clock) {}
  void lock() {
    waiter_.lock();
    clock_.lock();
  }
  void unlock() {
    clock_.unlock();
    waiter_.unlock();
  }

 private:
  Clock::Lock& waiter_;
  std::mutex& clock_;
};

}  // namespace

void Clock::sleep(std::chrono::nanoseconds wait, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never_notified;
  Lock lock(mutex);
  wait_until(lock, never_notified, monotonic_ns_in(wait), std::move(stop), [] { return false; });
}

Clock& real_clock() {
  static RealClock clock;
  return clock;
}

int64_t FakeClock::monotonic_ns() const {
  std::lock_guard lock(mutex_);
  return now_ns_;
}

void FakeClock::advance_ns(int64_t ns) {
  std::lock_guard lock(mutex_);
  now_ns_ += ns;
  for (std::condition_variable_any* condition : waited_for_) condition->notify_all();
}

bool FakeClock::wait_until(Lock& lock, std::condition_variable_any& condition, int64_t until_ns,
                           std::stop_token stop, const IsDue& is_due) {
  mutex_.lock();
  auto place = waited_for_.insert(&condition);
  BothLocks both(lock, mutex_);
  bool was_due = false;
  condition.wait(both, std::move(stop), [&] {
    bool is_over = now_ns_ >= until_ns;
    mutex_.unlock();  // `is_due` may ask what time it is
    was_due = is_due();
    mutex_.lock();
    return was_due || is_over || now_ns_ >= until_ns;
  });
  waited_for_.erase(place);
  mutex_.unlock();
  return was_due || is_due();
}

bool SteppedClock::wait_until(Lock&, std::condition_variable_any&, int64_t until_ns,
                              std::stop_token stop, const IsDue& is_due) {
  if (is_due() || stop.stop_requested()) return is_due();
  EFD_CHECK(until_ns != kNever);
  advance_ns(std::max<int64_t>(0, until_ns - monotonic_ns()));
  return is_due();
}

}  // namespace efd::system
