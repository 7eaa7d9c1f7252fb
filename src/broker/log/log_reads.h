// SPDX-License-Identifier: MIT
// LogReads: batches by offset and by time, from memory and from segment files. For this module.
#pragma once

#include <memory>
#include <optional>

#include "broker/log/log_state.h"

namespace efd::broker {

// Thread-safe; the log's lock is not held while files are read.
class CommitLog::State::LogReads {
 public:
  explicit LogReads(State& log) : log_(log) {}

  Result<FetchedBatches> read(LogPartition& partition, Offset from, size_t bytes_max, See see);
  Result<FetchedBatches> read_cold(LogPartition& partition, Offset from, size_t bytes_max, See see);
  Result<std::optional<OffsetAndTime>> find_by_time(LogPartition& partition, int64_t timestamp_ms);
  Result<std::optional<OffsetAndTime>> find_max_time(LogPartition& partition);
  // Null: the file is missing, which is told.
  Result<std::shared_ptr<SegmentReader>> open_segment(const LogPartition& partition,
                                                      const Segment& segment);
  Rot missing_segment(const LogPartition& partition, const Segment& segment) const;

 private:
  struct TimedParts;
  Result<FetchedBatches> read_segment(LogPartition& partition, const Segment& segment, Offset from,
                                      size_t bytes_max, See see);
  Result<TimedParts> parts_from_time(const LogPartition& partition, int64_t timestamp_ms) const;
  Result<TimedParts> parts_at_start(const LogPartition& partition) const;

  State& log_;
};

}  // namespace efd::broker
