// SPDX-License-Identifier: MIT
// Who wants to be told of new and changed topics. For this module.
#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "broker/commit_log.h"

namespace efd::broker {

// Thread-safe. Its lock is held while they are told: so remove waits for that.
class TopicWatchers {
 public:
  void add(CommitLog::TopicWaiter& waiter) {
    std::lock_guard lock(mutex_);
    waiters_.push_back(&waiter);
  }
  void remove(CommitLog::TopicWaiter& waiter) {
    std::lock_guard lock(mutex_);
    std::erase(waiters_, &waiter);
  }
  void tell(const TopicDescription& topic) {
    std::lock_guard lock(mutex_);
    for (CommitLog::TopicWaiter* waiter : waiters_) waiter->on_new_topic(topic);
  }

 private:
  std::mutex mutex_;
  std::vector<CommitLog::TopicWaiter*> waiters_;
};

}  // namespace efd::broker
