// SPDX-License-Identifier: MIT
// Worker threads for what may block: queries, cold reads, request handlers.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace efd::net {

struct PoolOptions {
  std::string name = "pool";  // of the threads
  size_t threads = 4;
  size_t queue_max = 256;  // tasks that wait for a thread
};

// Thread-safe. Tasks must not throw; long ones watch a stop token of their own.
class Pool {
 public:
  explicit Pool(PoolOptions options);
  ~Pool();  // see stop
  Pool(const Pool&) = delete;

  // `overload` when queue_max tasks wait already, `cancelled` after stop.
  Result<> submit(std::function<void()> task);
  // Runs what was submitted, then joins the threads. Not from a task.
  void stop();
  size_t waiting() const;

 private:
  void run();

  const PoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable work_or_stop_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace efd::net
