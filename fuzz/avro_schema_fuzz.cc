// SPDX-License-Identifier: MIT
// Any text as a schema: what parses has a canonical text that parses to the same, and compiles or
// says why not.
#include <cstddef>
#include <cstdint>

#include "avro/canonical.h"
#include "avro/decode_program.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using efd::avro::Schema;
  using efd::avro::Strictness;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto schema = Schema::parse(text, Strictness::lenient);
  auto strict = Schema::parse(text, Strictness::strict);
  EFD_CHECK(schema || !strict);
  if (!schema) return 0;
  efd::avro::parsing_canonical_form(*schema);
  auto program = efd::avro::DecodeProgram::compile(*schema);
  if (program) (*program)->layout();
  if (!strict) return 0;
  std::string canonical = efd::avro::canonical_text(*strict);
  auto again = Schema::parse(canonical, Strictness::strict);
  EFD_CHECK(again && efd::avro::canonical_text(*again) == canonical);
  return 0;
}
