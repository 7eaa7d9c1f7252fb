// SPDX-License-Identifier: MIT
// How many seeds a simulation in tests runs.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace efd::system {

// $EFD_SEEDS, which `./dev test --asan` and `--tsan` set lower: what one thread does to a disk in
// memory is the same under them, and slow. Without it so many as the test wants.
inline uint64_t seeds_or(uint64_t wanted) {
  const char* text = std::getenv("EFD_SEEDS");
  return text ? std::strtoull(text, nullptr, 10) : wanted;
}

}  // namespace efd::system
