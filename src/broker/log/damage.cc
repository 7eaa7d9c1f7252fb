// SPDX-License-Identifier: MIT
// What was found spoilt in segment files: told once in the program's log, and as long as it is
// there to whoever asks.
#include "broker/log/log_state.h"
#include "observe/log.h"

namespace efd::broker {

void CommitLog::State::note_damage(const std::string& path, const Rot& rot) {
  {
    std::lock_guard lock(mutex);
    if (!damages[path].emplace(rot.position, rot.message).second) return;
  }
  observe::error("log", "{}", rot.message);
}

// Of a file, or of all in a folder.
void CommitLog::State::forget_damage(const std::string& path) {
  std::lock_guard lock(mutex);
  std::erase_if(damages, [&](const auto& file) { return file.first.starts_with(path); });
}

std::optional<Error> CommitLog::State::damage() const {
  std::lock_guard lock(mutex);
  if (damages.empty()) return std::nullopt;
  size_t more = 0;
  for (const auto& [path, places] : damages) more += places.size();
  std::string message = damages.begin()->second.begin()->second;
  if (--more > 0) message += fmt::format(" (and {} more places, see the log)", more);
  return Error{ErrorCode::give_up, std::move(message)};
}

}  // namespace efd::broker
