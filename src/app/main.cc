// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>

#include "app/command_line.h"

// No module lets an exception out; what libraries throw when the system gives them nothing (no
// memory, no descriptor, no thread) ends here.
int main(int argc, char** argv) try {
  return efd::app::run_command_line(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "efd: the system refuses what the program needs to run: %s\n", error.what());
  return 1;
}
