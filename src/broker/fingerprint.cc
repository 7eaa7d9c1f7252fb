// SPDX-License-Identifier: MIT
#include "broker/fingerprint.h"

#include "base/bytes.h"
#include "codec/checksum.h"

namespace efd::broker {
namespace {

void extend(codec::Crc32c& crc, const std::optional<std::string_view>& bytes) {
  char length[4];
  store_little<int32_t>(length, bytes ? static_cast<int32_t>(bytes->size()) : -1);
  crc.extend({length, sizeof length});
  if (bytes) crc.extend(*bytes);
}

}  // namespace

uint32_t content_crc32c(const RecordView& record) {
  codec::Crc32c crc;
  extend(crc, record.key);
  extend(crc, record.value);
  return crc.value();
}

}  // namespace efd::broker
