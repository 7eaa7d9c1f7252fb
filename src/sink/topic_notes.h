// SPDX-License-Identifier: MIT
// TopicNotes: what a connector tells once about a topic whose rows are not what people may expect.
#pragma once

#include <set>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "broker/broker.h"
#include "observe/metrics.h"

namespace efd::sink {

// Times of neighbouring rows of a partition that lie further apart are a jump.
constexpr int64_t kTimeJumpNs = 366 * kNsPerDay;
// So many topics and so many namespaces are told of; of later ones the metrics alone tell.
constexpr size_t kJumpsToldMax = 10'000;
constexpr size_t kNamespacesToldMax = 1'000;

// Used by one thread.
class TopicNotes {
 public:
  TopicNotes(ConnectorName connector, observe::Metrics& metrics);

  // Of every topic once. Outside of lsst.sal, production has tags and time fields of its own.
  void note_topic(const TopicName& topic);
  // The times of two neighbouring rows of a partition, `record` being the second one's.
  void note_times(const broker::Source& source, const broker::RecordView& record, UtcTime before,
                  UtcTime time) {
    bool jumps = time > before ? time - before > kTimeJumpNs : before - time > kTimeJumpNs;
    if (jumps) tell_of_jump(source, record, before, time);
  }

 private:
  void tell_of_jump(const broker::Source& source, const broker::RecordView& record, UtcTime before,
                    UtcTime time);

  const ConnectorName connector_;
  observe::Counter& jumps_;
  std::set<TopicName> jumps_told_;
  std::set<std::string, std::less<>> namespaces_told_;
};

}  // namespace efd::sink
