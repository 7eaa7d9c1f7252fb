// SPDX-License-Identifier: MIT
#include "registry/embedded_registry.h"

#include <algorithm>

#include "avro/canonical.h"
#include "observe/log.h"
#include "registry/refusals.h"

namespace efd::registry {

namespace {

bool is_level(std::string_view level) {
  constexpr std::string_view kLevels[] = {
      "NONE", "BACKWARD",       "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE",
      "FULL", "FULL_TRANSITIVE"};
  return std::find(std::begin(kLevels), std::end(kLevels), level) != std::end(kLevels);
}

SchemaRecord version_record(const Subject& subject, int32_t version, const SchemaTable& table,
                            SchemaTable::Version state) {
  SchemaRecord record;
  record.key = {KeyType::schema, subject.value(), version};
  const StoredSchema* stored = table.find(state.id);
  record.schema = SchemaValue{subject.value(),    version,      state.id.value(), stored->type,
                              stored->references, stored->text, state.is_deleted};
  return record;
}

}  // namespace

// ------------------------------------------------------------------------------------ start and
// end

Result<std::unique_ptr<EmbeddedRegistry>> EmbeddedRegistry::open(broker::Broker& broker,
                                                                 system::Clock& clock,
                                                                 EmbeddedRegistryOptions options) {
  std::unique_ptr<EmbeddedRegistry> registry(
      new EmbeddedRegistry(broker, clock, std::move(options)));
  // Where a full disk keeps the topic from being made there is nothing to read: the first change
  // that finds room makes it.
  Result<> made = registry->make_topic();
  if (!made && made.error().code != ErrorCode::overload) return fail(made.error());
  EFD_ASSIGN(registry->producer_,
             broker.producer({.linger = std::chrono::milliseconds(0), .idempotent = true}));
  EFD_TRY(registry->open_reader());
  // What the disk has spoilt keeps changes and unknown ids waiting, not all the rest.
  Result<> followed = registry->follow();
  if (!followed && followed.error().code != ErrorCode::give_up) return fail(followed.error());
  if (registry->options_.follow_interval.count() > 0) {
    registry->follower_ =
        std::jthread([raw = registry.get()](const std::stop_token& stop) { raw->run(stop); });
  }
  return registry;
}

EmbeddedRegistry::~EmbeddedRegistry() = default;  // stops the thread, which is the last member

Result<> EmbeddedRegistry::make_topic() {
  broker::NewTopic topic{.name = options_.topic, .config = {{"cleanup.policy", "compact"}}};
  EFD_TRY(broker_.create_missing_topics({&topic, 1}));
  EFD_ASSIGN(broker::TopicDescription found, broker_.topic(options_.topic));
  if (found.partitions == 1) return {};
  return fail(ErrorCode::give_up,
              "topic {} has {} partitions: a registry's has 1, or its records have no order",
              options_.topic.value(), found.partitions);
}

// ------------------------------------------------------------------------------------------
// changes

// A failed change may be in the topic or still on its way. What is sent behind it tells: when that
// is durable, everything before it is there or never will be. And whoever may write to the topic
// may have: an id that is in there must not be given again.
Result<> EmbeddedRegistry::settle() {
  if (!broker_.topic(options_.topic)) EFD_TRY(make_topic());
  if (is_uncertain_) {
    SchemaRecord noop;
    noop.key.type = KeyType::noop;
    EFD_TRY(append({noop}));
  }
  EFD_TRY(follow());
  EFD_TRY(check_all_is_read());
  is_uncertain_ = false;
  return {};
}

// Returns when all records are durable: the offset behind them.
Result<Offset> EmbeddedRegistry::append(const Records& records) {
  struct Outcome {
    std::mutex mutex;
    std::optional<Error> failure;
    Offset end;
  };
  auto outcome = std::make_shared<Outcome>();
  auto on_delivery = [outcome](const Result<broker::Delivery>& delivery) {
    std::lock_guard lock(outcome->mutex);
    if (delivery) outcome->end = std::max(outcome->end, delivery->offset + 1);
    if (!delivery) outcome->failure = delivery.error();
  };
  for (const SchemaRecord& record : records) {
    std::string key = format_key(record.key);
    std::optional<std::string> value = format_value(record);
    broker::NewRecord sent;
    sent.topic = options_.topic;
    sent.partition = Partition(0);
    sent.key = key;
    if (value) sent.value = *value;
    EFD_TRY(producer_->send(sent, on_delivery));
  }
  EFD_TRY(producer_->flush(options_.write_timeout));
  std::lock_guard lock(outcome->mutex);
  if (outcome->failure) return fail(*outcome->failure);
  return outcome->end;
}

// Returns when what was decided is durable and in the table.
RestResult<void> EmbeddedRegistry::change(const Decide& decide) {
  std::lock_guard lock(change_mutex_);
  Result<> settled = settle();
  if (!settled && is_rotten()) return refuse(RestCode::unreadable, "{}", settled.error().message);
  if (!settled) return refuse(to_rest_error(settled.error()));
  Offset before;
  RestResult<Records> records;
  {
    std::lock_guard table_lock(table_mutex_);
    records = decide();
    before = known_end_;
  }
  if (!records) return refuse(records.error());
  if (records->empty()) return {};
  Result<Offset> end = append(*records);
  Result<> followed = end ? follow() : fail(end.error());
  if (!followed) {
    is_uncertain_ = true;
    return refuse(to_rest_error(followed.error()));
  }
  if (*end == before + static_cast<int64_t>(records->size())) return {};
  return refuse(to_rest_error(
      {ErrorCode::retry,
       fmt::format("another writer of topic {} came between: try again", options_.topic.value())}));
}

RestResult<SchemaId> EmbeddedRegistry::register_schema(const Subject& subject,
                                                       std::string_view schema) {
  if (subject.value().empty() || subject.value().size() > options_.subject_bytes_max) {
    return refuse(RestCode::invalid_subject, "The specified subject '{}' is not a valid.",
                  subject.value().substr(0, options_.subject_bytes_max));
  }
  if (schema.size() > options_.schema_bytes_max) {
    return refuse(RestCode::schema_too_large, "The schema has {} bytes, at most {} are taken",
                  schema.size(), options_.schema_bytes_max);
  }
  RestResult<avro::Schema> parsed = parse_schema(schema, avro::Strictness::lenient);
  if (!parsed) return refuse(parsed.error());
  std::string text = avro::canonical_text(*parsed);
  if (RestResult<void> size = check_size(subject, text); !size) return refuse(size.error());
  Identity identity = codec::md5(text);
  return register_new(subject, text, identity);
}

// Of the canonical text, which may be longer than what was sent.
RestResult<void> EmbeddedRegistry::check_size(const Subject& subject, std::string_view text) const {
  SchemaRecord record;
  record.schema.emplace();
  record.schema->subject = subject.value();
  record.schema->schema = text;
  size_t record_bytes = format_value(record)->size();
  if (text.size() <= options_.schema_bytes_max && record_bytes <= options_.record_bytes_max)
    return {};
  return refuse(RestCode::schema_too_large,
                "The schema has {} bytes, at most {} are taken, and {} with every quote escaped, "
                "at most {} are taken",
                text.size(), options_.schema_bytes_max, record_bytes, options_.record_bytes_max);
}

RestResult<SchemaId> EmbeddedRegistry::register_new(const Subject& subject, std::string_view text,
                                                    const Identity& identity) {
  auto known_id = [&] { return table_.find_identical(identity); };
  auto is_registered = [&] { return table_.find_version(subject, identity, false).has_value(); };
  {
    std::lock_guard lock(table_mutex_);
    if (is_registered()) return *known_id();
  }
  RestResult<avro::Schema> strict = parse_schema(text, avro::Strictness::strict);
  SchemaId id;
  RestResult<void> changed = change([&]() -> RestResult<Records> {
    if (is_registered()) return id = *known_id(), Records();
    if (!known_id() && !strict) return refuse(strict.error());
    id = known_id().value_or(table_.next_id());
    return records_of_new(subject, id, text);
  });
  if (!changed) return refuse(changed.error());
  return id;
}

// The new version; older ones of the same schema, which are deleted, give way to it.
RestResult<EmbeddedRegistry::Records> EmbeddedRegistry::records_of_new(
    const Subject& subject, SchemaId id, std::string_view text) const {
  int32_t version = table_.next_version(subject);
  if (table_.version_count() >= options_.versions_max) {
    return refuse(RestCode::overloaded, "The registry is full: it holds {} versions",
                  table_.version_count());
  }
  if (id.value() < 1 || version < 1) {
    return refuse(RestCode::overloaded, "The registry is full: ids and versions end at 2^31-1");
  }
  SchemaRecord added;
  added.key = {KeyType::schema, subject.value(), version};
  SchemaValue& value = added.schema.emplace();
  value.subject = subject.value();
  value.version = version;
  value.id = id.value();
  value.schema = text;
  Records records{std::move(added)};
  if (const SchemaTable::SubjectState* state = table_.find(subject)) {
    for (const auto& [old_version, old] : state->versions) {
      if (old.id != id) continue;
      records.emplace_back().key = {KeyType::schema, subject.value(), old_version};
    }
  }
  return records;
}

RestResult<std::vector<int32_t>> EmbeddedRegistry::remove_subject(const Subject& subject) {
  std::vector<int32_t> removed;
  RestResult<void> changed = change([&]() -> RestResult<Records> {
    const SchemaTable::SubjectState* state = table_.find(subject);
    if (!state) return refuse(no_subject(subject));
    std::optional<int32_t> latest = state->latest();
    if (!latest) return refuse(subject_deleted(subject));
    for (const auto& [version, one] : state->versions) {
      if (!one.is_deleted) removed.push_back(version);
    }
    SchemaRecord record;
    record.key = {KeyType::delete_subject, subject.value(), 0};
    record.deleted_through_version = latest;
    return Records{record};
  });
  if (!changed) return refuse(changed.error());
  return removed;
}

RestResult<int32_t> EmbeddedRegistry::remove_version(const Subject& subject, VersionChoice choice) {
  int32_t version = 0;
  RestResult<void> changed = change([&]() -> RestResult<Records> {
    const SchemaTable::SubjectState* state = table_.find(subject);
    if (!state) return refuse(no_subject(subject));
    if (!state->latest()) return refuse(subject_deleted(subject));
    version = choice.number.value_or(*state->latest());
    auto it = state->versions.find(version);
    if (it == state->versions.end()) return refuse(no_version(version));
    if (it->second.is_deleted) return refuse(version_deleted(subject, version));
    return Records{version_record(subject, version, table_, {it->second.id, true})};
  });
  if (!changed) return refuse(changed.error());
  return version;
}

RestResult<std::string> EmbeddedRegistry::set_level(const std::optional<Subject>& subject,
                                                    std::string_view level) {
  if (!is_level(level)) {
    return refuse(RestCode::invalid_level,
                  "Invalid compatibility level. Valid values are none, backward, forward, full, "
                  "backward_transitive, forward_transitive, and full_transitive");
  }
  if (level != kLevelNone) {
    return refuse(RestCode::invalid_level,
                  "Compatibility level {} is not supported yet: schemas are not checked against "
                  "each other, and NONE is the only level",
                  level);
  }
  SchemaRecord record;
  record.key.type = KeyType::config;
  if (subject) record.key.subject = subject->value();
  record.level = level;
  RestResult<void> changed = change([&]() -> RestResult<Records> { return Records{record}; });
  if (!changed) return refuse(changed.error());
  return std::string(level);
}

RestResult<std::string> EmbeddedRegistry::remove_level(const Subject& subject) {
  std::optional<std::string> level;
  RestResult<void> changed = change([&]() -> RestResult<Records> {
    level = table_.level(subject);
    if (!level) return refuse(no_subject(subject));
    SchemaRecord record;
    record.key = {KeyType::config, subject.value(), 0};
    return Records{record};
  });
  if (!changed) return refuse(changed.error());
  return *level;
}

}  // namespace efd::registry
