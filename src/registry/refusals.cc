// SPDX-License-Identifier: MIT
#include "registry/refusals.h"

namespace efd::registry {

RestError no_subject(const Subject& subject) {
  return {RestCode::subject_not_found, fmt::format("Subject '{}' not found.", subject.value())};
}

RestError no_version(int32_t version) {
  return {RestCode::version_not_found, fmt::format("Version {} not found.", version)};
}

RestError no_schema(SchemaId id) {
  return {RestCode::schema_not_found, fmt::format("Schema {} not found", id.value())};
}

// Without a blank behind the full stop: clients' tests compare it.
RestError subject_deleted(const Subject& subject) {
  return {RestCode::subject_soft_deleted,
          fmt::format("Subject '{}' was soft deleted.Set permanent=true to delete permanently",
                      subject.value())};
}

RestError version_deleted(const Subject& subject, int32_t version) {
  return {RestCode::version_soft_deleted,
          fmt::format(
              "Subject '{}' Version {} was soft deleted.Set permanent=true to delete permanently",
              subject.value(), version)};
}

RestResult<avro::Schema> parse_schema(std::string_view text, avro::Strictness strictness) {
  if (text.empty()) return refuse(RestCode::invalid_schema, "Empty schema");
  Result<avro::Schema> schema = avro::Schema::parse(text, strictness);
  if (!schema) {
    return refuse(RestCode::invalid_schema, "Invalid schema: {}", schema.error().message);
  }
  return std::move(*schema);
}

}  // namespace efd::registry
