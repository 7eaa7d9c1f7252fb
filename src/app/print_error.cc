// SPDX-License-Identifier: MIT
#include "app/print_error.h"

#include <cstdio>

#include <fmt/core.h>

#include "app/commands.h"

namespace efd::app {

int print_error(std::string_view message) {
  fmt::print(stderr, "efd: {}\n", message);
  return kFailed;
}

}  // namespace efd::app
