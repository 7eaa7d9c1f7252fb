// SPDX-License-Identifier: MIT
// A registry and a producer in memory, for tests.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "registry/registry.h"

namespace efd::salmock {

class FakeRegistry : public registry::SchemaRegistry {
 public:
  Result<SchemaId> add(const Subject& subject, std::string_view text) override {
    EFD_ASSIGN(avro::Schema schema, avro::Schema::parse(text));
    SchemaId id(static_cast<int32_t>(schemas_.size()) + 1);
    schemas_.push_back(std::make_shared<registry::RegisteredSchema>(
        registry::RegisteredSchema{id, std::string(text), std::move(schema)}));
    latest_[subject] = id;
    return id;
  }
  Result<std::shared_ptr<const registry::RegisteredSchema>> find(SchemaId id) override {
    auto index = static_cast<size_t>(id.value()) - 1;
    if (index >= schemas_.size()) return fail(ErrorCode::not_found, "no schema {}", id.value());
    return schemas_[index];
  }
  Result<registry::SubjectVersion> latest(const Subject& subject) override {
    auto found = latest_.find(subject);
    if (found == latest_.end())
      return fail(ErrorCode::not_found, "subject '{}' not found", subject.value());
    EFD_ASSIGN(auto schema, find(found->second));
    return registry::SubjectVersion{subject, 1, schema->id, schema->text};
  }
  size_t size() const { return schemas_.size(); }

 private:
  std::vector<std::shared_ptr<const registry::RegisteredSchema>> schemas_;
  std::map<Subject, SchemaId> latest_;
};

struct FakeRecord {
  std::string topic;
  int64_t timestamp_ms;
  std::string value;
};

// What a FakeProducer has been sent; outlives it.
struct FakeOutbox {
  std::vector<FakeRecord> records;
  size_t room = SIZE_MAX;        // sends that are taken from here on
  size_t deliveries = SIZE_MAX;  // of them, from here on, that succeed
  size_t flushes = 0;
};

class FakeProducer : public broker::Producer {
 public:
  explicit FakeProducer(FakeOutbox& outbox) : outbox_(outbox) {}
  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override {
    if (outbox_.room == 0) return fail(ErrorCode::overload, "full");
    --outbox_.room;
    outbox_.records.push_back(
        {record.topic.value(), record.timestamp_ms.value(), std::string(record.value.value())});
    if (outbox_.deliveries > 0) {
      --outbox_.deliveries;
      on_delivery(broker::Delivery{});
    } else {
      on_delivery(fail(ErrorCode::retry, "lost"));
    }
    return {};
  }
  Result<> flush(std::chrono::milliseconds) override {
    ++outbox_.flushes;
    return {};
  }

 private:
  FakeOutbox& outbox_;
};

}  // namespace efd::salmock
