// SPDX-License-Identifier: MIT
// Produce: appends each partition's batch to the log. The caller writes the log out and waits for
// the disk, for all requests of a turn together (session.h).
#pragma once

#include <span>
#include <vector>

#include "kafka/messages/produce.h"
#include "kafka/partition_cache.h"
#include "kafka/service.h"

namespace efd::kafka {

enum class Acks : int16_t { none = 0, leader = 1, all = -1 };

// What became of one partition's batch.
struct BatchPlace {
  uint64_t sequence = 0;  // in the log; 0: it was refused
  bool waits = false;     // the answer may leave when `sequence` is durable
};

// What became of one request's batches.
struct Appends {
  bool any = false;         // something is in the log, and wants to be written out
  bool any_failed = false;  // a partition has an error
};

// Never blocks. The answer lies in the call's arena. Adds to `places` one
// for every partition, in the answer's order.
ProduceResponse produce(Call& call, PartitionCache& partitions, const ProduceRequest& request,
                        Appends& appends, std::vector<BatchPlace>& places);

// Changes an answer whose request's time is over: a partition that waits for more than is `durable`
// becomes REQUEST_TIMED_OUT. Its batch is in the log, and may become durable yet.
void mark_timed_out(const ProduceResponse& response, std::span<const BatchPlace> places,
                    uint64_t durable);

}  // namespace efd::kafka
