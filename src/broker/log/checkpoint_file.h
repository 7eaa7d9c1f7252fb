// SPDX-License-Identifier: MIT
// The checkpoint file: everything that the log knows at one point of its WAL, but for the records
// themselves (docs/formats/commit-log.md, "Checkpoint"). For this module.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "broker/broker.h"
#include "broker/log/producer_table.h"
#include "broker/log/segment.h"

namespace efd::broker {

constexpr uint64_t kCheckpointBytesMax = 1ull << 30;

struct PartitionImage {
  Offset log_start{0};
  Offset end{0};
  std::vector<Segment> segments;
  std::vector<std::pair<ProducerId, ProducerState>> producers;
};

struct TopicImage {
  TopicDescription description;
  std::vector<PartitionImage> partitions;
};

struct CheckpointImage {
  Uuid log_id;
  uint64_t wal_number = 1;     // the first file of the WAL that comes behind
  uint64_t next_sequence = 1;  // of that file's first record
  int64_t next_producer_id = 0;
  std::vector<TopicImage> topics;
};

std::string encode_checkpoint(const CheckpointImage& image);
// give_up: the file is damaged.
Result<CheckpointImage> decode_checkpoint(std::string_view bytes);

// Also the payload of a `topic_created` record.
void encode_topic(const TopicDescription& topic, ByteWriter& writer);
// Spoils the reader when there is none.
TopicDescription decode_topic(ByteReader& reader);

}  // namespace efd::broker
