// SPDX-License-Identifier: MIT
// The command line of `efd`.
#pragma once

namespace efd::app {

// Parses, runs the command, and returns the exit code: 0 ok, 1 failed, 2 usage.
int run_command_line(int argc, char** argv);

}  // namespace efd::app
