// SPDX-License-Identifier: MIT
#include "kafka/awaited_answers.h"

#include <algorithm>
#include <utility>

namespace efd::kafka {

uint64_t AwaitedAnswer::waits_for(std::span<const BatchPlace> turn) const {
  uint64_t last = 0;
  for (const BatchPlace& place : places_in(turn))
    if (place.waits) last = std::max(last, place.sequence);
  return last;
}

AwaitedAnswers::Turn AwaitedAnswers::add(std::vector<AwaitedAnswer> answers,
                                         std::vector<BatchPlace> places) {
  turns_.emplace_hint(turns_.end(), next_, Waiting{std::move(answers), std::move(places)});
  return next_++;
}

std::vector<AwaitedAnswer> AwaitedAnswers::take(Turn turn) {
  auto taken = turns_.extract(turn);
  if (taken.empty()) return {};
  return std::move(taken.mapped().answers);
}

void AwaitedAnswers::expire(Time now, const OnExpired& on_expired) {
  for (auto& [turn, waiting] : turns_) {
    std::erase_if(waiting.answers, [&, &places = waiting.places](const AwaitedAnswer& answer) {
      if (answer.deadline > now) return false;
      on_expired(answer, answer.places_in(places));
      return true;
    });
  }
  std::erase_if(turns_, [](const auto& turn) { return turn.second.answers.empty(); });
}

AwaitedAnswers::Time AwaitedAnswers::next_deadline() const {
  Time next = Time::max();
  for (const auto& [turn, waiting] : turns_)
    for (const AwaitedAnswer& answer : waiting.answers) next = std::min(next, answer.deadline);
  return next;
}

}  // namespace efd::kafka
