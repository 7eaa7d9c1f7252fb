// SPDX-License-Identifier: MIT
// ProducerIds: none is ever given twice. For this module.
#pragma once

#include <atomic>
#include <mutex>

#include "broker/log/log_state.h"

namespace efd::broker {

// Thread-safe. Its lock is taken before commit's.
class CommitLog::State::ProducerIds {
 public:
  explicit ProducerIds(State& log) : log_(log) {}

  Result<ProducerId> take();
  // Ids below it may have been given out. While the log is opened.
  void restore(int64_t end) { next_ = end_ = end; }
  int64_t end() const { return end_; }

 private:
  std::mutex mutex_;
  int64_t next_ = 0;             // guarded by it
  std::atomic<int64_t> end_{0};  // ids below it are durably set aside

  State& log_;
};

}  // namespace efd::broker
