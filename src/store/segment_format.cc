// SPDX-License-Identifier: MIT
#include "store/segment_format.h"

#include <map>

#include "base/bytes.h"
#include "codec/checksum.h"

namespace efd::store {
namespace {

constexpr size_t kCrcBytes = 4;
constexpr size_t kSectionsKnown = 3;

SegmentSection read_section(ByteReader& from) {
  SegmentSection section;
  section.kind = static_cast<SectionKind>(from.little<uint16_t>());
  section.version = from.little<uint16_t>();
  section.flags = from.little<uint32_t>();
  section.offset = from.little<uint64_t>();
  section.bytes = from.little<uint64_t>();
  section.crc32c = from.little<uint32_t>();
  return section;
}

bool known(const SegmentSection& section) {
  return section.kind >= SectionKind::directory && section.kind <= SectionKind::names &&
         section.version == kSectionVersion;
}

}  // namespace

std::string SegmentHeader::encoded() const {
  std::string bytes(kSegmentMagic);
  ByteWriter writer(bytes);
  writer.little<uint16_t>(kSegmentVersion);
  writer.little<uint8_t>(level);
  bytes.append(5, '\0');
  bytes.append(reinterpret_cast<const char*>(store.bytes().data()), store.bytes().size());
  writer.little<uint32_t>(database);
  writer.little<uint32_t>(policy);
  writer.little<uint64_t>(number);
  writer.little<int64_t>(shard_start_ns);
  writer.little<int64_t>(shard_ns);
  bytes.append(kSegmentHeaderBytes - kCrcBytes - bytes.size(), '\0');
  writer.little<uint32_t>(codec::crc32c(bytes));
  return bytes;
}

Result<SegmentHeader> SegmentHeader::parse(std::string_view bytes) {
  if (bytes.size() != kSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic))
    return fail(ErrorCode::give_up, "this is no segment file");
  std::string_view body = bytes.substr(0, kSegmentHeaderBytes - kCrcBytes);
  if (codec::crc32c(body) != load_little<uint32_t>(bytes.data() + body.size()))
    return fail(ErrorCode::give_up, "the header of the segment file is damaged");
  ByteReader from(body.substr(kSegmentMagic.size()));
  uint16_t version = from.little<uint16_t>();
  if (version != kSegmentVersion)
    return fail(ErrorCode::give_up, "the segment file has format {}; this version reads format {}",
                version, kSegmentVersion);
  SegmentHeader header;
  header.level = from.little<uint8_t>();
  from.take(5);
  std::array<uint8_t, 16> uuid;
  std::memcpy(uuid.data(), from.take(uuid.size()).data(), uuid.size());
  header.store = Uuid(uuid);
  header.database = from.little<uint32_t>();
  header.policy = from.little<uint32_t>();
  header.number = from.little<uint64_t>();
  header.shard_start_ns = from.little<int64_t>();
  header.shard_ns = from.little<int64_t>();
  return header;
}

void SegmentSection::append_to(std::string& out) const {
  ByteWriter writer(out);
  writer.little<uint16_t>(static_cast<uint16_t>(kind));
  writer.little<uint16_t>(version);
  writer.little<uint32_t>(flags);
  writer.little<uint64_t>(offset);
  writer.little<uint64_t>(bytes);
  writer.little<uint32_t>(crc32c);
}

std::string SegmentFooter::encoded() const {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.little<uint64_t>(table_offset);
  writer.little<uint32_t>(sections);
  writer.little<uint32_t>(table_crc32c);
  writer.raw(kSegmentMagic);
  return bytes;
}

Result<SegmentFooter> SegmentFooter::parse(std::string_view bytes) {
  if (bytes.size() != kSegmentFooterBytes || !bytes.ends_with(kSegmentMagic))
    return fail(ErrorCode::give_up, "the segment file has no end: it was cut off");
  ByteReader from(bytes);
  SegmentFooter footer;
  footer.table_offset = from.little<uint64_t>();
  footer.sections = from.little<uint32_t>();
  footer.table_crc32c = from.little<uint32_t>();
  if (footer.sections > kSectionsMax)
    return fail(ErrorCode::give_up, "the segment file has too many sections: it is damaged");
  return footer;
}

Result<SegmentSections> find_sections(std::string_view table, uint64_t file_bytes) {
  ByteReader from(table);
  std::map<SectionKind, SegmentSection> found;
  while (from.remaining() >= kSectionEntryBytes) {
    SegmentSection section = read_section(from);
    if (section.offset > file_bytes || section.bytes > file_bytes - section.offset)
      return fail(ErrorCode::give_up, "a section of the segment file lies outside of it");
    if (known(section)) {
      found[section.kind] = section;
    } else if (section.flags & kSectionRequired) {
      return fail(ErrorCode::give_up,
                  "the segment file needs section {} of version {}, which this version does not "
                  "know: it was written by a newer one",
                  static_cast<uint16_t>(section.kind), section.version);
    }
  }
  if (found.size() != kSectionsKnown)
    return fail(ErrorCode::give_up,
                "the segment file lacks its directory, its positions or its names");
  SegmentSections sections{found[SectionKind::directory], found[SectionKind::positions],
                           found[SectionKind::names]};
  if (sections.directory.bytes > kDirectoryBytesMax)
    return fail(ErrorCode::give_up, "the directory of the segment file is too long");
  return sections;
}

}  // namespace efd::store
