// SPDX-License-Identifier: MIT
#include "store/removed_files.h"

#include <set>

#include "observe/log.h"

namespace efd::store {

std::string segment_path(const std::string& store_path, const std::string& folder,
                         uint64_t number) {
  return fmt::format("{}/{}/{:012}.seg", store_path, folder, number);
}

void RemovedFiles::add(const RemovedFile& file) {
  std::lock_guard lock(mutex_);
  entries_.try_emplace(file.number, Entry{file.folder, State::held});
}

bool RemovedFiles::remove(uint64_t number, const std::string& folder) const {
  auto gone = files_.remove(segment_path(store_path_, folder, number));
  if (gone || gone.error().code == ErrorCode::not_found) return true;
  observe::warn("store", "{}", gone.error().message);
  return false;
}

void RemovedFiles::unlink(const RemovedFile& file) {
  const bool is_gone = remove(file.number, file.folder);
  std::lock_guard lock(mutex_);
  entries_[file.number] = {file.folder, is_gone ? State::unlinked : State::free};
}

std::vector<uint64_t> RemovedFiles::in_state(State state, const std::string* folder) const {
  std::vector<uint64_t> numbers;
  for (const auto& [number, entry] : entries_)
    if (entry.state == state && (!folder || entry.folder == *folder)) numbers.push_back(number);
  return numbers;
}

void RemovedFiles::settle() {
  std::vector<RemovedFile> free;
  {
    std::lock_guard lock(mutex_);
    for (uint64_t number : in_state(State::free)) free.push_back({number, entries_[number].folder});
  }
  for (const RemovedFile& file : free) unlink(file);
  std::map<std::string, std::vector<uint64_t>> unlinked;
  {
    std::lock_guard lock(mutex_);
    for (uint64_t number : in_state(State::unlinked))
      unlinked[entries_[number].folder].push_back(number);
  }
  for (const auto& [folder, numbers] : unlinked) {
    if (!files_.sync_directory(store_path_ + "/" + folder)) {
      distrust(folder);
      continue;
    }
    std::lock_guard lock(mutex_);
    for (uint64_t number : numbers) {
      auto entry = entries_.find(number);
      if (entry != entries_.end() && entry->second.state == State::unlinked) entries_.erase(entry);
    }
  }
}

void RemovedFiles::distrust(const std::string& folder) {
  std::lock_guard lock(mutex_);
  for (uint64_t number : in_state(State::unlinked, &folder))
    entries_[number].state = State::uncertain;
}

std::vector<RemovedFile> RemovedFiles::all() const {
  std::lock_guard lock(mutex_);
  std::vector<RemovedFile> files;
  for (const auto& [number, entry] : entries_) files.push_back({number, entry.folder});
  return files;
}

bool RemovedFiles::contains(uint64_t number) const {
  std::lock_guard lock(mutex_);
  return entries_.contains(number);
}

}  // namespace efd::store
