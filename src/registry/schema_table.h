// SPDX-License-Identifier: MIT
// What the records of `_schemas` add up to: subjects, their versions, schemas by id and by
// identity, compatibility levels. In memory, no I/O. Not thread-safe.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/digest.h"
#include "registry/registry.h"
#include "registry/schemas_topic.h"

namespace efd::registry {

// A schema of any type that has an id.
struct StoredSchema {
  std::string text;
  std::string type;                              // "AVRO" ...
  std::string references;                        // JSON array, or empty
  std::shared_ptr<const RegisteredSchema> avro;  // null: of another type, or not readable
  int uses = 0;                                  // versions that have it, deleted ones included
};

// By which schemas are the same: type, canonical text and references.
using Identity = codec::Md5;
Identity identity_of(const avro::Schema& schema);

class SchemaTable {
 public:
  struct Version {
    SchemaId id;
    bool is_deleted = false;
  };
  struct SubjectState {
    std::map<int32_t, Version> versions;  // deleted ones included
    std::optional<std::string> level;

    // The greatest version that is not deleted; none: the subject is deleted.
    std::optional<int32_t> latest() const;
  };

  // conflict: a version whose id is another schema's. As in Confluent's registry, the one that came
  // first keeps the id, and the other is passed over while it is there.
  Result<> apply(const SchemaRecord& record);

  // Null: unknown. A subject without versions (only a level) is unknown, too.
  const StoredSchema* find(SchemaId id) const;
  const SubjectState* find(const Subject& subject) const;
  // The id under which a schema is registered anywhere.
  std::optional<SchemaId> find_identical(const Identity& identity) const;
  // Of a version of the subject that is not deleted (or is, if `with_deleted`); the greatest one.
  std::optional<int32_t> find_version(const Subject& subject, const Identity& identity,
                                      bool with_deleted) const;

  const std::map<std::string, SubjectState>& subjects() const { return subjects_; }
  // Versions that are ignored, by subject and version.
  using Conflicts = std::map<std::pair<std::string, int32_t>, SchemaValue>;
  const Conflicts& conflicts() const { return conflicts_; }
  size_t version_count() const { return version_count_; }  // deleted ones included
  std::vector<std::pair<Subject, int32_t>> versions_of(SchemaId id, bool with_deleted) const;
  std::optional<std::string> level() const { return level_; }
  std::optional<std::string> level(const Subject& subject) const;
  // Ids are never given twice, nor versions of a subject that exists. 0: there are no more.
  SchemaId next_id() const { return SchemaId(next_number(id_max_)); }
  int32_t next_version(const Subject& subject) const;
  // `count` ids behind the known ones may have been given already: skip them.
  void reserve_ids(int64_t count) {
    id_max_ = static_cast<int32_t>(
        std::min<int64_t>(id_max_ + count, std::numeric_limits<int32_t>::max()));
  }

 private:
  struct IdentityHash {
    size_t operator()(const Identity& identity) const {
      return hash_bytes({reinterpret_cast<const char*>(identity.data()), identity.size()});
    }
  };

  static int32_t next_number(int32_t last) {
    return last == std::numeric_limits<int32_t>::max() ? 0 : last + 1;
  }
  Result<> put_version(const SchemaValue& value);
  bool is_taken(const SchemaValue& value) const;
  void admit_waiting(int32_t id);
  void erase_version(const std::string& subject, int32_t version);
  void delete_versions(const std::string& subject, int32_t through);
  void clear_deleted(const std::string& subject);
  void retain(const SchemaValue& value);
  void release(SchemaId id);

  std::map<std::string, SubjectState> subjects_;
  std::unordered_map<int32_t, StoredSchema> schemas_;
  std::unordered_map<Identity, int32_t, IdentityHash> ids_;
  Conflicts conflicts_;
  std::optional<std::string> level_;
  int32_t id_max_ = 0;
  size_t version_count_ = 0;
};

}  // namespace efd::registry
