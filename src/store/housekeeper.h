// SPDX-License-Identifier: MIT
// The store's two background threads, of low priority. One encodes full heads, and flushes when the
// interval has passed or memory has filled up; the other does the rest, which is short and waits
// for no flush: it looks after the files.
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
    std::function<void()> watch;  // looks after the files
  };
  static constexpr int64_t kWatchIntervalNs = kNsPerSecond;
  // A flush that failed is tried again after so long, crowded or not.
  static constexpr int64_t kRetryIntervalNs = kNsPerSecond;

  // `clock` outlives it.
  Housekeeper(Tasks tasks, system::Clock& clock, int64_t flush_interval_ms);
  ~Housekeeper();  // waits for the tasks at hand
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  // A head is full, or memory is. Cheap; from any thread.
  void wake();

 private:
  // Instants are of the clock's monotonic_ns.
  void run_flushes();
  void run_rest();
  bool wait_for_work(int64_t deadline_ns);
  bool wait_for_stop(int64_t deadline_ns);
  int64_t flush(int64_t now_ns) const;

  const Tasks tasks_;
  system::Clock& clock_;
  const int64_t flush_interval_ns_;
  std::mutex mutex_;
  std::condition_variable_any condition_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread flushes_;
  std::thread rest_;
};

}  // namespace efd::store
