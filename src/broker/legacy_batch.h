// SPDX-License-Identifier: MIT
// Kafka's messages of magic 0 and 1 (before 0.11): read only. For this module.
#pragma once

#include <string_view>

#include "base/result.h"
#include "broker/record_batch.h"

namespace efd::broker {

// The message at the front of `bytes`; a compressed one holds messages in its turn, one level deep.
// Appends its records and returns its size. Magic 0 has no timestamps.
Result<size_t> decode_message(std::string_view bytes, Records& into);

}  // namespace efd::broker
