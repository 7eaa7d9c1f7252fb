// SPDX-License-Identifier: MIT
// The ledger of gaps: where the log did not go on as the store expected (records lost, or perhaps
// taken twice). One JSON line each, durable when add returns; a metric counts them. The first line
// says what the file is (docs/formats/gaps.md).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "observe/metrics.h"
#include "pipeline/positions.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::pipeline {

struct Gap {
  ConnectorName connector;
  TopicPartition partition;
  Continuity what = Continuity::missed_records;
  Offset expected;  // where the sink would have gone on
  Offset next;      // where it goes on
};

// Tells of gaps, and keeps nothing: a warning for each, and the metric. Thread-safe.
class GapWarnings {
 public:
  explicit GapWarnings(observe::Metrics& metrics);
  void add(const Gap& gap);
  uint64_t count() const { return counter_.value(); }  // since start

 private:
  observe::Counter& counter_;
};

// Thread-safe.
class Gaps {
 public:
  // `log`: the id of the log whose gaps these are, empty for that of a cluster elsewhere. A file
  // that is no ledger, or another log's, is set aside under another name.
  static Result<std::unique_ptr<Gaps>> open(system::FileSystem& files, system::Clock& clock,
                                            const std::string& path, const std::string& log,
                                            observe::Metrics& metrics);
  Result<> add(const Gap& gap);
  uint64_t count() const { return warnings_.count(); }  // since start

 private:
  Gaps(std::unique_ptr<system::File> file, uint64_t size, std::string prefix, system::Clock& clock,
       observe::Metrics& metrics);

  std::mutex mutex_;
  std::unique_ptr<system::File> file_;
  uint64_t size_;
  std::string prefix_;  // of the next line
  system::Clock& clock_;
  GapWarnings warnings_;
};

}  // namespace efd::pipeline
