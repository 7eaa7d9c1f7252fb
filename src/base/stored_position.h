// SPDX-License-Identifier: MIT
// StoredPosition: where a connector goes on in a partition after a restart (docs/positions.md).
#pragma once

#include <vector>

#include "base/ids.h"

namespace efd {

// Tells a record from another one at the same offset, for brokers that have no topic ids.
struct Fingerprint {
  Offset offset;
  int64_t timestamp_ms = -1;
  uint32_t crc32c = 0;  // over key and value, each with its i32 little-endian length or -1
  bool operator==(const Fingerprint&) const = default;
};

struct StoredPosition {
  ConnectorName connector;
  Position position;
  std::vector<Fingerprint> fingerprints;  // of the last record before each of the last 8 commits
  bool operator==(const StoredPosition&) const = default;
};

}  // namespace efd
