// SPDX-License-Identifier: MIT
// A child process of the demo: its output line by line, its CPU time and memory.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "system/process_figures.h"

namespace efd::demo {

// Not thread-safe. Killed when destroyed while it runs.
class Child {
 public:
  // Standard output comes to read_line; standard error goes where ours goes, or to the file.
  static Result<std::unique_ptr<Child>> start(const std::vector<std::string>& command,
                                              const std::string& error_file = "");
  ~Child();

  // The next line without its end; none at the end of the output or when `wait` has passed.
  std::optional<std::string> read_line(std::chrono::milliseconds wait);
  bool is_running();
  void terminate();  // SIGTERM
  // The exit code, or 128 + the signal that ended it; none when it still runs after `wait`.
  std::optional<int> wait_for_end(std::chrono::milliseconds wait);

  system::ProcessFigures figures() const;  // so far, or shortly before its end
  pid_t pid() const { return pid_; }

 private:
  Child(pid_t pid, int output) : pid_(pid), output_(output) {}

  pid_t pid_;
  int output_;
  std::string buffered_;
  std::optional<int> exit_code_;
  mutable system::ProcessFigures figures_;
};

}  // namespace efd::demo
