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

namespace efd::store {

class Housekeeper {
 public:
  struct Tasks {
    std::function<void()> seal;     // encodes what is full
    std::function<bool()> crowded;  // memory calls for a flush now
    std::function<Result<>()> flush;
    std::function<void()> watch;  // looks whether the files are still there
  };
  static constexpr int64_t kWatchIntervalMs = 1000;
  // A flush that failed is tried again after so long, crowded or not.
  static constexpr int64_t kRetryIntervalMs = 1000;

  Housekeeper(Tasks tasks, int64_t flush_interval_ms);
  ~Housekeeper();  // waits for the task at hand
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  // A head is full, or memory is. Cheap; from any thread.
  void wake();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  void run();
  bool wait_until(Instant deadline);
  Instant flush(Instant now) const;

  const Tasks tasks_;
  const std::chrono::milliseconds flush_interval_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace efd::store
