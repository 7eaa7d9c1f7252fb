// SPDX-License-Identifier: MIT
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace efd {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "efd: bug: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace efd
