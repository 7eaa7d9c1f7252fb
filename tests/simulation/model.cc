// SPDX-License-Identifier: MIT
#include "simulation/model.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

namespace efd::simulation {

const char* to_string(Told told) {
  switch (told) {
    case Told::nothing:
      return "unanswered";
    case Told::refused:
      return "refused";
    case Told::written:
      return "acknowledged when written";
    case Told::durable:
      return "acknowledged when durable";
  }
  return "?";
}

int64_t Model::add(const std::string& measurement, int64_t time_ms) {
  messages_.push_back({measurement, time_ms});
  return static_cast<int64_t>(messages_.size());
}

// A later answer to the same message, sent again, may say more; never less.
void Model::tell(int64_t number, Told told) {
  Message& message = (*this)[number];
  if (told == Told::refused || message.told == Told::refused || told > message.told)
    message.told = told;
}

size_t Model::count(Told told) const {
  return static_cast<size_t>(std::count_if(messages_.begin(), messages_.end(),
                                           [&](const Message& each) { return each.told == told; }));
}

void Model::note_recovered(const std::vector<AnsweredRow>& rows) {
  for (const AnsweredRow& row : rows) (*this)[row.number].is_known = true;
}

void Model::note_drop(const std::vector<AnsweredRow>& rows, bool has_failed) {
  for (const AnsweredRow& row : rows) {
    Message& message = (*this)[row.number];
    message.may_be_dropped = true;
    if (!has_failed) message.is_dropped = true;
  }
}

void Model::lose_what_was_only_written() {
  for (Message& message : messages_)
    if (message.told == Told::written) message.told = Told::nothing;
}

std::string Model::check_some(const std::string& measurement,
                              const std::vector<AnsweredRow>& rows) const {
  std::set<int64_t> seen;
  int64_t last_ms = 0;
  for (const AnsweredRow& row : rows) {
    if (row.number < 1 || row.number > static_cast<int64_t>(messages_.size()))
      return fmt::format("{}: number {}, which nobody has sent", measurement, row.number);
    const Message& message = messages_[static_cast<size_t>(row.number - 1)];
    if (message.measurement != measurement)
      return fmt::format("message {} is in {}, and not in {}", row.number, measurement,
                         message.measurement);
    if (!seen.insert(row.number).second)
      return fmt::format("{}: message {} is there twice", measurement, row.number);
    if (message.time_ms != 0 && message.time_ms != row.time_ms)
      return fmt::format("{}: message {} has time {}, not {}", measurement, row.number, row.time_ms,
                         message.time_ms);
    if (message.told == Told::refused)
      return fmt::format("{}: message {} is there, though it was refused", measurement, row.number);
    if (message.is_dropped)
      return fmt::format("{}: message {} is back, though it was dropped", measurement, row.number);
    if (row.time_ms < last_ms) return fmt::format("{}: rows out of order", measurement);
    last_ms = row.time_ms;
  }
  return {};
}

std::string Model::check_all(const std::string& measurement,
                             const std::vector<AnsweredRow>& rows) const {
  if (std::string wrong = check_some(measurement, rows); !wrong.empty()) return wrong;
  std::set<int64_t> seen;
  for (const AnsweredRow& row : rows) seen.insert(row.number);
  for (size_t i = 0; i < messages_.size(); ++i) {
    const Message& message = messages_[i];
    const auto number = static_cast<int64_t>(i + 1);
    if (message.measurement != measurement || seen.contains(number)) continue;
    if (message.may_be_dropped) continue;
    if (message.told >= Told::written || message.is_known)
      return fmt::format("{}: message {} is missing, though it was {}", measurement, number,
                         to_string(message.told));
  }
  return {};
}

}  // namespace efd::simulation
