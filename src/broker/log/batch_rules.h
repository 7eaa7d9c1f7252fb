// SPDX-License-Identifier: MIT
// What a batch must be like to be appended, and what an appended batch changes in its partition.
// For this module.
#pragma once

#include <string>
#include <string_view>

#include "broker/commit_log.h"
#include "broker/log/partition.h"
#include "broker/record_batch.h"

namespace efd::broker {

struct BatchVerdict {
  AppendError error = AppendError::none;
  std::string message;
  BatchHeader header;  // as it is to be stored, but for offset and CRC
};

// Everything that can be said without knowing the partition's state, in the order of Kafka's
// checks, down to the batch's records, so that what is accepted can be read. What the verdict's
// header says of times is taken from the records. Thread-safe.
BatchVerdict check_new_batch(std::string_view batch, const TopicSettings& settings, int64_t now_ms);

// Under the log's lock: the batch, which lies in `chunk` with its final offset, is the partition's
// last.
void add_to_tail(LogPartition& partition, Chunk& chunk, std::string_view batch);
// Sets the sequences of `batch` from the header.
void note_producer(LogPartition& partition, const BatchHeader& header, ProducerBatch batch,
                   int64_t now_ms);

}  // namespace efd::broker
