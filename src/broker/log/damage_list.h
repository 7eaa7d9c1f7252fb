// SPDX-License-Identifier: MIT
// What was found spoilt in segment files: told once in the program's log, and as long as it is
// there to whoever asks. For this module.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "broker/log/segment.h"

namespace efd::broker {

// Thread-safe; its own lock is the last that is taken. Holds no more than there are stretches of
// rot in files that are there.
class DamageList {
 public:
  void note(const std::string& path, const Rot& rot);
  // Of a file, or of all in a folder.
  void forget(const std::string& path);
  // The first one, and how many more there are.
  std::optional<Error> damage() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<uint64_t, std::string>> messages_;  // by path and position
};

}  // namespace efd::broker
