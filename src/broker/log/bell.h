// SPDX-License-Identifier: MIT
// What a thread of the log waits for. For this module.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "system/clock.h"

namespace efd::broker {

// Thread-safe; its own lock is the last that is taken.
class Bell {
 public:
  explicit Bell(system::Clock& clock) : clock_(clock) {}
  void ring();
  // Rings only when its thread has said that it is idle: so that a busy one costs no system call.
  // The thread says so before it looks for work under the lock under which work is made.
  void ring_if_idle();
  void set_idle(bool is_idle) { idle_ = is_idle; }
  void stop();
  // Until rung, or for so long; `wait_ms` < 0: for ever. False when stopped.
  bool wait(int64_t wait_ms);

 private:
  system::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any condition_;
  bool rung_ = false;
  bool stopped_ = false;
  std::atomic<bool> idle_{false};
};

}  // namespace efd::broker
