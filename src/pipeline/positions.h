// SPDX-License-Identifier: MIT
// Decides where a lane goes on in a partition, from the stored position and what the log holds now:
// the cases of docs/positions.md.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/stored_position.h"
#include "broker/broker.h"
#include "pipeline/recognition.h"

namespace efd::pipeline {

enum class Continuity {
  fresh,      // The sink keeps nothing of this partition: from the log's start.
  continues,  // The same topic, nothing missing.
  made_anew,  // (c) Another topic of the same name: from its start; old rows stay.
  // (d) The log ends before what the sink has, or has gone another way: from its end, or, where
  // that is not known, behind the newest record that is the same.
  lost_tail,
  missed_records,  // (e) The log starts behind the sink's position: a gap.
  rotten_records,  // The disk has spoilt records of the log: it goes on behind them.
};
const char* to_string(Continuity continuity);

struct StartPosition {
  Offset next;
  Continuity continuity = Continuity::fresh;
};

// `id` and `range` are the topic's and partition's of now.
StartPosition start_position(const std::optional<StoredPosition>& kept, const TopicId& id,
                             const broker::LogRange& range);
// Of a broker without ids. No recognition: the topic did not exist when it was looked for.
StartPosition start_position(const std::optional<StoredPosition>& kept,
                             const std::optional<Recognition>& recognition,
                             const broker::LogRange& range);

}  // namespace efd::pipeline
