// SPDX-License-Identifier: MIT
#include "system/process_figures.h"

#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace efd::system {
namespace {

// proc(5): utime and stime are the 14th and 15th field of stat; the 2nd may hold blanks.
double cpu_seconds(const std::string& folder) {
  std::ifstream file(folder + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

uint64_t memory_high_kb(const std::string& folder) {
  std::ifstream file(folder + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6));
  return 0;
}

}  // namespace

ProcessFigures process_figures(pid_t pid) {
  std::string folder = "/proc/" + std::to_string(pid);
  return {cpu_seconds(folder), memory_high_kb(folder)};
}

ProcessFigures own_figures() {
  return process_figures(::getpid());
}

}  // namespace efd::system
