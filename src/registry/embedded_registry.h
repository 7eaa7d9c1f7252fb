// SPDX-License-Identifier: MIT
// The registry of ours: its state is what the broker's topic `_schemas` holds.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "broker/broker.h"
#include "broker/internal_topics.h"
#include "registry/registry.h"
#include "registry/rest_error.h"
#include "registry/schema_table.h"
#include "system/clock.h"

namespace efd::registry {

struct EmbeddedRegistryOptions {
  TopicName topic{std::string(broker::kSchemasTopic)};
  std::chrono::milliseconds write_timeout{10'000};  // of one change, until it is durable
  std::chrono::milliseconds read_timeout{60'000};   // of reading the topic to its end
  // How often a thread of the registry reads what others have written. 0: there is no such thread;
  // then only changes, and look-ups of unknown schemas, read it.
  std::chrono::milliseconds follow_interval{200};
  size_t subject_bytes_max = 1024;
  // Bounds of a schema's text, and of its record, where a quote takes two bytes: a topic takes
  // records of 1 MiB, and librdkafka sends 1,000,000 bytes.
  size_t schema_bytes_max = 900u << 10;
  size_t record_bytes_max = 970u << 10;
  size_t versions_max = 1'000'000;  // of all subjects together; memory is bounded by it
};

// "latest", or a number.
struct VersionChoice {
  std::optional<int32_t> number;
};

// What lists show of deleted things.
enum class Deleted { without, with, only };

// Thread-safe. The table changes only by what is read from the topic; others may write there, too.
// A look-up of what exists waits only for a short lock; of what does not, until the topic has been
// read to its end. Changes wait until they are durable, one after another. A change that failed may
// still become durable: the next one finds out first.
class EmbeddedRegistry final : public SchemaRegistry {
 public:
  // Makes the topic if it is not there and reads it to its end, or as far as the disk has not
  // spoilt it: trouble() tells. `broker` and `clock` must outlive it.
  static Result<std::unique_ptr<EmbeddedRegistry>> open(broker::Broker& broker,
                                                        system::Clock& clock,
                                                        EmbeddedRegistryOptions options = {});
  ~EmbeddedRegistry() override;

  Result<SchemaId> add(const Subject& subject, std::string_view schema) override;
  Result<std::shared_ptr<const RegisteredSchema>> find(SchemaId id) override;
  Result<SubjectVersion> latest(const Subject& subject) override;

  // Reads the topic to its end, as the thread does now and then.
  Result<> follow();
  // What is wrong with the topic, for people: it cannot be read, or two schemas have one id. Empty:
  // nothing is.
  std::string trouble() const;
  // How many versions are ignored because another schema has their id.
  size_t id_conflicts() const;

  // What REST asks; refusals have Confluent's codes and words.
  RestResult<SchemaId> register_schema(const Subject& subject, std::string_view schema);
  RestResult<SubjectVersion> look_up(const Subject& subject, std::string_view schema,
                                     Deleted deleted);
  RestResult<StoredSchema> schema(SchemaId id);
  RestResult<SubjectVersion> version(const Subject& subject, VersionChoice choice, Deleted deleted);
  RestResult<std::vector<int32_t>> versions(const Subject& subject, Deleted deleted);
  RestResult<std::vector<std::pair<Subject, int32_t>>> versions_of(SchemaId id, Deleted deleted);
  std::vector<Subject> subjects(std::string_view prefix, Deleted deleted);
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
  using Records = std::vector<SchemaRecord>;
  // Under table_mutex_: what is to be appended, or why nothing may be.
  using Decide = std::function<RestResult<Records>()>;

  EmbeddedRegistry(broker::Broker& broker, system::Clock& clock, EmbeddedRegistryOptions options)
      : broker_(broker), clock_(clock), options_(std::move(options)) {}
  Result<> make_topic();
  Result<> open_reader();

  // --- embedded_registry_follow.cc
  void run(const std::stop_token& stop);
  Result<> read_to_end();  // under follow_mutex_
  Result<> read_until(Offset end);
  Result<> check_all_is_read();
  void apply(const broker::Slice& slice);
  bool is_rotten() const;
  void pass_over(const broker::RottenRecords& rotten);
  void note_trouble(const Result<>& followed);
  template <class Look>
  auto look(Look look) -> decltype(look());

  // --- embedded_registry.cc
  RestResult<void> change(const Decide& decide);
  Result<> settle();
  Result<Offset> append(const Records& records);
  RestResult<void> check_size(const Subject& subject, std::string_view text) const;
  RestResult<SchemaId> register_new(const Subject& subject, std::string_view text,
                                    const Identity& identity);
  RestResult<Records> records_of_new(const Subject& subject, SchemaId id,
                                     std::string_view text) const;

  broker::Broker& broker_;
  system::Clock& clock_;
  const EmbeddedRegistryOptions options_;
  std::unique_ptr<broker::Producer> producer_;
  std::mutex change_mutex_;    // held through a change, before the others
  bool is_uncertain_ = false;  // a change failed: it may be in the topic or still on its way
  std::mutex follow_mutex_;    // held while the topic is read, before table_mutex_
  std::unique_ptr<broker::Reader> reader_;
  mutable std::mutex table_mutex_;
  SchemaTable table_;
  Offset known_end_;            // of the topic, as the table has it
  std::string rot_;             // why a part of the topic can never be read; empty: all of it can
  std::string follow_trouble_;  // why the topic could not be read
  std::jthread follower_;
};

// When `look` finds nothing, reads what others have written meanwhile and looks once more. It may be
// in records that are not durable yet, as after a start on a full disk: then nobody knows.
template <class Look>
auto EmbeddedRegistry::look(Look look) -> decltype(look()) {
  {
    std::lock_guard lock(table_mutex_);
    auto found = look();
    if (found || found.error().status() != 404) return found;
  }
  if (Result<> followed = follow(); !followed) {
    bool is_rotten = followed.error().code == ErrorCode::give_up;
    return refuse(is_rotten ? RestCode::unreadable : RestCode::store_failed,
                  "Error while reading the schemas topic: {}", followed.error().message);
  }
  {
    std::lock_guard lock(table_mutex_);
    auto found = look();
    if (found || found.error().status() != 404) return found;
  }
  if (Result<> read = check_all_is_read(); !read)
    return refuse(RestCode::store_failed, "{}", read.error().message);
  std::lock_guard lock(table_mutex_);
  return look();
}

}  // namespace efd::registry
