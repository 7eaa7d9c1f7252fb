// SPDX-License-Identifier: MIT
// SchemaRegistry: what the rest of the program asks of a schema registry, be it ours or
// Confluent's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "avro/schema.h"
#include "base/ids.h"
#include "base/result.h"

namespace efd::registry {

// A schema that has an id. Immutable.
struct RegisteredSchema {
  SchemaId id;
  std::string text;  // as the registry gives it
  avro::Schema schema;
};

// A schema as a version of a subject.
struct SubjectVersion {
  Subject subject;
  int32_t version = 0;  // from 1
  SchemaId id;
  std::string text;
  std::string type = "AVRO";
  std::string references = {};  // JSON array, or empty
};

// Thread-safe; each call may wait for disk or network.
class SchemaRegistry {
 public:
  virtual ~SchemaRegistry() = default;
  // The schema's id; it becomes the subject's latest version unless it is one of its versions
  // already. bad_input: no Avro schema; retry, overload: later.
  virtual Result<SchemaId> add(const Subject& subject, std::string_view schema) = 0;
  // not_found: the registry does not know the id; retry: it could not be asked; bad_input: the
  // schema is not an Avro schema.
  virtual Result<std::shared_ptr<const RegisteredSchema>> find(SchemaId id) = 0;
  // not_found: no such subject, or all its versions are deleted.
  virtual Result<SubjectVersion> latest(const Subject& subject) = 0;
};

}  // namespace efd::registry
