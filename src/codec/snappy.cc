// SPDX-License-Identifier: MIT
// Snappy: raw blocks by the library, and the framing of snappy-java (xerial), which Kafka's clients
// use: a header of 16 bytes, then blocks of a big-endian length and raw snappy data.
#include <snappy.h>

#include "base/bytes.h"
#include "codec/formats.h"

namespace efd::codec {
namespace {

constexpr std::string_view kXerialMagic{"\x82SNAPPY\0", 8};
constexpr size_t kBlockSize = 32 << 10;
constexpr uint32_t kVersion = 1;
constexpr uint32_t kCompatibleVersion = 1;

Result<> append_block(std::string_view block, size_t size_max, std::string& out) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &size)) {
    return damaged("snappy", "no length at the start of a block");
  }
  if (size > size_max - out.size()) return too_big(size_max);
  // A length that the block does not fill would only cost memory: check before making room.
  if (!snappy::IsValidCompressedBuffer(block.data(), block.size())) {
    return damaged("snappy", "a block does not unpack to its length");
  }
  size_t old_size = out.size();
  out.resize(old_size + size);
  snappy::RawUncompress(block.data(), block.size(), out.data() + old_size);
  return {};
}

Result<std::string> unsnappy_framed(std::string_view bytes, size_t size_max) {
  ByteReader reader(bytes.substr(kXerialMagic.size()));
  reader.big<uint32_t>();  // the version of the writer
  reader.big<uint32_t>();  // the version that a reader must know; there is only 1
  std::string out;
  while (reader.ok() && reader.remaining()) {
    uint32_t size = reader.big<uint32_t>();
    std::string_view block = reader.take(size);
    if (reader.ok()) EFD_TRY(append_block(block, size_max, out));
  }
  if (!reader.ok()) return damaged("snappy", "cut off");
  return out;
}

}  // namespace

Result<std::string> snappy_framed(std::string_view bytes) {
  std::string out(kXerialMagic);
  ByteWriter writer(out);
  writer.big<uint32_t>(kVersion);
  writer.big<uint32_t>(kCompatibleVersion);
  std::string block;
  while (!bytes.empty()) {
    size_t part = std::min(bytes.size(), kBlockSize);
    snappy::Compress(bytes.data(), part, &block);
    writer.big<uint32_t>(static_cast<uint32_t>(block.size()));
    writer.raw(block);
    bytes.remove_prefix(part);
  }
  return out;
}

Result<std::string> unsnappy(std::string_view bytes, size_t size_max) {
  if (bytes.starts_with(kXerialMagic)) return unsnappy_framed(bytes, size_max);
  std::string out;
  EFD_TRY(append_block(bytes, size_max, out));
  return out;
}

}  // namespace efd::codec
