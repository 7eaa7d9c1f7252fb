// SPDX-License-Identifier: MIT
// Which records of a source partition stand in the topics that they go to, by the header efd.source
// of the newest records there: what a crash left behind between sending and committing.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/result.h"
#include "broker/broker.h"
#include "system/clock.h"

namespace efd::sink {

// Source offsets, each of which has a record in an output topic. Not all below the newest one have:
// a record that was not delivered is sent again behind later ones. They are kept as runs, since
// most follow one another. Not thread-safe.
class OutputMarks {
 public:
  void add(Offset offset);
  bool contains(Offset offset) const;
  bool empty() const { return runs_.empty(); }
  Offset end() const;  // behind the newest; 0 where there is none

 private:
  std::map<Offset, Offset> runs_;  // begin -> end, which lie apart
};

struct OutputMarksQuery {
  std::string topic_prefix;  // of all output topics
  // Records with an earlier timestamp are not looked at.
  int64_t since_ms = 0;
  std::chrono::milliseconds wait{30'000};
};

// Reads the tail of every output partition. A mark with another topic id than the source's (where
// both have one), or at or above its end, counts for nothing: it is of a topic that was deleted or
// lost its tail.
Result<OutputMarks> read_output_marks(broker::Broker& broker, system::Clock& clock,
                                      const OutputMarksQuery& query, const broker::Source& source,
                                      const broker::LogRange& range);

}  // namespace efd::sink
