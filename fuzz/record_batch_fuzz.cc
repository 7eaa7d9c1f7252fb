// SPDX-License-Identifier: MIT
// Any bytes as a record set of any magic, and as a batch that a producer sends: what is accepted
// can be read, and its records are in order.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "broker/log/batch_rules.h"
#include "broker/record_batch.h"
#include "codec/checksum.h"

namespace {

// A fuzzer does not find a CRC by itself.
std::string with_right_crc(std::string_view bytes) {
  using efd::broker::kBatchHeaderBytes;
  std::string batch(bytes);
  if (batch.size() < kBatchHeaderBytes) return batch;
  efd::store_big(batch.data() + 8,
                 static_cast<int32_t>(batch.size() - efd::broker::kBatchPrefixBytes));
  efd::store_big(batch.data() + 17, efd::broker::computed_batch_crc(batch));
  return batch;
}

// The same for the first message of a set of magic 0 or 1.
std::string with_right_message_crc(std::string_view bytes) {
  std::string message(bytes);
  if (message.size() < 26) return message;
  efd::store_big(message.data() + 8, static_cast<int32_t>(message.size() - 12));
  efd::store_big(message.data() + 12, efd::codec::crc32(std::string_view(message).substr(16)));
  return message;
}

void decode(std::string_view bytes) {
  efd::broker::Records records;
  auto decoded = efd::broker::decode_record_set(bytes, records);
  static_cast<void>(decoded);
}

void append(std::string_view batch) {
  efd::broker::TopicSettings settings;
  settings.message_bytes_max = 1 << 20;
  settings.before_max_ms = settings.after_max_ms = INT64_MAX;
  auto verdict = efd::broker::check_new_batch(batch, settings, 1'700'000'000'000);
  if (verdict.error != efd::broker::AppendError::none) return;
  efd::broker::Records records;
  std::string copy(batch);
  efd::broker::assign_offset(copy.data(), efd::Offset(1000));
  efd::broker::assign_times(copy.data(), copy.size(), false, verdict.header.max_timestamp_ms);
  EFD_CHECK(efd::broker::check_batch(copy).has_value());
  EFD_CHECK(efd::broker::decode_batch(copy, efd::Offset(0), records).has_value());
  EFD_CHECK(records.views.size() == static_cast<size_t>(verdict.header.record_count));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  decode(bytes);
  decode(with_right_crc(bytes));
  decode(with_right_message_crc(bytes));
  append(bytes);
  append(with_right_crc(bytes));
  return 0;
}
