// SPDX-License-Identifier: MIT
// Worker threads for what may block: queries, cold reads, request handlers.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace efd::net {

struct PoolOptions {
  std::string name = "pool";  // of the threads
  size_t threads = 4;
  // Further threads, for small tasks only, so that these never wait behind large ones.
  size_t small_threads = 0;
  // The most tasks that wait for a thread. Where there are small threads this bound holds for large
  // tasks, and once more for tasks whose size is not known yet.
  size_t queue_max = 256;
};

struct PoolTask {
  std::function<void()> run;
  // Nobody waits for the task any more: it is dropped instead of being begun.
  std::stop_token stop = {};
  // Returns whether the task will be done soon. Called at most once, before `run`, on a thread of
  // the pool, and only where there are small threads. Empty: it will not.
  std::function<bool()> is_small = {};
  // Called instead of `run` on a thread for small tasks, where it must not wait. It returns false
  // when the task is larger than it looked; then `run` does all of it on another thread. Empty:
  // `run`.
  std::function<bool()> run_small = {};
  // Called instead of `run` for a task that turned out to be large when too many of those wait.
  // Empty: it runs on the thread where it is.
  std::function<void()> refuse = {};
};

// Thread-safe. Tasks must not throw; long ones watch a stop token of their own.
class Pool {
 public:
  explicit Pool(PoolOptions options);
  ~Pool();  // see stop
  Pool(const Pool&) = delete;

  // `overload` when too many tasks wait already, `cancelled` after stop.
  Result<> submit(PoolTask task);
  Result<> submit(std::function<void()> task) { return submit(PoolTask{std::move(task)}); }
  // Runs what was submitted, then joins the threads. Not from a task.
  void stop();
  size_t waiting() const;

 private:
  using Queue = std::deque<PoolTask>;
  void run();
  void run_small();
  std::optional<PoolTask> next();
  std::optional<PoolTask> next_small();
  static bool try_small(PoolTask& task);
  bool keep_as_large(PoolTask& task);

  const PoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable work_or_stop_;
  std::condition_variable small_work_or_stop_;
  Queue tasks_;  // nobody has asked yet how large they are
  Queue large_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace efd::net
