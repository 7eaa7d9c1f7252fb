// SPDX-License-Identifier: MIT
// Confluent's words for what the embedded registry refuses. For this module's .cc files.
#pragma once

#include "avro/schema.h"
#include "registry/rest_error.h"

namespace efd::registry {

constexpr std::string_view kLevelNone = "NONE";

RestError no_subject(const Subject& subject);
RestError no_version(int32_t version);
RestError no_schema(SchemaId id);
RestError subject_deleted(const Subject& subject);
RestError version_deleted(const Subject& subject, int32_t version);

RestResult<avro::Schema> parse_schema(std::string_view text, avro::Strictness strictness);

}  // namespace efd::registry
