// SPDX-License-Identifier: MIT
#include "broker/log/durable_waiters.h"

namespace efd::broker {

std::vector<OnDurable> DurableWaiters::take_up_to(uint64_t sequence) {
  std::vector<OnDurable> taken;
  auto end = waiters_.upper_bound(sequence);
  for (auto waiter = waiters_.begin(); waiter != end; ++waiter)
    taken.push_back(std::move(waiter->second.done));
  waiters_.erase(waiters_.begin(), end);
  return taken;
}

std::vector<OnDurable> DurableWaiters::take_but_for_room() {
  std::vector<OnDurable> taken;
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    if (waiter->second.waits_for_room) {
      ++waiter;
    } else {
      taken.push_back(std::move(waiter->second.done));
      waiter = waiters_.erase(waiter);
    }
  }
  return taken;
}

std::vector<OnDurable> DurableWaiters::take_all() {
  std::vector<OnDurable> taken;
  for (auto& [sequence, waiter] : waiters_) taken.push_back(std::move(waiter.done));
  waiters_.clear();
  return taken;
}

}  // namespace efd::broker
