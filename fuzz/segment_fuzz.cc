// SPDX-License-Identifier: MIT
// Segment files of any bytes: opened and read, or refused with an error. Checksums of the parts are
// put right in turn, so that what lies behind them is reached.
#include "base/bytes.h"
#include "codec/checksum.h"
#include "codec/compression.h"
#include "store/segment_file.h"
#include "store/segment_piece.h"
#include "store/segment_sections.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

constexpr uint32_t kMeasurements = 4;
constexpr size_t kGroupsRead = 16;

void read_file(std::string_view bytes) {
  system::MemoryFileSystem files;
  (void)files.make_directories("/s/segments");
  const std::string path = segment_path("/s", kSegmentsFolder, 1);
  auto file = files.open(path, system::Open::create);
  (void)(*file)->write_at(0, bytes);
  SegmentInfo info;
  if (auto opened = open_segment(files, path)) {
    info.header = (*opened)->header;
    (void)read_positions(**opened);
    (void)read_names(**opened);
  }
  info.header.number = 1;
  auto removed = std::make_shared<RemovedFiles>(files, "/s");
  auto shared =
      std::make_shared<SegmentFile>(info, std::make_shared<SegmentCache>(files, "/s", removed));
  for (uint32_t id = 0; id < kMeasurements; ++id) {
    auto pieces = segment_source(shared, id)->pieces();
    if (!pieces) continue;
    FieldRef field{0, 0, rows::FieldType::integer};
    for (size_t i = 0; i < std::min(pieces->size(), kGroupsRead); ++i)
      (void)(*pieces)[i].piece->read({INT64_MIN, INT64_MAX, {&field, 1}});
  }
}

// The file with its directory, its section of positions and names (what is encoded there is given)
// and its section table replaced by ones whose checksums are right.
std::string repaired(std::string_view blocks, std::string_view directory, std::string_view inner) {
  std::string file = SegmentHeader().encoded() + std::string(blocks);
  std::string table;
  uint32_t count = 0;
  const std::string packed = *codec::compress(codec::Compression::zstd, inner);
  for (SectionKind kind : {SectionKind::directory, SectionKind::positions, SectionKind::names}) {
    std::string_view bytes = kind == SectionKind::directory ? directory : packed;
    SegmentSection section{kind,        kSectionVersion, kSectionRequired,
                           file.size(), bytes.size(),    codec::crc32c(bytes)};
    section.append_to(table);
    file += bytes;
    ++count;
  }
  SegmentFooter footer{file.size(), count, codec::crc32c(table)};
  return file + table + footer.encoded();
}

}  // namespace
}  // namespace efd::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  efd::store::read_file(bytes);
  size_t half = size / 2;
  efd::store::read_file(efd::store::repaired(bytes.substr(0, half), bytes.substr(half), bytes));
  (void)efd::store::find_sections(bytes, size);
  return 0;
}
