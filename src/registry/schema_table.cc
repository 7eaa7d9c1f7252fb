// SPDX-License-Identifier: MIT
#include "registry/schema_table.h"

#include <algorithm>

#include "avro/canonical.h"

namespace efd::registry {

namespace {

Identity stored_identity(const StoredSchema& stored) {
  if (stored.avro && stored.references.empty()) return identity_of(stored.avro->schema);
  return codec::md5(stored.type + '\0' + stored.references + '\0' + stored.text);
}

std::shared_ptr<const RegisteredSchema> read_avro(const SchemaValue& value) {
  if (value.schema_type != "AVRO") return nullptr;
  Result<avro::Schema> schema = avro::Schema::parse(value.schema);
  if (!schema) return nullptr;
  return std::make_shared<const RegisteredSchema>(
      RegisteredSchema{SchemaId(value.id), value.schema, std::move(*schema)});
}

}  // namespace

Identity identity_of(const avro::Schema& schema) {
  return codec::md5(avro::canonical_text(schema));
}

std::optional<int32_t> SchemaTable::SubjectState::latest() const {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (!it->second.is_deleted) return it->first;
  }
  return std::nullopt;
}

void SchemaTable::apply(const SchemaRecord& record) {
  const SchemaKey& key = record.key;
  switch (key.type) {
    case KeyType::schema:
      if (record.schema) return put_version(*record.schema);
      return erase_version(*key.subject, key.version);
    case KeyType::config:
      (key.subject ? subjects_[*key.subject].level : level_) = record.level;
      return;
    case KeyType::delete_subject:
      if (record.deleted_through_version) {
        delete_versions(*key.subject, *record.deleted_through_version);
      }
      return;
    case KeyType::clear_subject:
      return clear_deleted(*key.subject);
    case KeyType::noop:
    case KeyType::other:
      return;
  }
}

void SchemaTable::put_version(const SchemaValue& value) {
  retain(value);
  auto [it, is_new] = subjects_[value.subject].versions.try_emplace(value.version);
  is_new ? void(++version_count_) : release(it->second.id);
  it->second = {SchemaId(value.id), value.is_deleted};
}

void SchemaTable::erase_version(const std::string& subject, int32_t version) {
  std::map<int32_t, Version>& versions = subjects_[subject].versions;
  auto it = versions.find(version);
  if (it == versions.end()) return;
  release(it->second.id);
  versions.erase(it);
  --version_count_;
}

void SchemaTable::delete_versions(const std::string& subject, int32_t through) {
  for (auto& [version, state] : subjects_[subject].versions) {
    if (version <= through) state.is_deleted = true;
  }
}

void SchemaTable::clear_deleted(const std::string& subject) {
  std::vector<int32_t> deleted;
  for (const auto& [version, state] : subjects_[subject].versions) {
    if (state.is_deleted) deleted.push_back(version);
  }
  for (int32_t version : deleted) erase_version(subject, version);
}

void SchemaTable::retain(const SchemaValue& value) {
  id_max_ = std::max(id_max_, value.id);
  StoredSchema& stored = schemas_[value.id];
  if (++stored.uses > 1) return;
  stored.text = value.schema;
  stored.type = value.schema_type;
  stored.references = value.references;
  stored.avro = read_avro(value);
  ids_.try_emplace(stored_identity(stored), value.id);
}

void SchemaTable::release(SchemaId id) {
  auto it = schemas_.find(id.value());
  if (it == schemas_.end() || --it->second.uses > 0) return;
  auto identity = ids_.find(stored_identity(it->second));
  if (identity != ids_.end() && identity->second == id.value()) ids_.erase(identity);
  schemas_.erase(it);
}

const StoredSchema* SchemaTable::find(SchemaId id) const {
  auto it = schemas_.find(id.value());
  return it == schemas_.end() ? nullptr : &it->second;
}

const SchemaTable::SubjectState* SchemaTable::find(const Subject& subject) const {
  auto it = subjects_.find(subject.value());
  return it == subjects_.end() || it->second.versions.empty() ? nullptr : &it->second;
}

int32_t SchemaTable::next_version(const Subject& subject) const {
  const SubjectState* state = find(subject);
  return next_number(state ? state->versions.rbegin()->first : 0);
}

std::optional<SchemaId> SchemaTable::find_identical(const Identity& identity) const {
  auto it = ids_.find(identity);
  if (it == ids_.end()) return std::nullopt;
  return SchemaId(it->second);
}

std::optional<int32_t> SchemaTable::find_version(const Subject& subject, const Identity& identity,
                                                 bool with_deleted) const {
  const SubjectState* state = find(subject);
  std::optional<SchemaId> id = find_identical(identity);
  if (!state || !id) return std::nullopt;
  for (auto it = state->versions.rbegin(); it != state->versions.rend(); ++it) {
    if (it->second.id == *id && (with_deleted || !it->second.is_deleted)) return it->first;
  }
  return std::nullopt;
}

std::vector<std::pair<Subject, int32_t>> SchemaTable::versions_of(SchemaId id,
                                                                  bool with_deleted) const {
  std::vector<std::pair<Subject, int32_t>> found;
  for (const auto& [subject, state] : subjects_) {
    for (const auto& [version, one] : state.versions) {
      if (one.id == id && (with_deleted || !one.is_deleted)) {
        found.emplace_back(Subject(subject), version);
      }
    }
  }
  return found;
}

std::optional<std::string> SchemaTable::level(const Subject& subject) const {
  auto it = subjects_.find(subject.value());
  return it == subjects_.end() ? std::nullopt : it->second.level;
}

}  // namespace efd::registry
