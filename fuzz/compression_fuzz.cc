// SPDX-License-Identifier: MIT
// The first byte chooses the format, the rest is unpacked; what unpacks is packed and unpacked
// again.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "codec/compression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using efd::codec::Compression;
  constexpr size_t kSizeMax = 1 << 20;
  if (!size) return 0;
  auto compression = static_cast<Compression>(data[0] % 5);
  std::string_view packed(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto plain = efd::codec::decompress(compression, packed, kSizeMax);
  if (!plain) return 0;
  auto again = efd::codec::compress(compression, *plain);
  EFD_CHECK(again && *efd::codec::decompress(compression, *again, kSizeMax) == *plain);
  return 0;
}
