// SPDX-License-Identifier: MIT
// What a process has cost so far, as the kernel accounts for it.
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace efd::system {

struct ProcessFigures {
  double cpu_seconds = 0;       // user and system
  uint64_t memory_high_kb = 0;  // VmHWM
};

// Of a process that has not ended yet (zeros for one that is not there).
ProcessFigures process_figures(pid_t pid);
ProcessFigures own_figures();

}  // namespace efd::system
