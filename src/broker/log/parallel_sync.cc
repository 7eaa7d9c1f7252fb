// SPDX-License-Identifier: MIT
#include "broker/log/parallel_sync.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace efd::broker {
namespace {

using Sync = std::function<Result<>(const std::string& path)>;

Result<> sync_each(const std::vector<std::string>& paths, const SyncOptions& options,
                   const Sync& sync, std::set<std::string>& failed) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  Result<> first_error;
  auto work = [&] {
    for (size_t i = next++; i < paths.size() && !options.stop; i = next++) {
      Result<> synced = sync(paths[i]);
      if (synced) continue;
      std::lock_guard lock(mutex);
      if (first_error) first_error = std::move(synced);
      failed.insert(paths[i]);
      next = paths.size();
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(static_cast<size_t>(options.threads), paths.size()); ++i)
    others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  return first_error;
}

}  // namespace

Result<> sync_files(system::FileSystem& files, const std::vector<std::string>& paths,
                    const SyncOptions& options, std::set<std::string>& failed) {
  auto sync = [&](const std::string& path) -> Result<> {
    EFD_ASSIGN(auto file, files.open(path, system::Open::write));
    return file->sync();
  };
  return sync_each(paths, options, sync, failed);
}

Result<> sync_folders(system::FileSystem& files, const std::vector<std::string>& paths,
                      const SyncOptions& options) {
  std::set<std::string> failed;
  auto sync = [&](const std::string& path) { return files.sync_directory(path); };
  return sync_each(paths, options, sync, failed);
}

}  // namespace efd::broker
