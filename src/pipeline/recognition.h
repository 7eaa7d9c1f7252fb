// SPDX-License-Identifier: MIT
// Tells whether a topic is the one that was read before, or another one of its name. Brokers
// without topic ids leave that to fingerprints of the records read (docs/positions.md, cases c and
// d).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>

#include "base/ids.h"
#include "base/result.h"
#include "base/stored_position.h"
#include "broker/broker.h"
#include "system/clock.h"

namespace efd::pipeline {

// What the log says to the fingerprints of one partition.
struct Recognition {
  bool could_check = false;     // A record stands at the offset of at least one.
  std::optional<Offset> match;  // The newest one whose record stands there still.
};

// Of every position in `kept` whose topic exists: the newest fingerprint first, older ones where it
// does not match. Reads the log with readers of its own; a partition that gives no record within
// `wait` could not be checked. `retry`: the log cannot be read now.
Result<std::map<TopicPartition, Recognition>> recognize(broker::Broker& broker,
                                                        const broker::TopicPattern& pattern,
                                                        std::span<const StoredPosition> kept,
                                                        system::Clock& clock,
                                                        std::chrono::milliseconds wait);

}  // namespace efd::pipeline
