// SPDX-License-Identifier: MIT
#include "sink/sink.h"

#include <algorithm>

namespace efd::sink {

const char* to_string(Stage stage) {
  return stage == Stage::value_converter ? "VALUE_CONVERTER" : "TASK_PUT";
}

Result<Offset> Sink::assign(const broker::Source&, const broker::LogRange& range,
                            const std::optional<broker::CommittedOffset>& committed) {
  if (!committed) return range.start;
  return std::clamp(committed->next, range.start, range.end);
}

}  // namespace efd::sink
