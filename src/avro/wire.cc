// SPDX-License-Identifier: MIT
#include "avro/wire.h"

#include "base/bytes.h"

namespace efd::avro {
namespace {

constexpr uint8_t kMagic = 0;

}  // namespace

Result<WireDatum> parse_wire(std::string_view bytes) {
  if (bytes.size() < kWireHeaderSize) {
    return fail(ErrorCode::bad_input,
                "not in Confluent's wire format: {} bytes, the header alone has {}", bytes.size(),
                kWireHeaderSize);
  }
  ByteReader reader(bytes);
  uint8_t magic = reader.big<uint8_t>();
  if (magic != kMagic) {
    return fail(ErrorCode::bad_input, "not in Confluent's wire format: the first byte is {}, not 0",
                magic);
  }
  SchemaId id(reader.big<int32_t>());
  return WireDatum{id, reader.rest()};
}

void append_wire_header(SchemaId id, std::string& out) {
  ByteWriter writer(out);
  writer.big<uint8_t>(kMagic);
  writer.big<int32_t>(id.value());
}

}  // namespace efd::avro
