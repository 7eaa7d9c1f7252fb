// SPDX-License-Identifier: MIT
// Who waits until what was appended is durable. For this module.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/result.h"

namespace efd::broker {

using OnDurable = std::function<void(const Result<>&)>;

struct DurableWaiter {
  OnDurable done;
  bool waits_for_room = true;  // false: it is told when the disk is full
};

// Guarded by the log's lock. Who is taken is called without it.
class DurableWaiters {
 public:
  // Waits for the record with that sequence.
  void add(uint64_t sequence, DurableWaiter waiter) {
    waiters_.emplace(sequence, std::move(waiter));
  }
  bool empty() const { return waiters_.empty(); }
  std::vector<OnDurable> take_up_to(uint64_t sequence);
  std::vector<OnDurable> take_but_for_room();
  std::vector<OnDurable> take_all();

 private:
  std::multimap<uint64_t, DurableWaiter> waiters_;
};

}  // namespace efd::broker
