// SPDX-License-Identifier: MIT
// Produce: appends each partition's batch to the log. The caller writes the log out and waits for
// the disk, for all requests of a turn together (session.h).
#pragma once

#include "kafka/messages/produce.h"
#include "kafka/partition_cache.h"
#include "kafka/service.h"

namespace efd::kafka {

enum class Acks : int16_t { none = 0, leader = 1, all = -1 };

// What became of one request's batches.
struct Appends {
  bool any = false;         // something went into the log, and wants to be written out
  bool any_failed = false;  // a partition has an error
  bool waits = false;       // acks=all: the answer may leave when `sequence` is durable
  uint64_t sequence = 0;
};

// Never blocks. The answer is a view into the request and the call's arena.
ProduceResponse produce(Call& call, PartitionCache& partitions, const ProduceRequest& request,
                        Appends& appends);

// Changes an encoded answer (a whole frame) after the disk has failed: every partition that had
// succeeded becomes KAFKA_STORAGE_ERROR.
void mark_storage_error(int16_t version, std::string& frame);

}  // namespace efd::kafka
