// SPDX-License-Identifier: MIT
// The few words of Avro's binary encoding that mock messages are made of (Avro 1.11 specification,
// "Binary Encoding"). Each function writes at `to`, where there must be room, and returns its end.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace efd::sal {

constexpr size_t kVarintBytesMax = 10;

inline char* put_varint(char* to, int64_t value) {
  uint64_t zigzag = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  for (; zigzag >= 0x80; zigzag >>= 7) *to++ = static_cast<char>(zigzag | 0x80);
  *to++ = static_cast<char>(zigzag);
  return to;
}

template <class Float>
char* put_float(char* to, Float value) {
  store_little(to, value);
  return to + sizeof value;
}

inline char* put_bytes(char* to, std::string_view bytes) {
  to = put_varint(to, static_cast<int64_t>(bytes.size()));
  std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

}  // namespace efd::sal
