// SPDX-License-Identifier: MIT
#include "system/stop_signals.h"

#include <csignal>
#include <ctime>

namespace efd::system {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool StopSignals::wait_for(std::chrono::milliseconds wait) const {
  sigset_t set = stop_set();
  timespec timeout{wait.count() / 1000, (wait.count() % 1000) * 1'000'000};
  return sigtimedwait(&set, nullptr, &timeout) > 0;
}

}  // namespace efd::system
