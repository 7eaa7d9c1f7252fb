// SPDX-License-Identifier: MIT
#include "net/pool.h"

#include <algorithm>

#include <pthread.h>

#include "base/check.h"

namespace efd::net {
namespace {

// What a task holds goes before the thread waits for the next one, and outside of the lock.
void finish(std::optional<PoolTask> task) {
  task->run();
}

bool is_unwanted(const PoolTask& task) {
  return task.stop.stop_requested();
}

// The first task that somebody waits for; those before it are dropped.
std::optional<PoolTask> take_wanted(std::deque<PoolTask>& queue) {
  while (!queue.empty()) {
    std::optional<PoolTask> task = std::move(queue.front());
    queue.pop_front();
    if (!is_unwanted(*task)) return task;
  }
  return std::nullopt;
}

}  // namespace

Pool::Pool(PoolOptions options) : options_(std::move(options)) {
  EFD_CHECK(options_.threads > 0);
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
  for (size_t i = 0; i < options_.small_threads; ++i)
    threads_.emplace_back([this] { run_small(); });
}

Pool::~Pool() {
  stop();
}

Result<> Pool::submit(PoolTask task) {
  std::lock_guard lock(mutex_);
  if (stopping_) return fail(ErrorCode::cancelled, "{} has stopped", options_.name);
  // What clients have left behind must not keep the next one out.
  if (tasks_.size() >= options_.queue_max) std::erase_if(tasks_, is_unwanted);
  if (tasks_.size() >= options_.queue_max) {
    return fail(ErrorCode::overload, "{}: {} tasks are waiting already", options_.name,
                tasks_.size());
  }
  tasks_.push_back(std::move(task));
  work_or_stop_.notify_one();
  small_work_or_stop_.notify_one();
  return {};
}

void Pool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    work_or_stop_.notify_all();
    small_work_or_stop_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t Pool::waiting() const {
  std::lock_guard lock(mutex_);
  return tasks_.size() + large_.size();
}

void Pool::run() {
  pthread_setname_np(pthread_self(), options_.name.substr(0, 15).c_str());
  while (auto task = next()) finish(std::move(task));
}

// Nothing at the end. Large tasks first: small ones have threads of their own.
std::optional<PoolTask> Pool::next() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (auto task = take_wanted(large_)) return task;
    if (auto task = take_wanted(tasks_)) return task;
    if (stopping_) return std::nullopt;
    work_or_stop_.wait(lock);
  }
}

void Pool::run_small() {
  pthread_setname_np(pthread_self(), (options_.name.substr(0, 9) + "-small").c_str());
  while (auto task = next_small()) {
    if (!try_small(*task) && !keep_as_large(*task)) finish(std::move(task));
  }
}

// At the end the other threads do what is left.
std::optional<PoolTask> Pool::next_small() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (stopping_) return std::nullopt;
    if (auto task = take_wanted(tasks_)) return task;
    small_work_or_stop_.wait(lock);
  }
}

// Does a small task; false: it is large.
bool Pool::try_small(PoolTask& task) {
  if (!task.is_small || !task.is_small()) return false;
  const bool done = !task.run_small || task.run_small();
  if (done && !task.run_small) task.run();
  if (done) task = {};  // what it holds goes before the thread waits for the next one
  return done;
}

// False: it is to be run here, since nobody else will.
bool Pool::keep_as_large(PoolTask& task) {
  std::unique_lock lock(mutex_);
  if (stopping_) return false;
  if (large_.size() >= options_.queue_max) std::erase_if(large_, is_unwanted);
  if (large_.size() < options_.queue_max) {
    large_.push_back(std::move(task));
    work_or_stop_.notify_one();
    return true;
  }
  lock.unlock();
  if (!task.refuse) return false;
  task.refuse();
  return true;
}

}  // namespace efd::net
