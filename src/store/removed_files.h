// SPDX-License-Identifier: MIT
// Segment files that no commit names any more: each is unlinked when its last reader lets go, and
// the manifest lists it until no power cut can bring it back.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "system/file_system.h"

namespace efd::store {

struct RemovedFile {
  uint64_t number = 0;
  std::string folder;  // below the store's
  bool operator==(const RemovedFile&) const = default;
};

// "STORE/FOLDER/NNNNNNNNNNNN.seg"
std::string segment_path(const std::string& store_path, const std::string& folder, uint64_t number);

// Thread-safe. Outlived by the file system.
class RemovedFiles {
 public:
  RemovedFiles(system::FileSystem& files, std::string store_path)
      : files_(files), store_path_(std::move(store_path)) {}

  // Somebody may still read it.
  void add(const RemovedFile& file);
  // Nobody reads it any more.
  void unlink(const RemovedFile& file);
  // Tries again what could not be unlinked, makes all of it durable and forgets it.
  void settle();
  // A sync of the folder failed: whether what was unlinked there comes back is not known in this
  // life, and it stays in the list.
  void distrust(const std::string& folder);
  std::vector<RemovedFile> all() const;  // by number
  bool contains(uint64_t number) const;

 private:
  enum class State { held, free, unlinked, uncertain };
  struct Entry {
    std::string folder;
    State state = State::held;
  };
  bool remove(uint64_t number, const std::string& folder) const;
  std::vector<uint64_t> in_state(State state, const std::string* folder = nullptr) const;

  system::FileSystem& files_;
  const std::string store_path_;
  mutable std::mutex mutex_;
  std::map<uint64_t, Entry> entries_;
};

}  // namespace efd::store
