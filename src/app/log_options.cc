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
  broker::CommitLogOptions options;
  options.path = settings.data + "/log";
  options.commit_interval_ms = settings.log_commit_interval_ms;
  options.commit_gather_us = settings.log_commit_gather_us;
  options.wal_bytes_max = static_cast<uint64_t>(settings.log_wal_bytes_max);
  options.checkpoint_bytes = static_cast<uint64_t>(settings.log_checkpoint_bytes);
  options.checkpoint_interval_ms = settings.log_checkpoint_interval_ms;
  options.segment_bytes = static_cast<uint64_t>(settings.log_segment_bytes);
  options.retention_ms = settings.log_retention_ms;
  options.disk_share_max = settings.log_disk_share_max;
  options.disk_reserve_bytes = static_cast<uint64_t>(settings.log_disk_reserve_bytes);
  options.message_bytes_max = static_cast<int32_t>(settings.log_message_bytes_max);
  raise_disk_reserve(options);
  return options;
}

}  // namespace efd::app
