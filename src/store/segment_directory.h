// SPDX-License-Identifier: MIT
// The directory of a segment file: the row groups of each measurement in it. It stays encoded in
// memory; a look-up reads one measurement.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace efd::store {

constexpr uint8_t kGroupSorted = 1;
constexpr uint8_t kGroupLate = 2;  // has rows before those of earlier groups of its measurement

struct RowGroup {
  uint64_t offset = 0;  // in the file
  uint32_t bytes = 0;
  uint32_t header_bytes = 0;
  uint32_t rows = 0;
  int64_t min_ns = 0;
  int64_t max_ns = 0;
  uint64_t values = 0;  // not null
  uint8_t flags = kGroupSorted;
  uint32_t first_series = 0;
  uint32_t last_series = 0;
};

// Row groups by measurement id, each in the order of the log.
using RowGroups = std::map<uint32_t, std::vector<RowGroup>>;

std::string encode_directory(const RowGroups& groups, int64_t shard_start_ns);

// Row groups of one measurement; none when it is not there. Their bytes lie below `blocks_end`.
// `give_up` when damaged.
Result<std::vector<RowGroup>> find_groups(std::string_view directory, uint32_t measurement,
                                          int64_t shard_start_ns, uint64_t blocks_end);

}  // namespace efd::store
