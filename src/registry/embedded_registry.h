// SPDX-License-Identifier: MIT
// The registry of ours: its state is what the broker's topic `_schemas` holds.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/broker.h"
#include "broker/internal_topics.h"
#include "registry/registry.h"
#include "registry/rest_error.h"
#include "registry/schema_table.h"

namespace efd::registry {

struct EmbeddedRegistryOptions {
  TopicName topic{std::string(broker::kSchemasTopic)};
  std::chrono::milliseconds write_timeout{10'000};  // of one change, until it is durable
  std::chrono::milliseconds read_timeout{60'000};   // of reading the topic to its end
  size_t subject_bytes_max = 1024;
  size_t schema_bytes_max = 900u << 10;  // a record of the topic is at most 1 MiB
  size_t versions_max = 1'000'000;       // of all subjects together; memory is bounded by it
};

// "latest", or a number.
struct VersionChoice {
  std::optional<int32_t> number;
};

// What lists show of deleted things.
enum class Deleted { without, with, only };

// Thread-safe. Reads wait for nothing but a short lock; changes wait until they are durable, one
// behind the other. A change that failed may still become durable: the next one finds out first,
// as it does of what others have written to the topic.
class EmbeddedRegistry final : public SchemaRegistry {
 public:
  // Makes the topic if it is not there and reads it to its end. `broker` must outlive it.
  static Result<std::unique_ptr<EmbeddedRegistry>> open(broker::Broker& broker,
                                                        EmbeddedRegistryOptions options = {});

  Result<SchemaId> add(const Subject& subject, std::string_view schema) override;
  Result<std::shared_ptr<const RegisteredSchema>> find(SchemaId id) override;
  Result<SubjectVersion> latest(const Subject& subject) override;

  // What REST asks; refusals have Confluent's codes and words.
  RestResult<SchemaId> register_schema(const Subject& subject, std::string_view schema);
  RestResult<SubjectVersion> look_up(const Subject& subject, std::string_view schema,
                                     Deleted deleted) const;
  RestResult<StoredSchema> schema(SchemaId id) const;
  RestResult<SubjectVersion> version(const Subject& subject, VersionChoice choice,
                                     Deleted deleted) const;
  RestResult<std::vector<int32_t>> versions(const Subject& subject, Deleted deleted) const;
  RestResult<std::vector<std::pair<Subject, int32_t>>> versions_of(SchemaId id,
                                                                   Deleted deleted) const;
  std::vector<Subject> subjects(std::string_view prefix, Deleted deleted) const;
  // Soft: ids stay readable. Returns the versions that were not deleted before.
  RestResult<std::vector<int32_t>> remove_subject(const Subject& subject);
  RestResult<int32_t> remove_version(const Subject& subject, VersionChoice choice);

  // The compatibility level: NONE, until checks are built; another one is refused.
  std::string level() const;
  std::optional<std::string> level(const Subject& subject) const;
  // none: of all subjects without one of their own.
  RestResult<std::string> set_level(const std::optional<Subject>& subject, std::string_view level);
  RestResult<std::string> remove_level(const Subject& subject);

 private:
  EmbeddedRegistry(broker::Broker& broker, EmbeddedRegistryOptions options)
      : broker_(broker), options_(std::move(options)) {}

  Result<> make_topic();
  Result<SchemaTable> read_topic();
  Result<Offset> read_into(SchemaTable& table, broker::Reader& reader, Offset end);
  Result<> settle();
  Result<> follow_others();
  Result<> read_again();
  Result<Offset> append(const std::vector<SchemaRecord>& records);
  RestResult<void> change(const std::vector<SchemaRecord>& records);
  RestResult<SchemaId> register_new(const Subject& subject, std::string_view text,
                                    const Identity& identity);
  std::vector<SchemaRecord> records_of_new(const Subject& subject, SchemaId id,
                                           std::string_view text) const;
  std::optional<SchemaId> registered_id(const Subject& subject, const Identity& identity) const;

  broker::Broker& broker_;
  const EmbeddedRegistryOptions options_;
  std::unique_ptr<broker::Producer> producer_;

  std::mutex change_mutex_;    // held through a change, before table_mutex_
  bool is_uncertain_ = false;  // a change failed: what the topic holds is not known
  Offset known_end_;           // of the topic, as the table has it; guarded by change_mutex_

  mutable std::mutex table_mutex_;
  SchemaTable table_;
};

}  // namespace efd::registry
