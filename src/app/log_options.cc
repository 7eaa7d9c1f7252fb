// SPDX-License-Identifier: MIT
#include "app/log_options.h"

#include "observe/log.h"

namespace efd::app {
namespace {

// A checkpoint writes what it covers to segment files, before the write-ahead log that has it goes.
uint64_t checkpoint_bytes_max(const broker::CommitLogOptions& options) {
  return options.wal_bytes_max;
}

void raise_disk_reserve(broker::CommitLogOptions& options) {
  uint64_t least = checkpoint_bytes_max(options);
  if (options.disk_reserve_bytes >= least) return;
  observe::warn("log",
                "log.disk_reserve_bytes = {} is less than a checkpoint needs: {} bytes "
                "(log.wal_bytes_max) are kept in reserve",
                options.disk_reserve_bytes, least);
  options.disk_reserve_bytes = least;
}

}  // namespace

broker::CommitLogOptions log_options(const Settings& settings) {
  broker::CommitLogOptions options = settings.log;
  options.path = settings.data + "/log";
  raise_disk_reserve(options);
  return options;
}

}  // namespace efd::app
