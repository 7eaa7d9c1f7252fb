// SPDX-License-Identifier: MIT
#include "store/segment_directory.h"

#include "base/bytes.h"
#include "codec/varint.h"
#include "store/head.h"

namespace efd::store {
namespace {

constexpr size_t kEntryBytes = 8;      // measurement id, where its groups are
constexpr size_t kGroupBytesMin = 10;  // as encoded
// A block is about as large as its rows at most; one row may be larger than kBlockRawBytesMax.
constexpr uint64_t kBlockBytesMax = uint64_t{1} << 31;

void append_group(const RowGroup& group, int64_t shard_start_ns, std::string& out) {
  codec::append_varint(group.offset, out);
  codec::append_varint(group.bytes, out);
  codec::append_varint(group.header_bytes, out);
  codec::append_varint(group.rows, out);
  codec::append_varint(static_cast<uint64_t>(group.min_ns) - static_cast<uint64_t>(shard_start_ns),
                       out);
  codec::append_varint(static_cast<uint64_t>(group.max_ns) - static_cast<uint64_t>(group.min_ns),
                       out);
  codec::append_varint(group.values, out);
  out.push_back(static_cast<char>(group.flags));
  codec::append_varint(group.first_series, out);
  codec::append_varint(group.last_series - group.first_series, out);
}

RowGroup read_group(ByteReader& from, int64_t shard_start_ns) {
  RowGroup group;
  group.offset = codec::read_varint64(from);
  group.bytes = codec::read_varint32(from);
  group.header_bytes = codec::read_varint32(from);
  group.rows = codec::read_varint32(from);
  uint64_t min = static_cast<uint64_t>(shard_start_ns) + codec::read_varint64(from);
  group.min_ns = static_cast<int64_t>(min);
  group.max_ns = static_cast<int64_t>(min + codec::read_varint64(from));
  group.values = codec::read_varint64(from);
  group.flags = from.little<uint8_t>();
  group.first_series = codec::read_varint32(from);
  group.last_series = group.first_series + codec::read_varint32(from);
  return group;
}

bool valid(const RowGroup& group, uint64_t blocks_end) {
  return group.offset <= blocks_end && group.bytes <= blocks_end - group.offset &&
         group.bytes <= kBlockBytesMax && group.header_bytes <= group.bytes && group.rows >= 1 &&
         group.rows <= kBlockRowsMax && group.min_ns <= group.max_ns &&
         group.first_series <= group.last_series;
}

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::give_up, "the directory of the segment file is damaged");
}

// The place of a measurement's groups; 0 when it has none.
size_t find_entry(std::string_view entries, uint32_t measurement) {
  size_t begin = 0;
  size_t end = entries.size() / kEntryBytes;
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    const char* entry = entries.data() + middle * kEntryBytes;
    uint32_t id = load_little<uint32_t>(entry);
    if (id == measurement) return load_little<uint32_t>(entry + sizeof id);
    (id < measurement ? begin : end) = id < measurement ? middle + 1 : middle;
  }
  return 0;
}

}  // namespace

std::string encode_directory(const RowGroups& groups, int64_t shard_start_ns) {
  std::string lists;
  std::string out;
  ByteWriter writer(out);
  size_t lists_begin = sizeof(uint32_t) + groups.size() * kEntryBytes;
  writer.little<uint32_t>(static_cast<uint32_t>(groups.size()));
  for (const auto& [measurement, list] : groups) {
    writer.little<uint32_t>(measurement);
    writer.little<uint32_t>(static_cast<uint32_t>(lists_begin + lists.size()));
    codec::append_varint(list.size(), lists);
    for (const RowGroup& group : list) append_group(group, shard_start_ns, lists);
  }
  return out + lists;
}

Result<std::vector<RowGroup>> find_groups(std::string_view directory, uint32_t measurement,
                                          int64_t shard_start_ns, uint64_t blocks_end) {
  ByteReader from(directory);
  uint32_t count = from.little<uint32_t>();
  if (!from.ok() || count > from.remaining() / kEntryBytes) return damaged();
  size_t at = find_entry(from.take(count * kEntryBytes), measurement);
  std::vector<RowGroup> groups;
  if (at == 0) return groups;
  if (at > directory.size()) return damaged();
  ByteReader list(directory.substr(at));
  uint64_t n = codec::read_varint64(list);
  if (n > list.remaining() / kGroupBytesMin) return damaged();
  groups.reserve(n);
  for (uint64_t i = 0; i < n; ++i) {
    groups.push_back(read_group(list, shard_start_ns));
    if (!list.ok() || !valid(groups.back(), blocks_end)) return damaged();
  }
  return groups;
}

}  // namespace efd::store
