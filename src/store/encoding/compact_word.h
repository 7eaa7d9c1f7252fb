// SPDX-License-Identifier: MIT
// One word without its leading and trailing zero bytes: a byte with the number of bytes that follow
// (low half) and of zero bytes below them (high half), then the bytes, lowest first. 0 takes one
// byte, the double 1.0 three.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace efd::store::encoding {

inline void append_compact(uint64_t word, std::string& out) {
  unsigned below = word ? static_cast<unsigned>(__builtin_ctzll(word)) / 8 : 0;
  uint64_t rest = word >> 8 * below;
  unsigned count = rest ? (71 - static_cast<unsigned>(__builtin_clzll(rest))) / 8 : 0;
  char bytes[1 + sizeof rest];
  bytes[0] = static_cast<char>(below << 4 | count);
  store_little(bytes + 1, rest);
  out.append(bytes, 1 + count);
}

inline uint64_t read_compact(ByteReader& from) {
  unsigned head = from.little<uint8_t>();
  unsigned count = head & 15;
  unsigned below = head >> 4;
  if (count + below > 8 || below > 7) return from.spoil(), 0;
  std::string_view bytes = from.take(count);
  uint64_t word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  return word << 8 * below;
}

}  // namespace efd::store::encoding
