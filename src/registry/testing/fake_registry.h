// SPDX-License-Identifier: MIT
// A registry in memory, for tests.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include "registry/registry.h"

namespace efd::registry {

// Thread-safe.
class FakeRegistry : public SchemaRegistry {
 public:
  std::atomic<bool> away = false;
  std::atomic<int> asked = 0;  // for the latest

  // The subject's next version: a record of these fields.
  void set(const std::string& subject, const std::string& fields) {
    const std::string name = subject.substr(subject.rfind('.') + 1);
    auto added = add(Subject(subject), R"({"type":"record","namespace":"lsst.sal","name":")" +
                                           name + R"(","fields":[)" + fields + "]}");
    if (!added) std::abort();
  }

  Result<SchemaId> add(const Subject& subject, std::string_view text) override {
    EFD_ASSIGN(avro::Schema schema, avro::Schema::parse(text));
    std::lock_guard lock(mutex_);
    const SchemaId id(static_cast<int32_t>(schemas_.size()) + 1);
    schemas_.push_back(std::make_shared<RegisteredSchema>(
        RegisteredSchema{id, std::string(text), std::move(schema)}));
    versions_[subject].push_back(id);
    return id;
  }
  Result<std::shared_ptr<const RegisteredSchema>> find(SchemaId id) override {
    std::lock_guard lock(mutex_);
    const auto index = static_cast<size_t>(id.value()) - 1;
    if (index >= schemas_.size()) return fail(ErrorCode::not_found, "no schema {}", id.value());
    return schemas_[index];
  }
  Result<SubjectVersion> latest(const Subject& subject) override {
    ++asked;
    if (away) return fail(ErrorCode::retry, "the registry is away");
    std::lock_guard lock(mutex_);
    const auto found = versions_.find(subject);
    if (found == versions_.end()) return fail(ErrorCode::not_found, "no such subject");
    const SchemaId id = found->second.back();
    return SubjectVersion{subject, static_cast<int32_t>(found->second.size()), id,
                          schemas_[static_cast<size_t>(id.value()) - 1]->text};
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<const RegisteredSchema>> schemas_;
  std::map<Subject, std::vector<SchemaId>> versions_;
};

}  // namespace efd::registry
