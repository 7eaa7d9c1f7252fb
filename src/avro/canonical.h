// SPDX-License-Identifier: MIT
// A schema as text again, in the two forms by which schemas are compared.
#pragma once

#include "avro/schema.h"

namespace efd::avro {

// Apache Avro Java's Schema.toString(), the identity of a schema in a Confluent registry: order of
// attributes and white space vanish; doc, aliases, defaults, order and properties stay.
std::string canonical_text(const Schema& schema);

// The specification's Parsing Canonical Form: only what is needed to read data.
std::string parsing_canonical_form(const Schema& schema);

// CRC-64-AVRO, the specification's Rabin fingerprint.
uint64_t crc64_avro(std::string_view bytes);

}  // namespace efd::avro
