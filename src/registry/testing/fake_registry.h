// SPDX-License-Identifier: MIT
// For tests: a registry in memory, the only one of the tests.
#pragma once

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "registry/registry.h"

namespace efd::registry {

// Thread-safe.
class FakeRegistry : public SchemaRegistry {
 public:
  std::atomic<bool> away = false;   // find and latest fail
  std::atomic<int> find_asked = 0;  // how often
  std::atomic<int> latest_asked = 0;

  // The subject's next version: a record of these fields.
  void set(const std::string& subject, const std::string& fields) {
    const std::string name = subject.substr(subject.rfind('.') + 1);
    auto added = add(Subject(subject), R"({"type":"record","namespace":"lsst.sal","name":")" +
                                           name + R"(","fields":[)" + fields + "]}");
    if (!added) std::abort();
  }
  // A schema of no subject, with the id that a test wants.
  void know(SchemaId id, std::string_view text) {
    std::lock_guard lock(mutex_);
    keep(id, text, avro::Schema::parse(text).value());
  }
  size_t size() const {
    std::lock_guard lock(mutex_);
    return schemas_.size();
  }

  Result<SchemaId> add(const Subject& subject, std::string_view text) override {
    EFD_ASSIGN(avro::Schema schema, avro::Schema::parse(text));
    std::lock_guard lock(mutex_);
    const SchemaId id(schemas_.empty() ? 1 : schemas_.rbegin()->first.value() + 1);
    keep(id, text, std::move(schema));
    versions_[subject].push_back(id);
    return id;
  }
  Result<std::shared_ptr<const RegisteredSchema>> find(SchemaId id) override {
    ++find_asked;
    if (away) return fail(ErrorCode::retry, "the registry is away");
    std::lock_guard lock(mutex_);
    const auto found = schemas_.find(id);
    if (found == schemas_.end())
      return fail(ErrorCode::not_found, "schema {} not found", id.value());
    return found->second;
  }
  Result<SubjectVersion> latest(const Subject& subject) override {
    ++latest_asked;
    if (away) return fail(ErrorCode::retry, "the registry is away");
    std::lock_guard lock(mutex_);
    const auto found = versions_.find(subject);
    if (found == versions_.end())
      return fail(ErrorCode::not_found, "subject '{}' not found", subject.value());
    const SchemaId id = found->second.back();
    return SubjectVersion{subject, static_cast<int32_t>(found->second.size()), id,
                          schemas_.at(id)->text};
  }

 private:
  void keep(SchemaId id, std::string_view text, avro::Schema schema) {
    schemas_[id] = std::make_shared<RegisteredSchema>(
        RegisteredSchema{id, std::string(text), std::move(schema)});
  }

  mutable std::mutex mutex_;
  std::map<SchemaId, std::shared_ptr<const RegisteredSchema>> schemas_;
  std::map<Subject, std::vector<SchemaId>> versions_;
};

}  // namespace efd::registry
