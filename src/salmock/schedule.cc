// SPDX-License-Identifier: MIT
#include "salmock/schedule.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/time.h"

namespace efd::salmock {
namespace {

constexpr double kFarNs = 9e18;  // more than 64 bits count in nanoseconds, or nearly

constexpr auto kLaterFirst = [](const auto& a, const auto& b) { return b < a; };

}  // namespace

Schedule::Schedule(std::span<const double> rates_hz, int64_t start_ns) : start_ns_(start_ns) {
  std::map<double, size_t> counts;
  for (double rate_hz : rates_hz) ++counts[rate_hz];
  std::map<double, size_t> seen;
  for (double rate_hz : rates_hz) {
    double interval_ns = static_cast<double>(kNsPerSecond) / rate_hz;
    double share = static_cast<double>(seen[rate_hz]++) / static_cast<double>(counts[rate_hz]);
    senders_.push_back({interval_ns, share * interval_ns});
    heap_.push_back({due_of(senders_.back()), senders_.size() - 1});
  }
  std::make_heap(heap_.begin(), heap_.end(), kLaterFirst);
}

int64_t Schedule::due_of(const Sender& sender) const {
  double passed_ns = sender.first_ns + static_cast<double>(sender.sent) * sender.interval_ns;
  int64_t due_ns = 0;
  bool is_far =
      !(passed_ns < kFarNs) || __builtin_add_overflow(start_ns_, std::llround(passed_ns), &due_ns);
  return is_far ? kNever : due_ns;
}

void Schedule::advance() {
  std::pop_heap(heap_.begin(), heap_.end(), kLaterFirst);
  Due& due = heap_.back();
  Sender& sender = senders_[due.sender];
  ++sender.sent;
  due.due_ns = due_of(sender);
  std::push_heap(heap_.begin(), heap_.end(), kLaterFirst);
}

}  // namespace efd::salmock
