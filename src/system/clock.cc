// SPDX-License-Identifier: MIT
#include "system/clock.h"

#include <ctime>

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
};

}  // namespace

Clock& real_clock() {
  static RealClock clock;
  return clock;
}

}  // namespace efd::system
