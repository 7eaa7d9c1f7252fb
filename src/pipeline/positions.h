// SPDX-License-Identifier: MIT
// Where a lane goes on in a partition, given what the sink has kept and what the log holds now: the
// cases of ARCHITECTURE.md, "Positions".
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "broker/broker.h"
#include "store/store.h"

namespace efd::pipeline {

enum class Continuity {
  fresh,           // The sink keeps nothing of this partition: from the log's start.
  continues,       // The same topic, nothing missing.
  made_anew,       // (c) Another topic of the same name: from its start; old rows stay.
  lost_tail,       // (d) The log ends before what the sink has: from the log's end.
  missed_records,  // (e) The log starts behind the sink's position: a gap.
};
const char* to_string(Continuity continuity);

struct StartPosition {
  Offset next;
  Continuity continuity = Continuity::fresh;
};

// `id` and `range` are the topic's and partition's of now; a zero id (a broker without ids) matches
// any.
StartPosition start_position(const std::optional<store::StoredPosition>& kept, const TopicId& id,
                             const broker::LogRange& range);

}  // namespace efd::pipeline
