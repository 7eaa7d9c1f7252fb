// SPDX-License-Identifier: MIT
// SegmentRepair: makes whole again what is spoilt of the segments of a log that nobody uses. For
// this module.
#pragma once

#include <vector>

#include "broker/log/log_state.h"

namespace efd::broker {

// Used by one thread, on a log without threads.
class CommitLog::State::SegmentRepair {
 public:
  explicit SegmentRepair(State& log) : log_(log) {}

  // What is damaged, and with Repair::drop is so no more.
  Result<std::vector<LogDamage>> run(Repair what);

 private:
  struct DamagedSegment;
  Result<std::vector<DamagedSegment>> find_damaged_segments();
  Result<std::vector<Rot>> rots_of(const LogPartition& partition, const Segment& segment);
  Result<> mend(DamagedSegment& damaged);
  Result<> keep_what_is_good(DamagedSegment& damaged);
  void replace(const DamagedSegment& damaged);
  Result<> put_away(const DamagedSegment& damaged);

  State& log_;
};

}  // namespace efd::broker
