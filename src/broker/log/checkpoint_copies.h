// SPDX-License-Identifier: MIT
// The checkpoint as it lies in the log's folder: twice, so that one file that a disk has spoilt or
// lost costs nothing (docs/formats/commit-log.md, "Checkpoint"). For this module.
#pragma once

#include <string>
#include <string_view>

#include "broker/log/checkpoint_file.h"
#include "system/file_system.h"

namespace efd::broker {

struct StoredCheckpoint {
  std::string bytes;
  CheckpointImage image;
  bool is_twice = false;  // both files have these bytes
  std::string damage;     // what is wrong with the other file; empty: nothing
};

std::string checkpoint_path(const std::string& log_path);
std::string checkpoint_copy_path(const std::string& log_path);

// The newer one of those that can be read. not_found: there is none; give_up: neither can be read,
// or they are of two logs.
Result<StoredCheckpoint> read_checkpoint(system::FileSystem& files, const std::string& log_path);

// Both are durable when it returns, one after the other: at any moment one of them is whole.
Result<> put_checkpoint(system::FileSystem& files, const std::string& log_path,
                        std::string_view bytes);

}  // namespace efd::broker
