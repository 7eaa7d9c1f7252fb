// SPDX-License-Identifier: MIT
#include "net/newcomers.h"

namespace efd::net {

uint64_t Newcomers::add(ConnectionHandle connection, int64_t now_ns) {
  std::lock_guard lock(mutex_);
  newcomers_.emplace(next_, Newcomer{std::move(connection), now_ns});
  return next_++;
}

void Newcomers::remove(uint64_t number) {
  std::lock_guard lock(mutex_);
  newcomers_.erase(number);
}

// One that is closing by itself makes room as well, but later: the next one goes, too.
bool Newcomers::close_oldest(int64_t before_ns) {
  std::lock_guard lock(mutex_);
  while (!newcomers_.empty() && newcomers_.begin()->second.since_ns < before_ns) {
    const ConnectionHandle oldest = std::move(newcomers_.begin()->second.connection);
    newcomers_.erase(newcomers_.begin());
    if (oldest.post([](Connection& connection) { connection.close(); })) return true;
  }
  return false;
}

}  // namespace efd::net
