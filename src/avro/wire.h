// SPDX-License-Identifier: MIT
// Confluent's wire format: a zero byte, the schema's id in its registry (int32, big-endian), the
// Avro datum.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

namespace efd::avro {

constexpr size_t kWireHeaderSize = 5;

// `datum` points into the bytes that were parsed.
struct WireDatum {
  SchemaId id;
  std::string_view datum;
};

// Fails (bad_input) for fewer than 5 bytes and for another first byte.
Result<WireDatum> parse_wire(std::string_view bytes);

void append_wire_header(SchemaId id, std::string& out);

}  // namespace efd::avro
