// SPDX-License-Identifier: MIT
// The questions that are asked of the embedded registry; its changes are in embedded_registry.cc.
#include "registry/embedded_registry.h"
#include "registry/refusals.h"

namespace efd::registry {

namespace {

bool shows(bool is_deleted, Deleted deleted) {
  if (deleted == Deleted::with) return true;
  return is_deleted == (deleted == Deleted::only);
}

SubjectVersion subject_version(const Subject& subject, int32_t version, const SchemaTable& table) {
  SchemaId id = table.find(subject)->versions.at(version).id;
  const StoredSchema& stored = *table.find(id);
  return {subject, version, id, stored.text, stored.type, stored.references};
}

}  // namespace

Result<SchemaId> EmbeddedRegistry::add(const Subject& subject, std::string_view schema) {
  RestResult<SchemaId> id = register_schema(subject, schema);
  if (!id) return fail(to_error(id.error()));
  return *id;
}

Result<std::shared_ptr<const RegisteredSchema>> EmbeddedRegistry::find(SchemaId id) {
  RestResult<std::shared_ptr<const RegisteredSchema>> found =
      look([&]() -> RestResult<std::shared_ptr<const RegisteredSchema>> {
        const StoredSchema* stored = table_.find(id);
        if (!stored) return refuse(no_schema(id));
        if (stored->avro) return stored->avro;
        return refuse(RestCode::invalid_schema,
                      "schema {} is no Avro schema that can be read (type {})", id.value(),
                      stored->type);
      });
  if (!found) return fail(to_error(found.error()));
  return std::move(*found);
}

Result<SubjectVersion> EmbeddedRegistry::latest(const Subject& subject) {
  RestResult<SubjectVersion> found = version(subject, {}, Deleted::without);
  if (!found) return fail(to_error(found.error()));
  return std::move(*found);
}

RestResult<SubjectVersion> EmbeddedRegistry::look_up(const Subject& subject,
                                                     std::string_view schema, Deleted deleted) {
  RestResult<avro::Schema> parsed = parse_schema(schema, avro::Strictness::lenient);
  if (!parsed) return refuse(parsed.error());
  Identity identity = identity_of(*parsed);
  return look([&]() -> RestResult<SubjectVersion> {
    const SchemaTable::SubjectState* state = table_.find(subject);
    if (!state || (deleted == Deleted::without && !state->latest())) {
      return refuse(no_subject(subject));
    }
    auto version = table_.find_version(subject, identity, deleted != Deleted::without);
    if (!version) return refuse(RestCode::schema_not_found, "Schema not found");
    return subject_version(subject, *version, table_);
  });
}

RestResult<StoredSchema> EmbeddedRegistry::schema(SchemaId id) {
  return look([&]() -> RestResult<StoredSchema> {
    const StoredSchema* stored = table_.find(id);
    if (!stored) return refuse(no_schema(id));
    return *stored;
  });
}

RestResult<SubjectVersion> EmbeddedRegistry::version(const Subject& subject, VersionChoice choice,
                                                     Deleted deleted) {
  return look([&]() -> RestResult<SubjectVersion> {
    const SchemaTable::SubjectState* state = table_.find(subject);
    if (!state || (deleted == Deleted::without && !state->latest())) {
      return refuse(no_subject(subject));
    }
    int32_t last = deleted == Deleted::without ? *state->latest() : state->versions.rbegin()->first;
    int32_t version = choice.number.value_or(last);
    auto it = state->versions.find(version);
    if (it == state->versions.end() || !shows(it->second.is_deleted, deleted)) {
      return refuse(no_version(version));
    }
    return subject_version(subject, version, table_);
  });
}

RestResult<std::vector<int32_t>> EmbeddedRegistry::versions(const Subject& subject,
                                                            Deleted deleted) {
  return look([&]() -> RestResult<std::vector<int32_t>> {
    std::vector<int32_t> found;
    if (const SchemaTable::SubjectState* state = table_.find(subject)) {
      for (const auto& [version, one] : state->versions) {
        if (shows(one.is_deleted, deleted)) found.push_back(version);
      }
    }
    if (found.empty()) return refuse(no_subject(subject));
    return found;
  });
}

RestResult<std::vector<std::pair<Subject, int32_t>>> EmbeddedRegistry::versions_of(
    SchemaId id, Deleted deleted) {
  using Versions = std::vector<std::pair<Subject, int32_t>>;
  return look([&]() -> RestResult<Versions> {
    if (!table_.find(id)) return refuse(no_schema(id));
    return table_.versions_of(id, deleted != Deleted::without);
  });
}

std::vector<Subject> EmbeddedRegistry::subjects(std::string_view prefix, Deleted deleted) {
  static_cast<void>(follow());  // what it knows is answered all the same; trouble() tells
  std::lock_guard lock(table_mutex_);
  std::vector<Subject> found;
  for (auto it = table_.subjects().lower_bound(std::string(prefix));
       it != table_.subjects().end() && it->first.compare(0, prefix.size(), prefix) == 0; ++it) {
    bool is_deleted = !it->second.latest();
    if (!it->second.versions.empty() && shows(is_deleted, deleted)) found.emplace_back(it->first);
  }
  return found;
}

std::string EmbeddedRegistry::level() const {
  std::lock_guard lock(table_mutex_);
  return table_.level().value_or(std::string(kLevelNone));
}

std::optional<std::string> EmbeddedRegistry::level(const Subject& subject) const {
  std::lock_guard lock(table_mutex_);
  return table_.level(subject);
}

}  // namespace efd::registry
