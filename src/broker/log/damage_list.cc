// SPDX-License-Identifier: MIT
#include "broker/log/damage_list.h"

#include "observe/log.h"

namespace efd::broker {

void DamageList::note(const std::string& path, const Rot& rot) {
  {
    std::lock_guard lock(mutex_);
    if (!messages_[path].emplace(rot.position, rot.message).second) return;
  }
  observe::error("log", "{}", rot.message);
}

void DamageList::forget(const std::string& path) {
  std::lock_guard lock(mutex_);
  std::erase_if(messages_, [&](const auto& file) { return file.first.starts_with(path); });
}

std::optional<Error> DamageList::damage() const {
  std::lock_guard lock(mutex_);
  if (messages_.empty()) return std::nullopt;
  size_t more = 0;
  for (const auto& [path, places] : messages_) more += places.size();
  std::string message = messages_.begin()->second.begin()->second;
  if (--more > 0) message += fmt::format(" (and {} more places, see the log)", more);
  return Error{ErrorCode::give_up, std::move(message)};
}

}  // namespace efd::broker
