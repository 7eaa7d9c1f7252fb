// SPDX-License-Identifier: MIT
// EFD_CHECK: what must hold unless the program has a bug. Never for input, disk or network: those
// return a Result.
#pragma once

namespace efd {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace efd

// Aborts with a message when `condition` is false, in every build.
#define EFD_CHECK(condition) \
  (static_cast<bool>(condition) ? (void)0 : ::efd::check_failed(#condition, __FILE__, __LINE__))
