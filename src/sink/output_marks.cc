// SPDX-License-Identifier: MIT
#include "sink/output_marks.h"

#include <algorithm>
#include <iterator>

#include "sink/source_header.h"

namespace efd::sink {
namespace {

constexpr std::chrono::milliseconds kPollWait{100};

struct Tail {
  Offset begin;
  Offset end;
};
using Tails = std::map<TopicPartition, Tail>;

// Escapes what RE2 takes for more than itself; topic names have no other such letter.
std::string pattern_of(const std::string& prefix) {
  std::string pattern;
  for (char c : prefix) {
    if (c == '.') pattern += '\\';
    pattern += c;
  }
  return pattern + ".*";
}

// Output partitions that got something since then.
Result<Tails> tails_of(broker::Broker& broker, const OutputMarksQuery& query) {
  Tails tails;
  EFD_ASSIGN(const auto topics, broker.topics());
  for (const broker::TopicDescription& topic : topics) {
    if (!topic.name.value().starts_with(query.topic_prefix)) continue;
    for (int32_t number = 0; number < topic.partitions; ++number) {
      const TopicPartition partition{topic.name, Partition(number)};
      EFD_ASSIGN(const auto begin, broker.offset_at(partition, query.since_ms));
      EFD_ASSIGN(const Offset end, broker.offset(partition, broker::At::end));
      if (begin && *begin < end) tails.emplace(partition, Tail{*begin, end});
    }
  }
  return tails;
}

bool is_of(const SourceMark& mark, const broker::Source& source, const broker::LogRange& range) {
  const bool same_partition = mark.topic == source.topic && mark.partition == source.partition;
  const bool has_ids = !mark.id.value().is_zero() && !source.id.value().is_zero();
  return same_partition && (!has_ids || mark.id == source.id) && mark.offset < range.end;
}

void take_marks(const broker::Slice& slice, const broker::Source& source,
                const broker::LogRange& range, OutputMarks& marks) {
  for (const broker::RecordView& record : slice.records) {
    const auto mark = source_mark_of(record);
    if (mark && is_of(*mark, source, range)) marks.add(mark->offset);
  }
}

Result<std::unique_ptr<broker::Reader>> reader_of(broker::Broker& broker, const std::string& prefix,
                                                  const Tails& tails) {
  broker::ReaderOptions options{.pattern = {pattern_of(prefix)}, .see = broker::See::appended};
  options.start = [&tails](const broker::Source& output, const broker::LogRange& now) {
    const auto tail = tails.find({output.topic, output.partition});
    return tail == tails.end() ? now.end : std::clamp(tail->second.begin, now.start, now.end);
  };
  return broker.reader(std::move(options));
}

}  // namespace

void OutputMarks::add(Offset offset) {
  if (contains(offset)) return;
  Offset begin = offset, end = offset + 1;
  auto next = runs_.upper_bound(offset);
  if (next != runs_.end() && next->first == end) {
    end = next->second;
    next = runs_.erase(next);
  }
  if (next != runs_.begin() && std::prev(next)->second == begin) begin = std::prev(next)->first;
  runs_[begin] = end;
}

bool OutputMarks::contains(Offset offset) const {
  const auto next = runs_.upper_bound(offset);
  return next != runs_.begin() && offset < std::prev(next)->second;
}

Offset OutputMarks::end() const {
  return runs_.empty() ? Offset(0) : runs_.rbegin()->second;
}

Result<OutputMarks> read_output_marks(broker::Broker& broker, system::Clock& clock,
                                      const OutputMarksQuery& query, const broker::Source& source,
                                      const broker::LogRange& range) {
  OutputMarks marks;
  EFD_ASSIGN(const Tails tails, tails_of(broker, query));
  Tails left = tails;
  if (left.empty()) return marks;
  EFD_ASSIGN(auto reader, reader_of(broker, query.topic_prefix, tails));
  const int64_t deadline_ns = clock.monotonic_ns_in(query.wait);
  broker::Batch batch;
  while (!left.empty()) {
    if (clock.monotonic_ns() > deadline_ns)
      return fail(ErrorCode::retry,
                  "{}/{}: {} of its output partitions cannot be read to their end",
                  source.topic.value(), source.partition.value(), left.size());
    EFD_TRY(reader->poll(kPollWait, batch));
    for (const broker::Slice& slice : batch.slices()) {
      take_marks(slice, source, range, marks);
      const auto tail = left.find({slice.source->topic, slice.source->partition});
      if (tail != left.end() && slice.next >= tail->second.end) left.erase(tail);
    }
  }
  return marks;
}

}  // namespace efd::sink
