// SPDX-License-Identifier: MIT
// How far a source partition had come in each topic that records of it go to, by the header
// efd.source of the newest records there: what a crash left behind between sending and committing.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/result.h"
#include "broker/broker.h"
#include "system/clock.h"

namespace efd::sink {

// The last source offset in each output topic.
using OutputMarks = std::map<TopicName, Offset>;

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
