// SPDX-License-Identifier: MIT
#include "store/housekeeper.h"

#include <chrono>

#include <sys/resource.h>
#include <unistd.h>

namespace efd::store {
namespace {

constexpr int kNiceness = 10;

// Intake and queries go first. Linux keeps a niceness for each thread; without the right to change
// it the thread works at the priority that it has.
void lower_priority() {
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
}

}  // namespace

Housekeeper::Housekeeper(Tasks tasks, int64_t flush_interval_ms)
    : tasks_(std::move(tasks)), flush_interval_(flush_interval_ms), thread_([this] { run(); }) {}

Housekeeper::~Housekeeper() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_all();
  thread_.join();
}

void Housekeeper::wake() {
  {
    std::lock_guard lock(mutex_);
    if (woken_) return;
    woken_ = true;
  }
  condition_.notify_all();
}

// False when the housekeeper is to stop.
bool Housekeeper::wait_until(Instant deadline) {
  std::unique_lock lock(mutex_);
  condition_.wait_until(lock, deadline, [this] { return woken_ || stopping_; });
  woken_ = false;
  return !stopping_;
}

void Housekeeper::run() {
  lower_priority();
  constexpr std::chrono::milliseconds kWatchInterval{kWatchIntervalMs};
  Instant due = std::chrono::steady_clock::now() + flush_interval_;
  Instant not_before = {};
  Instant watch_at = {};
  while (wait_until(std::min(due, watch_at))) {
    tasks_.seal();
    Instant now = std::chrono::steady_clock::now();
    if (now >= watch_at) {
      tasks_.watch();
      watch_at = now + kWatchInterval;
    }
    if (now < not_before || (now < due && !tasks_.crowded())) continue;
    due = flush(now);
    not_before = due < now + flush_interval_ ? due : Instant();
  }
}

// When the next one is due.
Housekeeper::Instant Housekeeper::flush(Instant now) const {
  bool flushed = tasks_.flush().has_value();
  auto retry = std::min(flush_interval_, std::chrono::milliseconds(kRetryIntervalMs));
  return now + (flushed ? flush_interval_ : retry);
}

}  // namespace efd::store
