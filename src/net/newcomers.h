// SPDX-License-Identifier: MIT
// The connections of a listener that have not sent a whole request yet, so that a client that opens
// many and says nothing does not keep others out. For net's own .cc files.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "net/session.h"

namespace efd::net {

// Thread-safe.
class Newcomers {
 public:
  // Returns the number under which the connection stands here.
  uint64_t add(ConnectionHandle connection, int64_t now_ns);
  // Call it when the connection has sent a whole request, or is gone. It may be removed already.
  void remove(uint64_t number);
  // Closes the oldest one that came before `before_ns`; returns false if there is none.
  bool close_oldest(int64_t before_ns);

 private:
  struct Newcomer {
    ConnectionHandle connection;
    int64_t since_ns;
  };

  std::mutex mutex_;
  uint64_t next_ = 0;
  std::map<uint64_t, Newcomer> newcomers_;  // in order of coming
};

}  // namespace efd::net
