// SPDX-License-Identifier: MIT
// Variable-length integers: seven bits a byte, lowest first, the high bit says that more follow.
// Zigzag puts the sign into bit 0. Kafka (records, flexible messages) and Avro share them; an int32
// and an int64 of the same value have the same bytes.
//
// Reading never goes past the end. Cut off, too long or too big a number spoils the ByteReader (the
// number reads as 0), or gives a null pointer in the pointer form.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace efd::codec {

constexpr int kVarint64SizeMax = 10;
constexpr int kVarint32SizeMax = 5;

constexpr uint64_t zigzag_encoded(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t zigzag_decoded(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

// How many bytes append_varint and append_zigzag write.
constexpr size_t varint_size(uint64_t value) {
  return (static_cast<size_t>(64 - __builtin_clzll(value | 1)) + 6) / 7;
}
constexpr size_t zigzag_size(int64_t value) {
  return varint_size(zigzag_encoded(value));
}

namespace varint_detail {

// `size_max` bytes may be read from `at`, so that no end need be looked at.
template <int size_max>
const char* parse_within(const char* at, uint64_t& value) {
  uint64_t bits = 0;
#pragma GCC unroll 10
  for (int i = 0; i < size_max; ++i) {
    uint64_t byte = static_cast<uint8_t>(at[i]);
    bits |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      value = bits;
      // The tenth byte holds the one bit that is left.
      return i == kVarint64SizeMax - 1 && byte > 1 ? nullptr : at + i + 1;
    }
  }
  return nullptr;
}

// The slow way, near the end.
inline const char* parse_before(const char* at, const char* end, uint64_t& value) {
  char padded[kVarint64SizeMax];
  size_t size = static_cast<size_t>(end - at);
  std::memset(padded, 0xff, sizeof padded);
  if (size) std::memcpy(padded, at, size);
  const char* behind = parse_within<kVarint64SizeMax>(padded, value);
  if (!behind || behind - padded > end - at) return nullptr;
  return at + (behind - padded);
}

}  // namespace varint_detail

// Reads an unsigned number from [at, end). Returns the byte behind it, or null.
inline const char* parse_varint(const char* at, const char* end, uint64_t& value) {
  if (at < end && static_cast<uint8_t>(*at) < 0x80) [[likely]] {
    value = static_cast<uint8_t>(*at);
    return at + 1;
  }
  if (end - at >= kVarint64SizeMax) [[likely]] {
    return varint_detail::parse_within<kVarint64SizeMax>(at, value);
  }
  return varint_detail::parse_before(at, end, value);
}

inline uint64_t read_varint64(ByteReader& reader) {
  std::string_view rest = reader.rest();
  uint64_t value = 0;
  const char* behind = parse_varint(rest.data(), rest.data() + rest.size(), value);
  if (!behind) return reader.spoil(), 0;
  reader.take(static_cast<size_t>(behind - rest.data()));
  return value;
}
inline uint32_t read_varint32(ByteReader& reader) {
  uint64_t value = read_varint64(reader);
  if (value > UINT32_MAX) return reader.spoil(), 0;
  return static_cast<uint32_t>(value);
}
inline int64_t read_zigzag64(ByteReader& reader) {
  return zigzag_decoded(read_varint64(reader));
}
inline int32_t read_zigzag32(ByteReader& reader) {
  return static_cast<int32_t>(zigzag_decoded(read_varint32(reader)));
}

inline void append_varint(uint64_t value, std::string& out) {
  char bytes[kVarint64SizeMax];
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
  bytes[size++] = static_cast<char>(value);
  out.append(bytes, size);
}
inline void append_zigzag(int64_t value, std::string& out) {
  append_varint(zigzag_encoded(value), out);
}

}  // namespace efd::codec
