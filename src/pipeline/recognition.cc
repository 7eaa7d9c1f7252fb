// SPDX-License-Identifier: MIT
#include "pipeline/recognition.h"

#include <algorithm>

#include "broker/fingerprint.h"

namespace efd::pipeline {
namespace {

constexpr std::chrono::milliseconds kPollWait{100};

bool matches(const Fingerprint& fingerprint, const broker::RecordView& record) {
  return record.offset == fingerprint.offset && record.timestamp_ms == fingerprint.timestamp_ms &&
         broker::content_crc32c(record) == fingerprint.crc32c;
}

// One pass over the log: of each partition in `wanted` the first record from its fingerprint on.
class Pass {
 public:
  using Wanted = std::map<TopicPartition, const Fingerprint*>;
  using Found = std::map<TopicPartition, Recognition>;

  explicit Pass(Wanted wanted) : wanted_(std::move(wanted)) {}

  Result<Found> run(broker::Broker& broker, const broker::TopicPattern& pattern,
                    system::Clock& clock, int64_t deadline_ns) {
    EFD_TRY(leave_out_missing(broker));
    broker::ReaderOptions options{.pattern = pattern};
    options.start = [this](const broker::Source& source, const broker::LogRange& range) {
      return begin(source, range);
    };
    EFD_ASSIGN(auto reader, broker.reader(std::move(options)));
    broker::Batch batch;
    // A log may end with what is no record: then the wait for one ends it.
    while (!wanted_.empty() && clock.monotonic_ns() < deadline_ns) {
      EFD_TRY(reader->poll(kPollWait, batch));
      for (const broker::Slice& slice : batch.slices()) take(*reader, slice);
    }
    return std::move(found_);
  }

 private:
  Result<> leave_out_missing(broker::Broker& broker) {
    EFD_ASSIGN(auto topics, broker.topics());
    std::erase_if(wanted_, [&](const auto& entry) {
      return std::none_of(topics.begin(), topics.end(), [&](const auto& topic) {
        return topic.name == entry.first.topic && entry.first.partition.value() < topic.partitions;
      });
    });
    for (const auto& [partition, fingerprint] : wanted_) found_[partition];
    return {};
  }

  // What is not asked for is not read: from the end on.
  Offset begin(const broker::Source& source, const broker::LogRange& range) {
    auto wanted = wanted_.find({source.topic, source.partition});
    if (wanted == wanted_.end()) return range.end;
    Offset at = wanted->second->offset;
    if (at >= range.start && at < range.end) return at;
    wanted_.erase(wanted);
    return range.end;
  }

  void take(broker::Reader& reader, const broker::Slice& slice) {
    reader.pause(*slice.source);
    auto wanted = wanted_.find({slice.source->topic, slice.source->partition});
    if (wanted == wanted_.end()) return;
    Recognition& recognition = found_[wanted->first];
    recognition.could_check = slice.records.front().offset == wanted->second->offset;
    if (matches(*wanted->second, slice.records.front())) recognition.match = wanted->second->offset;
    wanted_.erase(wanted);
  }

  Wanted wanted_;
  Found found_;
};

}  // namespace

Result<std::map<TopicPartition, Recognition>> recognize(broker::Broker& broker,
                                                        const broker::TopicPattern& pattern,
                                                        std::span<const StoredPosition> kept,
                                                        system::Clock& clock,
                                                        std::chrono::milliseconds wait) {
  const int64_t deadline_ns = clock.monotonic_ns_in(wait);
  std::map<TopicPartition, Recognition> all;
  for (size_t age = 0;; ++age) {
    Pass::Wanted wanted;
    for (const StoredPosition& each : kept) {
      TopicPartition partition{each.position.topic, each.position.partition};
      bool is_done = age > 0 && (!all.contains(partition) || all[partition].match);
      if (!is_done && age < each.fingerprints.size())
        wanted[partition] = &each.fingerprints[each.fingerprints.size() - 1 - age];
    }
    if (wanted.empty()) return all;
    EFD_ASSIGN(auto found, Pass(std::move(wanted)).run(broker, pattern, clock, deadline_ns));
    for (const auto& [partition, recognition] : found) {
      all[partition].could_check |= recognition.could_check;
      if (recognition.match) all[partition].match = recognition.match;
    }
  }
}

}  // namespace efd::pipeline
