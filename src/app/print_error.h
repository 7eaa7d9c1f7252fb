// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace efd::app {

// "efd: MESSAGE" on standard error; returns the exit code of a failed command.
int print_error(std::string_view message);

}  // namespace efd::app
