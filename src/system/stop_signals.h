// SPDX-License-Identifier: MIT
// SIGTERM and SIGINT as something to wait for. Make one early in main, before any thread starts:
// threads made later inherit the blocked signals.
#pragma once

#include <chrono>

namespace efd::system {

class StopSignals {
 public:
  StopSignals();  // blocks SIGTERM and SIGINT, ignores SIGPIPE
  // Waits for one of them; false when `wait` has passed without.
  bool wait_for(std::chrono::milliseconds wait) const;
};

}  // namespace efd::system
