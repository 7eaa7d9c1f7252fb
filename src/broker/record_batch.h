// SPDX-License-Identifier: MIT
// Kafka's record batches: the bytes that producers send, the log keeps and consumers get. Magic 2
// is read and written; magic 0 and 1 (message sets of old clients) are read only.
//
// Layout: https://kafka.apache.org/documentation/#messageformat. All functions are thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "codec/compression.h"

namespace efd::broker {

// Base offset and length lie before everything else and outside of the length.
constexpr size_t kBatchPrefixBytes = 12;
constexpr size_t kBatchHeaderBytes = 61;
// The CRC covers everything from the attributes on, so that offset and epoch can be written over.
constexpr size_t kBatchCrcFrom = 21;
// What a compressed batch may hold; more is refused, so that no batch becomes a memory bomb.
constexpr size_t kBatchPlainBytesMax = 64u << 20;

// The header of a batch of magic 2.
struct BatchHeader {
  int64_t base_offset = 0;
  int32_t length = 0;  // bytes behind the prefix
  int32_t leader_epoch = 0;
  int8_t magic = 2;
  uint32_t crc = 0;
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp_ms = -1;
  int64_t max_timestamp_ms = -1;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  int32_t record_count = 0;

  // `bytes` holds at least kBatchHeaderBytes.
  static BatchHeader read(const char* bytes);
  void write(char* to) const;

  size_t size() const { return kBatchPrefixBytes + static_cast<size_t>(length); }
  // Otherwise next_offset() means nothing.
  bool has_sane_offsets() const {
    return base_offset >= 0 && last_offset_delta >= 0 &&
           base_offset <= INT64_MAX - last_offset_delta - 1;
  }
  Offset next_offset() const { return Offset(base_offset + last_offset_delta + 1); }
  int compression_number() const { return attributes & 0x07; }
  bool has_append_time() const { return attributes & 0x08; }
  bool is_transactional() const { return attributes & 0x10; }
  bool is_control() const { return attributes & 0x20; }
};

constexpr int16_t kAppendTimeAttribute = 0x08;

inline uint32_t stored_batch_crc(const char* batch) {
  return load_big<uint32_t>(batch + 17);
}
// Over the bytes that the batch's CRC covers.
uint32_t computed_batch_crc(std::string_view batch);

// The batch at the front of `bytes`, when it is there in full, of magic 2, with sane numbers and
// the right CRC; otherwise bad_input says what is wrong with it.
Result<BatchHeader> check_batch(std::string_view bytes);

// Assigns the offset; and whose time the greatest one is, and that time. A batch that says so
// already is left as it is, another one gets a new CRC.
void assign_offset(char* batch, Offset base_offset);
void assign_times(char* batch, size_t size, bool has_append_time, int64_t max_timestamp_ms);
// A batch without records that spans these offsets (2^31 of them at most), as Kafka's compaction
// leaves it.
std::string empty_batch(Offset from, Offset next);
// All that no CRC covers is as it should be for the one batch that `bytes` are, at that offset.
void mend_batch(std::string& bytes, Offset base_offset);

// Records of any number of batches, and what keeps their headers and plain bytes alive. The views
// of uncompressed records point into the batch itself.
struct Records {
  std::vector<RecordView> views;
  std::deque<std::vector<HeaderView>> headers;
  std::deque<std::string> plain;  // of compressed batches

  void clear() {
    views.clear();
    headers.clear();
    plain.clear();
  }
};

// Appends the records of the one batch of magic 2 (control batches too) at the front of `batch`
// whose offset is at or above `from`. Does not look at the CRC. bad_input leaves `into` as it was.
Result<> decode_batch(std::string_view batch, Offset from, Records& into);
// The same with another header than the one in front of the batch; it has the batch's length.
Result<> decode_batch(std::string_view batch, const BatchHeader& header, Offset from,
                      Records& into);

// All batches or messages of `bytes`, of any magic, one behind the other, with their CRCs checked.
Result<> decode_record_set(std::string_view bytes, Records& into);

}  // namespace efd::broker
