// SPDX-License-Identifier: MIT
#include "net/pool.h"

#include <pthread.h>

#include "base/check.h"

namespace efd::net {

Pool::Pool(PoolOptions options) : options_(std::move(options)) {
  EFD_CHECK(options_.threads > 0);
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

Pool::~Pool() {
  stop();
}

Result<> Pool::submit(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  if (stopping_) return fail(ErrorCode::cancelled, "{} has stopped", options_.name);
  if (tasks_.size() >= options_.queue_max) {
    return fail(ErrorCode::overload, "{}: {} tasks are waiting already", options_.name,
                tasks_.size());
  }
  tasks_.push_back(std::move(task));
  work_or_stop_.notify_one();
  return {};
}

void Pool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    work_or_stop_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t Pool::waiting() const {
  std::lock_guard lock(mutex_);
  return tasks_.size();
}

void Pool::run() {
  pthread_setname_np(pthread_self(), options_.name.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  while (true) {
    work_or_stop_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it holds goes outside of the lock
    lock.lock();
  }
}

}  // namespace efd::net
