// SPDX-License-Identifier: MIT
// The bytes of the write-ahead log: docs/formats/commit-log.md, "Write-ahead log". Little-endian;
// records are aligned to 8 bytes. For this module.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace efd::broker {

constexpr size_t kWalFileHeaderBytes = 40;
constexpr size_t kWalRecordHeaderBytes = 40;
constexpr size_t kWalKindPosition = 10;  // in a record
// What a record may hold at most: no batch is larger, whatever a topic's settings say.
constexpr size_t kWalPayloadBytesMax = (64u << 20) + 4096;

std::string wal_file_header(const Uuid& log_id, uint64_t number);
Result<> check_wal_file_header(std::string_view bytes, const Uuid& log_id, uint64_t number);
std::string wal_file_name(uint64_t number);  // "00000000000000000007.wal"

enum class WalKind : uint8_t {
  batch = 1,          // a record batch, as it will lie in the segment file
  synced = 2,         // u64: everything up to this sequence was durable when this was written
  topic_created = 3,  // the topic (checkpoint_file.h)
  topic_deleted = 4,  // empty
  log_start = 5,      // i64: the partition's new first offset
  producer_ids = 6,   // i64: ids below it may have been given out
  topic_changed = 7,  // the topic (checkpoint_file.h), with other settings or more partitions
};

struct WalRecord {
  WalKind kind = WalKind::batch;
  Partition partition;
  uint64_t sequence = 0;  // one more than that of the record before
  TopicId topic;          // zero where there is none
  std::string_view payload;
};

// Of a record with so many bytes of payload, with its padding.
constexpr size_t wal_record_size(size_t payload_bytes) {
  return (kWalRecordHeaderBytes + payload_bytes + 7) & ~size_t{7};
}

// Writes header and padding around the payload, which lies at `to` + kWalRecordHeaderBytes already.
void seal_wal_record(char* to, const WalRecord& record);

// Of a sealed record, without a look at its CRC.
size_t sealed_wal_record_size(const char* record);
uint64_t sealed_wal_record_sequence(const char* record);

enum class WalParse { record, incomplete, bad };

// The record at the front of `bytes`, checked by its CRC (and a batch by its own). `incomplete`:
// `bytes` ends before it does, and `size` tells how many are needed.
WalParse parse_wal_record(std::string_view bytes, WalRecord& record, size_t& size);

}  // namespace efd::broker
