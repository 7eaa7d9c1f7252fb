// SPDX-License-Identifier: MIT
#include "broker/batch_builder.h"

#include <algorithm>

#include "base/check.h"
#include "codec/varint.h"

namespace efd::broker {
namespace {

void append_bytes(std::string_view bytes, std::string& out) {
  codec::append_zigzag(static_cast<int64_t>(bytes.size()), out);
  out.append(bytes);
}

void append_nullable(std::optional<std::string_view> bytes, std::string& out) {
  if (bytes) return append_bytes(*bytes, out);
  codec::append_zigzag(-1, out);
}

// Any two times may stand in one batch: readers add them up the same way.
int64_t wrapping_difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

}  // namespace

void BatchBuilder::clear() {
  bytes_.assign(kBatchHeaderBytes, '\0');
  count_ = 0;
  max_timestamp_ms_ = -1;
}

void BatchBuilder::begin_record(const RecordToAdd& record, int64_t header_count) {
  if (count_ == 0) first_timestamp_ms_ = record.timestamp_ms;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, record.timestamp_ms);
  record_.assign(1, '\0');  // attributes
  codec::append_zigzag(wrapping_difference(record.timestamp_ms, first_timestamp_ms_), record_);
  codec::append_zigzag(count_, record_);
  append_nullable(record.key, record_);
  append_nullable(record.value, record_);
  codec::append_zigzag(header_count, record_);
}

void BatchBuilder::add_header(std::string_view key, std::optional<std::string_view> value) {
  append_bytes(key, record_);
  append_nullable(value, record_);
}

void BatchBuilder::end_record() {
  append_bytes(record_, bytes_);
  ++count_;
}

Result<std::string_view> BatchBuilder::finish(const BatchIdentity& identity,
                                              codec::Compression compression) {
  EFD_CHECK(count_ > 0);
  std::string* batch = &bytes_;
  if (compression != codec::Compression::none) {
    EFD_ASSIGN(std::string packed,
               codec::compress(compression, std::string_view(bytes_).substr(kBatchHeaderBytes)));
    compressed_.assign(kBatchHeaderBytes, '\0');
    compressed_.append(packed);
    batch = &compressed_;
  }
  BatchHeader header;
  header.base_offset = identity.base_offset;
  header.length = static_cast<int32_t>(batch->size() - kBatchPrefixBytes);
  header.leader_epoch = identity.leader_epoch;
  header.attributes = static_cast<int16_t>(static_cast<int>(compression) |
                                           (identity.append_time_ms ? kAppendTimeAttribute : 0) |
                                           (identity.is_transactional ? 0x10 : 0));
  header.last_offset_delta = count_ - 1;
  header.base_timestamp_ms = first_timestamp_ms_;
  header.max_timestamp_ms = identity.append_time_ms.value_or(max_timestamp_ms_);
  header.producer_id = identity.producer_id;
  header.producer_epoch = identity.producer_epoch;
  header.base_sequence = identity.base_sequence;
  header.record_count = count_;
  header.write(batch->data());
  store_big(batch->data() + 17, computed_batch_crc(*batch));
  return *batch;
}

}  // namespace efd::broker
