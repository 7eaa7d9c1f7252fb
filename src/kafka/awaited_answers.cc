// SPDX-License-Identifier: MIT
#include "kafka/awaited_answers.h"

#include <algorithm>
#include <utility>

namespace efd::kafka {

uint64_t AwaitedAnswer::waits_for(std::span<const BatchPlace> places) const {
  uint64_t last = 0;
  for (const BatchPlace& place : places_in(places))
    if (place.waits) last = std::max(last, place.sequence);
  return last;
}

std::unique_ptr<Arena> AwaitedAnswers::empty_arena() {
  if (spares_.empty()) return std::make_unique<Arena>();
  std::unique_ptr<Arena> arena = std::move(spares_.back());
  spares_.pop_back();
  return arena;
}

void AwaitedAnswers::give_back(std::unique_ptr<Arena> arena) {
  if (spares_.size() >= kSparesMax) return;
  arena->reset();
  spares_.push_back(std::move(arena));
}

AwaitedAnswers::WaitingId AwaitedAnswers::add(Waiting waiting) {
  waiting_.emplace_hint(waiting_.end(), next_, std::move(waiting));
  return next_++;
}

AwaitedAnswers::Waiting AwaitedAnswers::take(WaitingId id) {
  auto taken = waiting_.extract(id);
  if (taken.empty()) return {};
  return std::move(taken.mapped());
}

void AwaitedAnswers::expire(Time now, const OnExpired& on_expired) {
  for (auto& [id, waiting] : waiting_) {
    std::erase_if(waiting.answers, [&, &places = waiting.places](const AwaitedAnswer& answer) {
      if (answer.deadline > now) return false;
      on_expired(answer, answer.places_in(places));
      return true;
    });
  }
  std::erase_if(waiting_, [](const auto& entry) { return entry.second.answers.empty(); });
}

AwaitedAnswers::Time AwaitedAnswers::next_deadline() const {
  Time next = Time::max();
  for (const auto& [id, waiting] : waiting_)
    for (const AwaitedAnswer& answer : waiting.answers) next = std::min(next, answer.deadline);
  return next;
}

}  // namespace efd::kafka
