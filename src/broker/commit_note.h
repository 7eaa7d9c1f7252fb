// SPDX-License-Identifier: MIT
// The metadata of an offset that a Consumer commits: "t=" and a time in ms, by the clock of the
// member that made it (CommittedOffset::time_ms). Kafka's OffsetFetch tells the metadata of an
// offset, but not its time: so every implementation of Consumer writes this, and reads it of
// whoever has written it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace efd::broker {

std::string commit_note(int64_t time_ms);  // "t=1700000000000"
// None: another client's metadata.
std::optional<int64_t> commit_note_time_ms(std::string_view metadata);

}  // namespace efd::broker
