// SPDX-License-Identifier: MIT
#include "broker/log/wal_format.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "broker/record_batch.h"
#include "codec/checksum.h"

namespace efd::broker {
namespace {

constexpr std::string_view kFileMagic = "EFDWAL02";
constexpr uint16_t kRecordMagic = 0xefd1;

std::string_view id_bytes(const Uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()};
}

// Of a batch only what its own CRC leaves out: so every byte is checked once.
size_t checked_payload(WalKind kind, size_t payload_bytes) {
  return kind == WalKind::batch ? std::min(payload_bytes, kBatchCrcFrom) : payload_bytes;
}

uint32_t record_crc(const char* record, WalKind kind, size_t payload_bytes) {
  size_t size = kWalRecordHeaderBytes + checked_payload(kind, payload_bytes);
  return codec::crc32c({record + 4, size - 4});
}

bool is_whole_batch(std::string_view payload) {
  if (payload.size() < kBatchHeaderBytes) return false;
  return BatchHeader::read(payload.data()).size() == payload.size() &&
         stored_batch_crc(payload.data()) == computed_batch_crc(payload);
}

}  // namespace

std::string wal_file_header(const Uuid& log_id, uint64_t number) {
  std::string header(kFileMagic);
  ByteWriter writer(header);
  writer.raw(id_bytes(log_id));
  writer.little<uint64_t>(number);
  writer.little<uint32_t>(0);
  writer.little<uint32_t>(codec::crc32c(header));
  return header;
}

Result<> check_wal_file_header(std::string_view bytes, const Uuid& log_id, uint64_t number) {
  if (bytes.substr(0, kWalFileHeaderBytes) == wal_file_header(log_id, number)) return {};
  return fail(ErrorCode::give_up, "not the header of write-ahead file {} of log {}", number,
              log_id.hex());
}

std::string wal_file_name(uint64_t number) {
  return fmt::format("{:020}.wal", number);
}

void seal_wal_record(char* to, const WalRecord& record) {
  size_t payload_bytes = record.payload.size();
  store_little(to + 4, static_cast<uint32_t>(payload_bytes));
  store_little(to + 8, kRecordMagic);
  store_little(to + kWalKindPosition, static_cast<uint8_t>(record.kind));
  store_little(to + 11, uint8_t{0});
  store_little(to + 12, record.partition.value());
  store_little(to + 16, record.sequence);
  std::memcpy(to + 24, record.topic.value().bytes().data(), 16);
  store_little(to, record_crc(to, record.kind, payload_bytes));
  size_t end = kWalRecordHeaderBytes + payload_bytes;
  std::memset(to + end, 0, wal_record_size(payload_bytes) - end);
}

size_t sealed_wal_record_size(const char* record) {
  return wal_record_size(load_little<uint32_t>(record + 4));
}

uint64_t sealed_wal_record_sequence(const char* record) {
  return load_little<uint64_t>(record + 16);
}

WalParse parse_wal_record(std::string_view bytes, WalRecord& record, size_t& size) {
  size = kWalRecordHeaderBytes;
  if (bytes.size() < size) return WalParse::incomplete;
  const char* from = bytes.data();
  size_t payload_bytes = load_little<uint32_t>(from + 4);
  record.kind = static_cast<WalKind>(load_little<uint8_t>(from + kWalKindPosition));
  if (load_little<uint16_t>(from + 8) != kRecordMagic || payload_bytes > kWalPayloadBytesMax ||
      record.kind < WalKind::batch || record.kind > WalKind::topic_changed)
    return WalParse::bad;
  size = wal_record_size(payload_bytes);
  if (bytes.size() < size) return WalParse::incomplete;
  if (record_crc(from, record.kind, payload_bytes) != load_little<uint32_t>(from))
    return WalParse::bad;
  record.partition = Partition(load_little<int32_t>(from + 12));
  record.sequence = load_little<uint64_t>(from + 16);
  std::array<uint8_t, 16> id;
  std::memcpy(id.data(), from + 24, id.size());
  record.topic = TopicId(Uuid(id));
  record.payload = bytes.substr(kWalRecordHeaderBytes, payload_bytes);
  bool good = record.kind != WalKind::batch || is_whole_batch(record.payload);
  return good ? WalParse::record : WalParse::bad;
}

}  // namespace efd::broker
