// SPDX-License-Identifier: MIT
// Whose rows they are: a connector puts rows and positions, and a commit has all that it has put by
// then, or leaves all of it out because the connector is not ready.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/ids.h"

namespace efd::store {

// What a connector may hold in memory while commits leave it out.
constexpr uint64_t kOwnerBytesMax = 64ull << 20;

// Its fields are thread-safe.
struct Owner {
  explicit Owner(ConnectorName name) : connector(std::move(name)) {}
  const ConnectorName connector;
  std::atomic<uint64_t> bytes{0};  // of rows that no commit has
  std::atomic<uint64_t> bytes_max{kOwnerBytesMax};
  std::atomic<bool> is_left_out{false};  // by the last commit
};
using OwnerSet = std::set<const Owner*>;

// Thread-safe. An owner stays where it is as long as this lives.
class Owners {
 public:
  Owner& of(const ConnectorName& connector);
  // Of rows that are put without positions: it is always ready.
  Owner& nobody() { return nobody_; }
  // From now on these are left out, and no others.
  void leave_out(const OwnerSet& owners);
  // Of those that are left out: they take no room from others.
  uint64_t bytes_left_out() const;

 private:
  Owner nobody_{ConnectorName("")};
  std::atomic<bool> some_left_out_{false};
  mutable std::mutex mutex_;
  std::deque<Owner> owners_;
};

}  // namespace efd::store
