// SPDX-License-Identifier: MIT
#include "pipeline/positions.h"

namespace efd::pipeline {

const char* to_string(Continuity continuity) {
  switch (continuity) {
    case Continuity::fresh:
      return "fresh";
    case Continuity::continues:
      return "continues";
    case Continuity::made_anew:
      return "made_anew";
    case Continuity::lost_tail:
      return "lost_tail";
    case Continuity::missed_records:
      return "missed_records";
    case Continuity::rotten_records:
      return "rotten_records";
  }
  return "unknown";
}

StartPosition start_position(const std::optional<StoredPosition>& kept, const TopicId& id,
                             const broker::LogRange& range) {
  if (!kept) return {range.start, Continuity::fresh};
  const Position& position = kept->position;
  bool ids_known = !id.value().is_zero() && !position.id.value().is_zero();
  if (ids_known && position.id != id) return {range.start, Continuity::made_anew};
  if (range.end < position.next) return {range.end, Continuity::lost_tail};
  if (range.start > position.next) return {range.start, Continuity::missed_records};
  return {position.next, Continuity::continues};
}

StartPosition start_position(const std::optional<StoredPosition>& kept,
                             const std::optional<Recognition>& recognition,
                             const broker::LogRange& range) {
  if (!kept) return {range.start, Continuity::fresh};
  if (!recognition) return {range.start, Continuity::made_anew};
  Offset next = kept->position.next;
  if (recognition->match) {
    bool is_newest = *recognition->match == kept->fingerprints.back().offset;
    if (is_newest && range.end >= next) return {next, Continuity::continues};
    return {*recognition->match + 1, Continuity::lost_tail};
  }
  if (recognition->could_check || range.end < next) return {range.start, Continuity::made_anew};
  if (range.start > next) return {range.start, Continuity::missed_records};
  bool is_known = range.start == next || kept->fingerprints.empty();
  return is_known ? StartPosition{next, Continuity::continues}
                  : StartPosition{range.start, Continuity::made_anew};
}

}  // namespace efd::pipeline
