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

bool is_same_schema(const StoredSchema& stored, const SchemaValue& value) {
  if (stored.type != value.schema_type || stored.references != value.references) return false;
  if (stored.text == value.schema) return true;
  if (!stored.avro || !stored.references.empty()) return false;
  Result<avro::Schema> schema = avro::Schema::parse(value.schema);
  return schema && identity_of(*schema) == identity_of(stored.avro->schema);
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

Result<> SchemaTable::apply(const SchemaRecord& record) {
  const SchemaKey& key = record.key;
  switch (key.type) {
    case KeyType::schema:
      if (record.schema) return put_version(*record.schema);
      erase_version(*key.subject, key.version);
      return {};
    case KeyType::config:
      (key.subject ? subjects_[*key.subject].level : level_) = record.level;
      return {};
    case KeyType::delete_subject:
      if (record.deleted_through_version) {
        delete_versions(*key.subject, *record.deleted_through_version);
      }
      return {};
    case KeyType::clear_subject:
      clear_deleted(*key.subject);
      return {};
    case KeyType::noop:
    case KeyType::other:
      break;
  }
  return {};
}

Result<> SchemaTable::put_version(const SchemaValue& value) {
  id_max_ = std::max(id_max_, value.id);
  std::pair key(value.subject, value.version);
  if (is_taken(value)) {
    conflicts_[key] = value;
    return fail(ErrorCode::conflict,
                "version {} of subject '{}' has id {}, which is another schema's", value.version,
                value.subject, value.id);
  }
  conflicts_.erase(key);
  auto [it, is_new] = subjects_[value.subject].versions.try_emplace(value.version);
  SchemaId old = it->second.id;
  if (!is_new) release(old);
  retain(value);
  if (is_new) ++version_count_;
  it->second = {SchemaId(value.id), value.is_deleted};
  if (!is_new && !find(old)) admit_waiting(old.value());
  return {};
}

// A record that takes the place of the only one with the id changes what the id means.
bool SchemaTable::is_taken(const SchemaValue& value) const {
  auto stored = schemas_.find(value.id);
  if (stored == schemas_.end() || is_same_schema(stored->second, value)) return false;
  const SubjectState* state = find(Subject(value.subject));
  if (!state || stored->second.uses > 1) return true;
  auto version = state->versions.find(value.version);
  return version == state->versions.end() || version->second.id != SchemaId(value.id);
}

void SchemaTable::erase_version(const std::string& subject, int32_t version) {
  conflicts_.erase({subject, version});
  std::map<int32_t, Version>& versions = subjects_[subject].versions;
  auto it = versions.find(version);
  if (it == versions.end()) return;
  SchemaId id = it->second.id;
  release(id);
  versions.erase(it);
  --version_count_;
  if (!find(id)) admit_waiting(id.value());
}

// Nobody has the id any more: the first version that was passed over for it gets it.
void SchemaTable::admit_waiting(int32_t id) {
  auto waiting = std::find_if(conflicts_.begin(), conflicts_.end(),
                              [&](const auto& conflict) { return conflict.second.id == id; });
  if (waiting == conflicts_.end()) return;
  SchemaValue value = std::move(waiting->second);
  conflicts_.erase(waiting);
  static_cast<void>(put_version(value));  // its id is free
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
