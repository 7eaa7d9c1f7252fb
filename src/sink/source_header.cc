// SPDX-License-Identifier: MIT
#include "sink/source_header.h"

#include <charconv>
#include <iterator>

namespace efd::sink {
namespace {

// What stands behind the last '/', which is cut off; none: no '/'.
std::optional<std::string_view> cut_last(std::string_view& text) {
  const size_t slash = text.rfind('/');
  if (slash == text.npos) return std::nullopt;
  const std::string_view last = text.substr(slash + 1);
  text = text.substr(0, slash);
  return last;
}

template <class Number>
std::optional<Number> number_of(std::optional<std::string_view> text) {
  Number number{};
  if (!text) return std::nullopt;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

}  // namespace

void write_source_mark(const broker::Source& source, Offset offset, std::string& text) {
  text.clear();
  fmt::format_to(std::back_inserter(text), "{}/{}/{}/{}", source.topic.value(),
                 source.partition.value(), offset.value(), source.id.value().hex());
}

std::optional<SourceMark> read_source_mark(std::string_view text) {
  const auto id = cut_last(text);
  const auto offset = number_of<int64_t>(cut_last(text));
  const auto partition = number_of<int32_t>(cut_last(text));
  if (!id || !offset || !partition || text.empty()) return std::nullopt;
  const auto uuid = Uuid::parse_hex(*id);
  if (!uuid) return std::nullopt;
  return SourceMark{TopicName(std::string(text)), Partition(*partition), Offset(*offset),
                    TopicId(*uuid)};
}

std::optional<SourceMark> source_mark_of(const broker::RecordView& record) {
  for (const broker::HeaderView& header : record.headers)
    if (header.key == kSourceHeader && header.value) return read_source_mark(*header.value);
  return std::nullopt;
}

}  // namespace efd::sink
