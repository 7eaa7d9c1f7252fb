// SPDX-License-Identifier: MIT
#include "store/block_index.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/checksum.h"
#include "codec/varint.h"
#include "store/encoding/column.h"
#include "store/head.h"

namespace efd::store {
namespace {

constexpr uint8_t kArrayBit = 0x80;
constexpr size_t kCrcBytes = 4;
// The least that a section or a stripe takes in a header.
constexpr size_t kSectionBytesMin = 3;
constexpr size_t kStripeHeaderBytesMin = 5;

tl::unexpected<Error> damaged(const char* what) {
  return fail(ErrorCode::give_up, "the header of a block is damaged: {}", what);
}

void append_section(const BlockSection& section, uint32_t id_before, std::string& out) {
  codec::append_varint(section.column_id - id_before, out);
  out.push_back(
      static_cast<char>(static_cast<uint8_t>(section.type) | (section.is_array ? kArrayBit : 0)));
  if (section.is_array) {
    codec::append_varint(section.first, out);
    codec::append_varint(section.elements, out);
  }
  codec::append_varint(section.bytes, out);
}

BlockSection read_section(ByteReader& from, uint32_t id_before) {
  BlockSection section;
  section.column_id = id_before + codec::read_varint32(from);
  uint8_t type = from.little<uint8_t>();
  section.is_array = type & kArrayBit;
  section.type = static_cast<rows::ColumnType>(type & ~kArrayBit);
  if (section.is_array) {
    section.first = codec::read_varint32(from);
    section.elements = codec::read_varint32(from);
  }
  section.bytes = codec::read_varint32(from);
  return section;
}

bool valid(const BlockSection& section) {
  return section.type >= rows::ColumnType::integer && section.type <= rows::ColumnType::string &&
         section.elements >= 1 && section.elements <= encoding::kArrayElementsMax;
}

bool in_order(const BlockSection& a, const BlockSection& b) {
  return a.column_id != b.column_id ? a.column_id < b.column_id
                                    : uint64_t{a.first} + a.elements <= b.first;
}

}  // namespace

void BlockIndex::arrange() {
  stripes.assign(1, {time_bytes + series_bytes, 0, 0});
  for (BlockSection& section : sections) {
    if (stripes.back().bytes >= kStripeBytes)
      stripes.push_back({0, 0, stripes.back().offset + stripes.back().bytes});
    section.stripe = static_cast<uint32_t>(stripes.size() - 1);
    section.offset = stripes.back().bytes;
    stripes.back().bytes += section.bytes;
  }
}

void BlockIndex::append_to(std::string& out) const {
  size_t begin = out.size();
  codec::append_varint(rows, out);
  codec::append_varint(time_bytes, out);
  codec::append_varint(first_series, out);
  codec::append_varint(series_bytes, out);
  codec::append_varint(sections.size(), out);
  uint32_t id = 0;
  for (const BlockSection& section : sections) {
    append_section(section, id, out);
    id = section.column_id;
  }
  codec::append_varint(stripes.size(), out);
  ByteWriter writer(out);
  for (const BlockStripe& stripe : stripes) {
    codec::append_varint(stripe.bytes, out);
    writer.little<uint32_t>(stripe.crc32c);
  }
  writer.little<uint32_t>(codec::crc32c(std::string_view(out).substr(begin)));
}

Result<BlockIndex> BlockIndex::parse(std::string_view header) {
  if (header.size() < kCrcBytes) return damaged("it is too short");
  std::string_view body = header.substr(0, header.size() - kCrcBytes);
  if (codec::crc32c(body) != load_little<uint32_t>(header.data() + body.size()))
    return damaged("its checksum is wrong");
  ByteReader from(body);
  BlockIndex index;
  index.rows = codec::read_varint32(from);
  if (index.rows == 0 || index.rows > kBlockRowsMax) return damaged("its number of rows");
  index.time_bytes = codec::read_varint32(from);
  index.first_series = codec::read_varint32(from);
  index.series_bytes = codec::read_varint32(from);
  EFD_TRY(index.read_sections(from));
  EFD_TRY(index.read_stripes(from));
  if (!from.ok() || from.remaining()) return damaged("its length");
  if (!index.place_sections()) return damaged("its stripes do not hold its columns");
  return index;
}

Result<> BlockIndex::read_sections(ByteReader& from) {
  uint32_t count = codec::read_varint32(from);
  if (count > from.remaining() / kSectionBytesMin) return damaged("its number of columns");
  sections.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t id = i ? sections.back().column_id : 0;
    sections.push_back(read_section(from, id));
    if (!valid(sections.back())) return damaged("a column is of no known type");
    if (i && !in_order(sections[i - 1], sections[i]))
      return damaged("its columns are not in order");
  }
  return {};
}

Result<> BlockIndex::read_stripes(ByteReader& from) {
  uint32_t count = codec::read_varint32(from);
  if (count > from.remaining() / kStripeHeaderBytesMin) return damaged("its number of stripes");
  stripes.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t bytes = codec::read_varint32(from);
    stripes.push_back({bytes, from.little<uint32_t>(), 0});
  }
  return {};
}

// By the stripes that were read. False when a column crosses the end of a stripe.
bool BlockIndex::place_sections() {
  uint64_t offset = 0;
  for (BlockStripe& stripe : stripes) {
    stripe.offset = static_cast<uint32_t>(offset);
    offset += stripe.bytes;
  }
  const uint64_t keys = uint64_t{time_bytes} + series_bytes;
  if (stripes.empty() || offset > UINT32_MAX || keys > stripes[0].bytes) return false;
  uint32_t stripe = 0;
  auto used = static_cast<uint32_t>(keys);
  for (BlockSection& section : sections) {
    if (used == stripes[stripe].bytes && stripe + 1 < stripes.size()) {
      ++stripe;
      used = 0;
    }
    if (section.bytes > stripes[stripe].bytes - used) return false;
    section.stripe = stripe;
    section.offset = used;
    used += section.bytes;
  }
  return stripe + 1 == stripes.size() && used == stripes[stripe].bytes;
}

const BlockSection* BlockIndex::find(uint32_t column_id, uint32_t element) const {
  auto behind =
      std::upper_bound(sections.begin(), sections.end(), std::pair(column_id, element),
                       [](const std::pair<uint32_t, uint32_t>& key, const BlockSection& section) {
                         return key < std::pair(section.column_id, section.first);
                       });
  if (behind == sections.begin()) return nullptr;
  const BlockSection& section = *(behind - 1);
  bool found = section.column_id == column_id && element - section.first < section.elements;
  return found ? &section : nullptr;
}

}  // namespace efd::store
