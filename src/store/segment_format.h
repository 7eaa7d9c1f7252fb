// SPDX-License-Identifier: MIT
// Segment files: the numbers and the fixed parts of their layout (docs/formats/store.md).
//
//   header | block | block | ... | directory | section table | footer
//
// Written once, never changed. All numbers little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace efd::store {

constexpr std::string_view kSegmentMagic = "EFDSEGM\n";
constexpr uint16_t kSegmentVersion = 3;
constexpr size_t kSegmentHeaderBytes = 72;
constexpr size_t kSegmentFooterBytes = 24;
constexpr size_t kSectionEntryBytes = 28;
constexpr uint32_t kSectionsMax = 64;
// The directory of the widest file: a million row groups.
constexpr uint64_t kDirectoryBytesMax = 64 << 20;
// A section of positions or names, as stored and as what it holds.
constexpr uint64_t kSectionBytesMax = 256 << 20;

enum class SectionKind : uint16_t {
  directory = 1,
  positions = 2,
  names = 3,
};
constexpr uint16_t kSectionVersion = 1;   // of each
constexpr uint32_t kSectionRequired = 1;  // a reader that does not know it must refuse the file

struct SegmentHeader {
  uint8_t level = 0;  // 0: from a flush
  Uuid store;
  uint32_t database = 0;
  uint32_t policy = 0;
  uint64_t number = 0;
  int64_t shard_start_ns = 0;
  int64_t shard_ns = 0;

  std::string encoded() const;
  static Result<SegmentHeader> parse(std::string_view bytes);
};

struct SegmentSection {
  SectionKind kind = SectionKind::directory;
  uint16_t version = 0;
  uint32_t flags = 0;
  uint64_t offset = 0;
  uint64_t bytes = 0;
  uint32_t crc32c = 0;

  void append_to(std::string& out) const;
};

struct SegmentFooter {
  uint64_t table_offset = 0;
  uint32_t sections = 0;
  uint32_t table_crc32c = 0;

  std::string encoded() const;
  static Result<SegmentFooter> parse(std::string_view bytes);
};

struct SegmentSections {
  SegmentSection directory;
  SegmentSection positions;
  SegmentSection names;
};
// The sections' places by the section table of a file of `file_bytes`. `give_up`: damaged, one is
// not there, or a required one of a newer version.
Result<SegmentSections> find_sections(std::string_view table, uint64_t file_bytes);

}  // namespace efd::store
