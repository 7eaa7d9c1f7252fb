// SPDX-License-Identifier: MIT
// Makes the write-ahead log of a log that nobody has open whole again: what was durable and cannot
// be read is dropped, so that the log opens with all that comes behind it. For this module.
#pragma once

#include <string>
#include <vector>

#include "broker/commit_log.h"
#include "system/file_system.h"

namespace efd::broker {

// What is damaged, and with Repair::drop is so no more. The offsets of dropped batches stay as a
// batch without records. give_up: the checkpoint cannot be read.
Result<std::vector<LogDamage>> repair_wal(system::FileSystem& files, const std::string& log_path,
                                          Repair what);

}  // namespace efd::broker
