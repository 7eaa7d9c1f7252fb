// SPDX-License-Identifier: MIT
// Items about files, positions in the log, and the next ids.
#include "store/manifest_items.h"

namespace efd::store {
namespace {

using codec::append_varint;
using codec::append_zigzag;
using codec::read_varint32;
using codec::read_varint64;
using codec::read_zigzag64;

// Below the store's folder, and nowhere else.
bool is_folder(std::string_view folder) {
  return !folder.empty() && folder.front() != '/' && folder.find("..") == std::string_view::npos;
}

}  // namespace

std::string encoded(const SegmentInfo& info) {
  std::string out;
  append_text(info.header.encoded(), out);
  append_text(info.folder, out);
  append_varint(info.order.first, out);
  append_varint(info.order.last - info.order.first, out);
  append_varint(info.bytes, out);
  append_varint(info.rows, out);
  append_varint(info.values, out);
  append_zigzag(info.min_ns, out);
  append_zigzag(info.max_ns, out);
  append_varint(info.measurements.words().size(), out);
  ByteWriter writer(out);
  for (uint64_t word : info.measurements.words()) writer.little<uint64_t>(word);
  return out;
}

SegmentInfo read_file(ByteReader& from) {
  SegmentInfo info;
  auto header = SegmentHeader::parse(from.take(read_varint64(from)));
  if (!header) return from.spoil(), info;
  info.header = *header;
  info.folder = read_text(from);
  info.order.first = read_varint64(from);
  info.order.last = info.order.first + read_varint64(from);
  if (!is_folder(info.folder) || info.order.last < info.order.first) from.spoil();
  info.bytes = read_varint64(from);
  info.rows = read_varint64(from);
  info.values = read_varint64(from);
  info.min_ns = read_zigzag64(from);
  info.max_ns = read_zigzag64(from);
  uint64_t words = read_varint64(from);
  if (words > from.remaining() / sizeof(uint64_t)) return from.spoil(), info;
  std::vector<uint64_t> ids;
  for (uint64_t i = 0; i < words; ++i) ids.push_back(from.little<uint64_t>());
  info.measurements = IdSet::from_words(std::move(ids));
  return info;
}

std::string encoded(const RemovedFile& file) {
  std::string out;
  append_varint(file.number, out);
  append_text(file.folder, out);
  return out;
}

RemovedFile read_removed(ByteReader& from) {
  RemovedFile file;
  file.number = read_varint64(from);
  file.folder = read_text(from);
  if (!is_folder(file.folder)) from.spoil();
  return file;
}

std::string encoded(const NumberedPosition& record) {
  const StoredPosition& stored = record.stored;
  std::string out;
  append_varint(record.id, out);
  append_text(stored.connector.value(), out);
  append_text(stored.position.topic.value(), out);
  append_uuid(stored.position.id.value(), out);
  append_zigzag(stored.position.partition.value(), out);
  append_zigzag(stored.position.next.value(), out);
  append_varint(stored.fingerprints.size(), out);
  // A producer may write any times: differences wrap, and so do the reader's sums.
  uint64_t offset = 0, time = 0;
  for (const Fingerprint& one : stored.fingerprints) {
    auto next_offset = static_cast<uint64_t>(one.offset.value());
    auto next_time = static_cast<uint64_t>(one.timestamp_ms);
    append_zigzag(static_cast<int64_t>(next_offset - offset), out);
    append_zigzag(static_cast<int64_t>(next_time - time), out);
    ByteWriter(out).little<uint32_t>(one.crc32c);
    offset = next_offset;
    time = next_time;
  }
  return out;
}

NumberedPosition read_position(ByteReader& from) {
  NumberedPosition record;
  StoredPosition& stored = record.stored;
  record.id = read_varint32(from);
  stored.connector = ConnectorName(read_text(from));
  stored.position.topic = TopicName(read_text(from));
  stored.position.id = TopicId(read_uuid(from));
  stored.position.partition = Partition(static_cast<int32_t>(read_zigzag64(from)));
  stored.position.next = Offset(read_zigzag64(from));
  uint64_t count = read_varint64(from);
  if (count > kFingerprintsMax) return from.spoil(), record;
  uint64_t offset = 0, time = 0;
  for (uint64_t i = 0; i < count; ++i) {
    offset += static_cast<uint64_t>(read_zigzag64(from));
    time += static_cast<uint64_t>(read_zigzag64(from));
    stored.fingerprints.push_back({Offset(static_cast<int64_t>(offset)), static_cast<int64_t>(time),
                                   from.little<uint32_t>()});
  }
  return record;
}

std::string encoded(const NextIds& next) {
  std::string out;
  append_varint(next.file, out);
  append_varint(next.order, out);
  append_varint(next.database, out);
  append_varint(next.policy, out);
  append_varint(next.measurement, out);
  return out;
}

NextIds read_next(ByteReader& from) {
  NextIds next;
  next.file = read_varint64(from);
  next.order = read_varint64(from);
  next.database = read_varint32(from);
  next.policy = read_varint32(from);
  next.measurement = read_varint32(from);
  return next;
}

}  // namespace efd::store
