// SPDX-License-Identifier: MIT
#include "store/housekeeper.h"

#include <algorithm>
#include <limits>

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

Housekeeper::Housekeeper(Tasks tasks, system::Clock& clock, int64_t flush_interval_ms)
    : tasks_(std::move(tasks)),
      clock_(clock),
      flush_interval_ns_(flush_interval_ms * kNsPerMs),
      flushes_([this] { run_flushes(); }),
      rest_([this] { run_rest(); }) {}

Housekeeper::~Housekeeper() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_all();
  flushes_.join();
  rest_.join();
}

void Housekeeper::wake() {
  {
    std::lock_guard lock(mutex_);
    if (woken_) return;
    woken_ = true;
  }
  condition_.notify_all();
}

// False when the housekeeper is to stop, as below.
bool Housekeeper::wait_for_work(int64_t deadline_ns) {
  std::unique_lock lock(mutex_);
  clock_.wait_until(lock, condition_, deadline_ns, [this] { return woken_ || stopping_; });
  woken_ = false;
  return !stopping_;
}

bool Housekeeper::wait_for_stop(int64_t deadline_ns) {
  std::unique_lock lock(mutex_);
  clock_.wait_until(lock, condition_, deadline_ns, [this] { return stopping_; });
  return !stopping_;
}

void Housekeeper::run_rest() {
  lower_priority();
  do tasks_.watch();
  while (wait_for_stop(clock_.monotonic_ns() + kWatchIntervalNs));
}

void Housekeeper::run_flushes() {
  lower_priority();
  int64_t due_ns = clock_.monotonic_ns() + flush_interval_ns_;
  int64_t not_before_ns = std::numeric_limits<int64_t>::min();
  while (wait_for_work(due_ns)) {
    tasks_.seal();
    int64_t now_ns = clock_.monotonic_ns();
    if (now_ns < not_before_ns || (now_ns < due_ns && !tasks_.crowded())) continue;
    due_ns = flush(now_ns);
    bool has_failed = due_ns < now_ns + flush_interval_ns_;
    not_before_ns = has_failed ? due_ns : std::numeric_limits<int64_t>::min();
  }
}

// When the next one is due.
int64_t Housekeeper::flush(int64_t now_ns) const {
  bool flushed = tasks_.flush().has_value();
  return now_ns + (flushed ? flush_interval_ns_ : std::min(flush_interval_ns_, kRetryIntervalNs));
}

}  // namespace efd::store
