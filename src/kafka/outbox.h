// SPDX-License-Identifier: MIT
// Outbox: the answers of one connection, leaving in the order of their requests. An answer that is
// ready is appended to tail(); one that has to wait for the disk or for new data gets a ticket, and
// everything behind it waits with it. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace efd::kafka {

class Outbox {
 public:
  using Ticket = uint64_t;

  // Where the next answer is appended. Valid until the next call of another method.
  std::string& tail() { return waiting_.empty() ? ready_ : waiting_.back().behind; }

  // A place for an answer that is not ready; `held_bytes`: what waiting for it keeps in memory.
  Ticket defer(size_t held_bytes = 0);
  // What is in that place; encode into it before ready(), or pass the answer to answer().
  std::string& at(Ticket ticket) { return waiting_[ticket - first_].answer; }
  void ready(Ticket ticket);
  void answer(Ticket ticket, std::string answer);

  // What may leave now, as one piece; empty if nothing may.
  std::string take_ready();

  size_t waiting() const { return waiting_.size(); }
  // In memory for answers that have not been taken.
  size_t held_bytes() const { return counted_bytes_ + tail_bytes() + ready_.size(); }

 private:
  struct Place {
    std::string answer;
    bool is_ready = false;
    size_t counted_bytes = 0;  // of this place in counted_bytes_
    std::string behind;        // the answers between this place and the next
  };

  size_t tail_bytes() const { return waiting_.empty() ? 0 : waiting_.back().behind.size(); }
  void count(Place& place, size_t bytes);

  std::string ready_;
  std::deque<Place> waiting_;
  Ticket first_ = 0;  // of waiting_.front()
  size_t counted_bytes_ = 0;
};

}  // namespace efd::kafka
