// SPDX-License-Identifier: MIT
// LZ4 frames (LZ4 Frame Format 1.6). Written as Kafka's Java client does: independent blocks of
// 64 KiB, no checksums, no content size. Read by the library, with one repair: for messages of
// magic 0 Kafka computed the header checksum over the frame's magic number as well.
#include <lz4.h>
#include <lz4frame.h>

#define XXH_INLINE_ALL
#include <memory>

#include <xxhash.h>

#include "base/bytes.h"
#include "codec/formats.h"

namespace efd::codec {
namespace {

constexpr uint32_t kFrameMagic = 0x184d2204;
constexpr size_t kMagicSize = 4;
constexpr uint8_t kFlags = 0x60;  // version 1, independent blocks
constexpr uint8_t kBlockDescriptor = 0x40;
constexpr size_t kBlockSize = 64 << 10;
constexpr uint32_t kStoredBit = 0x80000000;  // in a block's length: not compressed
constexpr uint32_t kEndMark = 0;

uint8_t header_checksum(std::string_view header) {
  return static_cast<uint8_t>(XXH32(header.data(), header.size(), 0) >> 8);
}

void append_block(std::string_view block, ByteWriter& writer) {
  char packed[kBlockSize];
  int size = LZ4_compress_default(block.data(), packed, static_cast<int>(block.size()),
                                  static_cast<int>(block.size()) - 1);
  if (size > 0) {
    writer.little<uint32_t>(static_cast<uint32_t>(size));
    writer.raw({packed, static_cast<size_t>(size)});
  } else {
    writer.little<uint32_t>(static_cast<uint32_t>(block.size()) | kStoredBit);
    writer.raw(block);
  }
}

// The size of the frame header up to its checksum byte; 0: this is no frame.
size_t header_size(std::string_view bytes) {
  constexpr uint8_t kContentSizeBit = 0x08, kDictionaryBit = 0x01;
  if (bytes.size() < kMagicSize + 1 || load_little<uint32_t>(bytes.data()) != kFrameMagic) return 0;
  uint8_t flags = static_cast<uint8_t>(bytes[kMagicSize]);
  return kMagicSize + 2 + (flags & kContentSizeBit ? 8 : 0) + (flags & kDictionaryBit ? 4 : 0);
}

// The first header with a right checksum, where magic 0's wrong one stands; else empty.
std::string repaired_header(std::string_view bytes) {
  size_t size = header_size(bytes);
  if (!size || bytes.size() <= size) return {};
  std::string_view header = bytes.substr(0, size);
  if (static_cast<uint8_t>(bytes[size]) != header_checksum(header)) return {};
  std::string repaired(header);
  repaired += static_cast<char>(header_checksum(header.substr(kMagicSize)));
  return repaired;
}

struct FreeContext {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};
using Context = std::unique_ptr<LZ4F_dctx, FreeContext>;

// Kafka's Java code, brokers and consumers alike, reads no blocks that refer to earlier ones.
Result<> check_blocks_are_independent(std::string_view frame) {
  constexpr uint8_t kIndependent = 0x20;
  bool is_frame = frame.size() > kMagicSize && load_little<uint32_t>(frame.data()) == kFrameMagic;
  if (!is_frame || static_cast<uint8_t>(frame[kMagicSize]) & kIndependent) return {};
  return damaged("lz4", "its blocks depend on each other, which Kafka does not allow");
}

// Feeds all of `bytes`; `hint` is what the library expects next, 0 at a frame's end.
Result<> feed(LZ4F_dctx* context, std::string_view bytes, size_t size_max, BoundedOutput& out,
              size_t& hint) {
  while (true) {
    if (hint == 0) EFD_TRY(check_blocks_are_independent(bytes));
    size_t taken = bytes.size();
    size_t made = out.room();
    hint = LZ4F_decompress(context, out.next(), &made, bytes.data(), &taken, nullptr);
    if (LZ4F_isError(hint)) return damaged("lz4", LZ4F_getErrorName(hint));
    out.advance(made);
    if (out.too_big()) return too_big(size_max);
    bytes.remove_prefix(taken);
    // What is unpacked inside of the library comes out before it says that it needs no room.
    if (bytes.empty() && out.room() && made == 0) return {};
    if (bytes.empty() && hint == 0) return {};
  }
}

}  // namespace

Result<std::string> lz4_frame(std::string_view bytes) {
  std::string out;
  ByteWriter writer(out);
  writer.little<uint32_t>(kFrameMagic);
  writer.little<uint8_t>(kFlags);
  writer.little<uint8_t>(kBlockDescriptor);
  writer.little<uint8_t>(header_checksum(std::string_view(out).substr(kMagicSize)));
  while (!bytes.empty()) {
    size_t part = std::min(bytes.size(), kBlockSize);
    append_block(bytes.substr(0, part), writer);
    bytes.remove_prefix(part);
  }
  writer.little<uint32_t>(kEndMark);
  return out;
}

Result<std::string> unlz4(std::string_view bytes, size_t size_max) {
  if (bytes.empty()) return damaged("lz4", "empty");
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION))) {
    return fail(ErrorCode::overload, "lz4: no memory");
  }
  Context context(raw);
  BoundedOutput out(size_max, bytes.size() * 4);
  size_t hint = 0;
  std::string header = repaired_header(bytes);
  if (!header.empty()) EFD_TRY(feed(raw, header, size_max, out, hint));
  EFD_TRY(feed(raw, bytes.substr(header.size()), size_max, out, hint));
  if (hint != 0) return damaged("lz4", "cut off");
  return out.take();
}

}  // namespace efd::codec
