// SPDX-License-Identifier: MIT
// Schedule: which of many steady senders is due next.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace efd::salmock {

// Sender i sends `rates_hz[i]` messages a second, each at its own time: number k is due at
// start + phase + k / rate, whenever those before it were sent, so that nothing ever drifts.
// Senders of one rate have phases spread evenly over their interval. Not thread-safe.
class Schedule {
 public:
  // Rates above 0. No senders: nothing is ever due.
  Schedule(std::span<const double> rates_hz, int64_t start_ns);

  // The sender whose message is due first, and when; kNever without senders.
  size_t sender() const { return heap_.front().sender; }
  int64_t due_ns() const { return heap_.empty() ? kNever : heap_.front().due_ns; }
  // That message has been sent: on to the next one.
  void advance();

  static constexpr int64_t kNever = INT64_MAX;

 private:
  struct Sender {
    double interval_ns;
    double first_ns;  // from the start
    int64_t sent = 0;
  };
  struct Due {
    int64_t due_ns;
    size_t sender;
    // Equal times in the order of senders.
    bool operator<(const Due& other) const {
      return due_ns != other.due_ns ? due_ns < other.due_ns : sender < other.sender;
    }
  };
  int64_t due_of(const Sender& sender) const;

  int64_t start_ns_;
  std::vector<Sender> senders_;
  std::vector<Due> heap_;  // the earliest in front
};

}  // namespace efd::salmock
