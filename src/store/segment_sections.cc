// SPDX-License-Identifier: MIT
#include "store/segment_sections.h"

#include "base/bytes.h"
#include "codec/checksum.h"
#include "codec/compression.h"
#include "codec/varint.h"

namespace efd::store {
namespace {

using codec::append_varint;
using codec::append_zigzag;
using codec::Compression;

constexpr size_t kRunBytesMin = 2;  // as encoded

void append_text(std::string_view text, std::string& out) {
  append_varint(text.size(), out);
  out.append(text);
}

std::string read_text(ByteReader& from) {
  return std::string(from.take(codec::read_varint64(from)));
}

bool same_partition(const CutPosition& a, const CutPosition& b) {
  return a.connector == b.connector && a.topic == b.topic && a.id == b.id &&
         a.partition == b.partition;
}

// Runs of offsets of one partition.
void append_runs(std::span<const CutPosition> runs, std::string& out) {
  const CutPosition& position = runs.front();
  append_text(position.connector.value(), out);
  append_text(position.topic.value(), out);
  const auto& id = position.id.value().bytes();
  out.append(reinterpret_cast<const char*>(id.data()), id.size());
  append_zigzag(position.partition.value(), out);
  append_varint(runs.size(), out);
  for (const CutPosition& run : runs) {
    append_zigzag(run.from.value(), out);
    append_zigzag(run.next.value(), out);
  }
}

void read_runs(ByteReader& from, std::vector<CutPosition>& positions) {
  CutPosition position;
  position.connector = ConnectorName(read_text(from));
  position.topic = TopicName(read_text(from));
  std::array<uint8_t, 16> id{};
  std::string_view raw = from.take(id.size());
  if (raw.size() == id.size()) std::memcpy(id.data(), raw.data(), raw.size());
  position.id = TopicId(Uuid(id));
  position.partition = Partition(static_cast<int32_t>(codec::read_zigzag64(from)));
  const uint64_t runs = codec::read_varint64(from);
  if (runs > from.remaining() / kRunBytesMin) return from.spoil();
  for (uint64_t i = 0; i < runs; ++i) {
    position.from = Offset(codec::read_zigzag64(from));
    position.next = Offset(codec::read_zigzag64(from));
    positions.push_back(position);
  }
}

Result<std::string> read_section(const OpenSegment& segment, const SegmentSection& section) {
  if (section.bytes > kSectionBytesMax)
    return fail(ErrorCode::give_up, "a section of the segment file is too long");
  std::string bytes(section.bytes, '\0');
  EFD_ASSIGN(size_t got, segment.file->read_at(section.offset, bytes.data(), bytes.size()));
  if (got != bytes.size() || codec::crc32c(bytes) != section.crc32c)
    return fail(ErrorCode::give_up, "section {} of the segment file is damaged",
                static_cast<uint16_t>(section.kind));
  auto plain = codec::decompress(Compression::zstd, bytes, kSectionBytesMax);
  if (!plain) return fail(ErrorCode::give_up, "{}", plain.error().message);
  return *plain;
}

Result<std::vector<CutPosition>> parse_positions(std::string_view bytes) {
  std::vector<CutPosition> positions;
  ByteReader from(bytes);
  while (from.ok() && from.remaining()) read_runs(from, positions);
  if (!from.ok()) return fail(ErrorCode::give_up, "the positions of the segment file are damaged");
  return positions;
}

}  // namespace

Result<std::string> encode_positions(std::span<const CutPosition> positions) {
  std::string plain;
  for (size_t at = 0; at < positions.size();) {
    size_t end = at + 1;
    while (end < positions.size() && same_partition(positions[at], positions[end])) ++end;
    append_runs(positions.subspan(at, end - at), plain);
    at = end;
  }
  return codec::compress(Compression::zstd, plain);
}

Result<std::string> encode_names(const ManifestEdit& names) {
  return codec::compress(Compression::zstd, names.encoded());
}

Result<std::vector<CutPosition>> read_positions(const OpenSegment& segment) {
  auto bytes = read_section(segment, segment.sections.positions);
  if (!bytes) return fail_in(segment.path, bytes.error());
  auto positions = parse_positions(*bytes);
  if (!positions) return fail_in(segment.path, positions.error());
  return positions;
}

Result<ManifestEdit> read_names(const OpenSegment& segment) {
  auto bytes = read_section(segment, segment.sections.names);
  if (!bytes) return fail_in(segment.path, bytes.error());
  auto names = ManifestEdit::parse(*bytes);
  if (!names) return fail_in(segment.path, names.error());
  if (names->files.size() != 1)
    return fail(ErrorCode::give_up, "{}: the names of the segment file are damaged", segment.path);
  return names;
}

}  // namespace efd::store
