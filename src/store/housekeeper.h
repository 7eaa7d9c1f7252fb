// SPDX-License-Identifier: MIT
// The store's one background thread, of low priority: it encodes full heads, flushes when the
// interval has passed or memory has filled up, and looks after the files.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "system/clock.h"

namespace efd::store {

class Housekeeper {
 public:
  struct Tasks {
    std::function<void()> seal;     // encodes what is full
    std::function<bool()> crowded;  // memory calls for a flush now
    std::function<Result<>()> flush;
    std::function<void()> watch;  // looks whether the files are still there
  };
  static constexpr int64_t kWatchIntervalNs = kNsPerSecond;
  // A flush that failed is tried again after so long, crowded or not.
  static constexpr int64_t kRetryIntervalNs = kNsPerSecond;

  // `clock` outlives it.
  Housekeeper(Tasks tasks, system::Clock& clock, int64_t flush_interval_ms);
  ~Housekeeper();  // waits for the task at hand
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  // A head is full, or memory is. Cheap; from any thread.
  void wake();

 private:
  // Instants are of the clock's monotonic_ns.
  void run();
  bool wait_until(int64_t deadline_ns);
  int64_t flush(int64_t now_ns) const;

  const Tasks tasks_;
  system::Clock& clock_;
  const int64_t flush_interval_ns_;
  std::mutex mutex_;
  std::condition_variable_any condition_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace efd::store
