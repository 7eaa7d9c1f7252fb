// SPDX-License-Identifier: MIT
#include "sink/topic_notes.h"

#include "observe/log.h"

namespace efd::sink {
namespace {

constexpr std::string_view kRoot = "lsst.";
constexpr std::string_view kSal = "lsst.sal";

// "lsst.dm" of "lsst.dm.metric"; "" for a topic that is in no namespace below the root.
std::string_view namespace_of(std::string_view topic) {
  if (!topic.starts_with(kRoot)) return {};
  size_t end = topic.find('.', kRoot.size());
  return end == topic.npos ? std::string_view() : topic.substr(0, end);
}

}  // namespace

TopicNotes::TopicNotes(ConnectorName connector, observe::Metrics& metrics)
    : connector_(std::move(connector)),
      jumps_(metrics.counter("efd_sink_time_jumps_total",
                             "Rows more than a year away from the row before in their partition.",
                             {{"connector", connector_.value()}})) {}

void TopicNotes::note_topic(const TopicName& topic) {
  std::string_view space = namespace_of(topic.value());
  if (space.empty() || space == kSal || namespaces_told_.contains(space)) return;
  if (namespaces_told_.size() == kNamespacesToldMax) return;
  namespaces_told_.emplace(space);
  observe::warn("sink",
                "connector {}: it takes topics of {}.* (the first is {}). Connectors do not map "
                "tags and time fields yet: without a field private_efdStamp or kafka_timestamp "
                "rows have the time of their Kafka records, and a topic is one series without "
                "tags. Exclude them by the connector's pattern if that is not wanted.",
                connector_.value(), space, topic.value());
}

void TopicNotes::tell_of_jump(const broker::Source& source, const broker::RecordView& record,
                              UtcTime before, UtcTime time) {
  jumps_.add();
  if (jumps_told_.size() == kJumpsToldMax || !jumps_told_.insert(source.topic).second) return;
  observe::warn("sink",
                "connector {}: the times of {} jump from {} to {} (partition {}, offset {}). Look "
                "at the clock of its producer and at the unit of its time field; "
                "efd_sink_time_jumps_total counts such rows, the log does not tell of this topic "
                "again.",
                connector_.value(), source.topic.value(), format_rfc3339(before),
                format_rfc3339(time), source.partition.value(), record.offset.value());
}

}  // namespace efd::sink
