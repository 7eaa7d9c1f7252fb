// SPDX-License-Identifier: MIT
#include "codec/checksum.h"

#include <algorithm>
#include <climits>

#include <isa-l/crc.h>
#include <zlib.h>

namespace efd::codec {

uint32_t crc32c(std::string_view bytes) {
  Crc32c crc;
  crc.extend(bytes);
  return crc.value();
}

void Crc32c::extend(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t part = std::min(bytes.size(), static_cast<size_t>(INT_MAX));
    // The library reads only, its parameter has merely lost the const.
    auto* from = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    state_ = crc32_iscsi(from, static_cast<int>(part), state_);
    bytes.remove_prefix(part);
  }
}

uint32_t crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace efd::codec
