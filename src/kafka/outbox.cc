// SPDX-License-Identifier: MIT
#include "kafka/outbox.h"

#include <utility>

namespace efd::kafka {

Outbox::Ticket Outbox::defer(size_t held_bytes) {
  if (!waiting_.empty()) count(waiting_.back(), tail_bytes());  // nothing is appended there again
  count(waiting_.emplace_back(), held_bytes);
  return first_ + waiting_.size() - 1;
}

void Outbox::count(Place& place, size_t bytes) {
  place.counted_bytes += bytes;
  counted_bytes_ += bytes;
}

void Outbox::answer(Ticket ticket, std::string answer) {
  at(ticket) = std::move(answer);
  ready(ticket);
}

void Outbox::ready(Ticket ticket) {
  Place& place = waiting_[ticket - first_];
  place.is_ready = true;
  count(place, place.answer.size());
  while (!waiting_.empty() && waiting_.front().is_ready) {
    Place& front = waiting_.front();
    ready_ += front.answer;
    ready_ += front.behind;
    counted_bytes_ -= front.counted_bytes;
    waiting_.pop_front();
    ++first_;
  }
}

std::string Outbox::take_ready() {
  return std::exchange(ready_, std::string());
}

}  // namespace efd::kafka
