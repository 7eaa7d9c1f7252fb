// SPDX-License-Identifier: MIT
#include "broker/record_batch.h"

#include <algorithm>
#include <limits>

#include "broker/legacy_batch.h"
#include "codec/checksum.h"
#include "codec/varint.h"

namespace efd::broker {
namespace {

// Reads varints and bytes of one record; a null `at` says that it went wrong.
struct RecordScanner {
  const char* at;
  const char* end;

  int64_t number() {
    uint64_t value = 0;
    if (at) at = codec::parse_varint(at, end, value);
    return codec::zigzag_decoded(value);
  }
  std::string_view take(int64_t size) {
    if (!at || size < 0 || size > end - at) return at = nullptr, std::string_view();
    std::string_view taken(at, static_cast<size_t>(size));
    at += size;
    return taken;
  }
  // A length of -1 is null.
  std::optional<std::string_view> take_nullable() {
    int64_t size = number();
    if (size == -1) return std::nullopt;
    return take(size);
  }
};

bool scan_headers(RecordScanner& scan, int64_t count, Records& into, RecordView& record) {
  // Each header has at least two length bytes.
  if (count < 0 || count > (scan.end - scan.at) / 2) return false;
  std::vector<HeaderView> headers(static_cast<size_t>(count));
  for (HeaderView& header : headers) {
    header.key = scan.take(scan.number());
    header.value = scan.take_nullable();
  }
  if (!scan.at) return false;
  into.headers.push_back(std::move(headers));
  record.headers = into.headers.back();
  return true;
}

// A producer may write any numbers: sums wrap around instead of being undefined.
int64_t wrapping_sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// The record at the front of [at, end); returns the byte behind it, or null.
const char* scan_record(const char* at, const char* end, const BatchHeader& batch, Records& into,
                        RecordView& record) {
  RecordScanner scan{at, end};
  int64_t length = scan.number();
  if (!scan.at || length < 0 || length > end - scan.at) return nullptr;
  scan.end = scan.at + length;
  scan.take(1);  // attributes: none are defined
  record.timestamp_ms = wrapping_sum(batch.base_timestamp_ms, scan.number());
  int64_t offset_delta = scan.number();
  if (offset_delta < 0 || offset_delta > batch.last_offset_delta) return nullptr;
  record.offset = Offset(wrapping_sum(batch.base_offset, offset_delta));
  record.key = scan.take_nullable();
  record.value = scan.take_nullable();
  int64_t header_count = scan.number();
  if (!scan.at) return nullptr;
  if (header_count != 0 && !scan_headers(scan, header_count, into, record)) return nullptr;
  if (scan.at != scan.end) return nullptr;
  if (batch.has_append_time()) record.timestamp_ms = batch.max_timestamp_ms;
  return scan.end;
}

Result<std::string_view> plain_records(std::string_view batch, const BatchHeader& header,
                                       Records& into) {
  std::string_view body = batch.substr(kBatchHeaderBytes, header.size() - kBatchHeaderBytes);
  EFD_ASSIGN(auto compression, codec::compression_from_number(header.compression_number()));
  if (compression == codec::Compression::none) return body;
  EFD_ASSIGN(std::string plain, codec::decompress(compression, body, kBatchPlainBytesMax));
  return into.plain.emplace_back(std::move(plain));
}

bool scan_records(std::string_view body, const BatchHeader& header, Offset from, Records& into) {
  const char* at = body.data();
  const char* end = at + body.size();
  Offset previous(-1);
  for (int32_t i = 0; i < header.record_count; ++i) {
    RecordView record;
    at = scan_record(at, end, header, into, record);
    if (!at || record.offset <= previous) return false;
    previous = record.offset;
    if (record.offset >= from) into.views.push_back(record);
  }
  return at == end;
}

}  // namespace

BatchHeader BatchHeader::read(const char* bytes) {
  BatchHeader header;
  header.base_offset = load_big<int64_t>(bytes);
  header.length = load_big<int32_t>(bytes + 8);
  header.leader_epoch = load_big<int32_t>(bytes + 12);
  header.magic = load_big<int8_t>(bytes + 16);
  header.crc = load_big<uint32_t>(bytes + 17);
  header.attributes = load_big<int16_t>(bytes + 21);
  header.last_offset_delta = load_big<int32_t>(bytes + 23);
  header.base_timestamp_ms = load_big<int64_t>(bytes + 27);
  header.max_timestamp_ms = load_big<int64_t>(bytes + 35);
  header.producer_id = load_big<int64_t>(bytes + 43);
  header.producer_epoch = load_big<int16_t>(bytes + 51);
  header.base_sequence = load_big<int32_t>(bytes + 53);
  header.record_count = load_big<int32_t>(bytes + 57);
  return header;
}

void BatchHeader::write(char* to) const {
  store_big(to, base_offset);
  store_big(to + 8, length);
  store_big(to + 12, leader_epoch);
  store_big(to + 16, magic);
  store_big(to + 17, crc);
  store_big(to + 21, attributes);
  store_big(to + 23, last_offset_delta);
  store_big(to + 27, base_timestamp_ms);
  store_big(to + 35, max_timestamp_ms);
  store_big(to + 43, producer_id);
  store_big(to + 51, producer_epoch);
  store_big(to + 53, base_sequence);
  store_big(to + 57, record_count);
}

uint32_t computed_batch_crc(std::string_view batch) {
  return codec::crc32c(batch.substr(kBatchCrcFrom));
}

Result<BatchHeader> check_batch(std::string_view bytes) {
  if (bytes.size() < kBatchHeaderBytes)
    return fail(ErrorCode::bad_input, "record batch: {} bytes, its header alone has {}",
                bytes.size(), kBatchHeaderBytes);
  BatchHeader header = BatchHeader::read(bytes.data());
  if (header.magic != 2)
    return fail(ErrorCode::bad_input, "record batch: magic {}, expected 2", header.magic);
  if (header.length < static_cast<int32_t>(kBatchHeaderBytes - kBatchPrefixBytes) ||
      header.size() > bytes.size())
    return fail(ErrorCode::bad_input, "record batch: length {} with {} bytes there", header.length,
                bytes.size());
  if (!header.has_sane_offsets() || header.record_count < 0)
    return fail(ErrorCode::bad_input, "record batch: offset {} + {}, {} records",
                header.base_offset, header.last_offset_delta, header.record_count);
  if (computed_batch_crc(bytes.substr(0, header.size())) != header.crc)
    return fail(ErrorCode::bad_input, "record batch at offset {}: wrong CRC", header.base_offset);
  return header;
}

void assign_offset(char* batch, Offset base_offset) {
  store_big(batch, base_offset.value());
  store_big(batch + 12, int32_t{0});  // one leader, one epoch
}

std::string empty_batch(Offset from, Offset next) {
  std::string batch(kBatchHeaderBytes, '\0');
  BatchHeader header;
  header.base_offset = from.value();
  header.length = kBatchHeaderBytes - kBatchPrefixBytes;
  header.last_offset_delta = static_cast<int32_t>(
      std::min<int64_t>(next.value() - from.value() - 1, std::numeric_limits<int32_t>::max()));
  header.write(batch.data());
  header.crc = computed_batch_crc(batch);
  header.write(batch.data());
  return batch;
}

void mend_batch(std::string& bytes, Offset base_offset) {
  assign_offset(bytes.data(), base_offset);
  store_big(bytes.data() + 8, static_cast<int32_t>(bytes.size() - kBatchPrefixBytes));
  store_big(bytes.data() + 16, int8_t{2});
}

void assign_times(char* batch, size_t size, bool has_append_time, int64_t max_timestamp_ms) {
  auto had = load_big<int16_t>(batch + 21);
  auto attributes = static_cast<int16_t>(has_append_time ? had | kAppendTimeAttribute
                                                         : had & ~kAppendTimeAttribute);
  if (attributes == had && load_big<int64_t>(batch + 35) == max_timestamp_ms) return;
  store_big(batch + 21, attributes);
  store_big(batch + 35, max_timestamp_ms);
  store_big(batch + 17, computed_batch_crc({batch, size}));
}

Result<> decode_batch(std::string_view batch, Offset from, Records& into) {
  if (batch.size() < kBatchHeaderBytes)
    return fail(ErrorCode::bad_input, "record batch: {} bytes", batch.size());
  BatchHeader header = BatchHeader::read(batch.data());
  if (header.length < static_cast<int32_t>(kBatchHeaderBytes - kBatchPrefixBytes) ||
      header.size() > batch.size())
    return fail(ErrorCode::bad_input, "record batch: length {}", header.length);
  return decode_batch(batch, header, from, into);
}

Result<> decode_batch(std::string_view batch, const BatchHeader& header, Offset from,
                      Records& into) {
  size_t had = into.views.size();
  EFD_ASSIGN(std::string_view body, plain_records(batch, header, into));
  if (scan_records(body, header, from, into)) return {};
  into.views.resize(had);
  return fail(ErrorCode::bad_input, "record batch at offset {}: its {} records do not fill it",
              header.base_offset, header.record_count);
}

Result<> decode_record_set(std::string_view bytes, Records& into) {
  while (!bytes.empty()) {
    // Offset, length (or size), epoch or CRC, magic: the magic is at the same place in all formats.
    if (bytes.size() < 17) return fail(ErrorCode::bad_input, "record set: cut off");
    if (bytes[16] != 2) {
      EFD_ASSIGN(size_t size, decode_message(bytes, into));
      bytes.remove_prefix(size);
      continue;
    }
    EFD_ASSIGN(BatchHeader header, check_batch(bytes));
    EFD_TRY(decode_batch(bytes, Offset(header.base_offset), into));
    bytes.remove_prefix(header.size());
  }
  return {};
}

}  // namespace efd::broker
