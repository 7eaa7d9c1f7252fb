// SPDX-License-Identifier: MIT
// The ledger of gaps: where the log did not go on as the store expected (records lost, or perhaps
// taken twice). One JSON line each, durable when add returns; a metric counts them. The first line
// says what the file is (docs/formats/gaps.md).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
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
  // After a failure the line is kept for the next call of either.
  Result<> add(const Gap& gap);
  // Makes durable what could not be so before: no commit may cover a gap that the ledger lacks.
  // `overload`: there is no room now; any other error is for good.
  Result<> settle();
  uint64_t count() const { return warnings_.count(); }  // since start

 private:
  Gaps(system::FileSystem& files, std::string path, uint64_t size, std::string prefix,
       system::Clock& clock, observe::Metrics& metrics);
  Result<> write();
  Result<> append();
  Result<> replace();

  system::FileSystem& files_;
  const std::string path_;
  std::mutex mutex_;
  // Null: what lies there is written no more (a sync of it failed, perhaps before this life), and a
  // new file takes its place.
  std::unique_ptr<system::File> file_;
  uint64_t size_;           // that are whole
  std::string pending_;     // behind them: a header or the end of a line, and lines to be written
  bool has_lines_ = false;  // in pending_
  std::optional<Error> stopped_;
  system::Clock& clock_;
  GapWarnings warnings_;
};

}  // namespace efd::pipeline
