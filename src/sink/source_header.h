// SPDX-License-Identifier: MIT
// The header `efd.source` of a record that was made from another one: which one
// (docs/formats/sal-text.md). From it a transformer knows after a crash what it has sent already.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "broker/broker.h"

namespace efd::sink {

inline constexpr const char* kSourceHeader = "efd.source";

struct SourceMark {
  TopicName topic;
  Partition partition;
  Offset offset;
  TopicId id;  // zero from a broker without ids
  bool operator==(const SourceMark&) const = default;
};

// Replaces `text` by "topic/partition/offset/topic-id", the id as 32 hexadecimal digits.
void write_source_mark(const broker::Source& source, Offset offset, std::string& text);
// None: nothing that write_source_mark made.
std::optional<SourceMark> read_source_mark(std::string_view text);
// The mark in a record's headers.
std::optional<SourceMark> source_mark_of(const broker::RecordView& record);

}  // namespace efd::sink
