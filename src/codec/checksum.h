// SPDX-License-Identifier: MIT
// Checksums. All functions are pure and thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

namespace efd::codec {

// CRC-32C (Castagnoli, RFC 3720 appendix B.4) as Kafka's v2 batches and our own files carry it:
// crc32c("123456789") is 0xe3069283.
uint32_t crc32c(std::string_view bytes);

// The same over bytes that come in pieces; value() may be asked at any time.
class Crc32c {
 public:
  void extend(std::string_view bytes);
  uint32_t value() const { return ~state_; }

 private:
  uint32_t state_ = 0xffffffff;
};

// CRC-32 of zlib (IEEE 802.3), as Kafka's messages of magic 0 and 1 carry it.
uint32_t crc32(std::string_view bytes);

}  // namespace efd::codec
