// SPDX-License-Identifier: MIT
// For tests: the options of a commit log that does nothing by itself.
#pragma once

#include <string>
#include <utility>

#include "broker/commit_log.h"

namespace efd::broker {

// Without threads: commits, checkpoints and retention come when a test calls for them. It takes
// records in until the file system is full.
inline CommitLogOptions stepped_log_options(std::string path = "/log") {
  CommitLogOptions options;
  options.path = std::move(path);
  options.start_threads = false;
  options.sync_threads = 1;
  options.disk_reserve_bytes = 0;
  return options;
}

}  // namespace efd::broker
