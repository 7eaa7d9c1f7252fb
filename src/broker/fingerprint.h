// SPDX-License-Identifier: MIT
// What tells a record from another one at the same offset, the same for every broker: ids of topics
// are not always to be had (docs/positions.md).
#pragma once

#include <cstdint>

#include "broker/broker.h"

namespace efd::broker {

// CRC-32C over key and value, each as its i32 little-endian length (-1: none) and its bytes.
uint32_t content_crc32c(const RecordView& record);

}  // namespace efd::broker
