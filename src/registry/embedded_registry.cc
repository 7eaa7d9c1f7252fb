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
                                                                 EmbeddedRegistryOptions options) {
  std::unique_ptr<EmbeddedRegistry> registry(new EmbeddedRegistry(broker, std::move(options)));
  EFD_TRY(registry->make_topic());
  EFD_ASSIGN(registry->producer_,
             broker.producer({.linger = std::chrono::milliseconds(0), .idempotent = true}));
  EFD_ASSIGN(registry->table_, registry->read_topic());
  return registry;
}

Result<> EmbeddedRegistry::make_topic() {
  broker::NewTopic topic{.name = options_.topic, .config = {{"cleanup.policy", "compact"}}};
  EFD_TRY(broker_.create_missing_topics({&topic, 1}));
  EFD_ASSIGN(broker::TopicDescription found, broker_.topic(options_.topic));
  if (found.partitions == 1) return {};
  return fail(ErrorCode::give_up,
              "topic {} has {} partitions: a registry's has 1, or its records have no order",
              options_.topic.value(), found.partitions);
}

Result<SchemaTable> EmbeddedRegistry::read_topic() {
  EFD_ASSIGN(Offset end, broker_.offset({options_.topic, Partition(0)}, broker::At::latest));
  broker::ReaderOptions options;
  options.pattern.regex = fmt::format("\\Q{}\\E", options_.topic.value());
  options.start = [](const broker::Source&, const broker::LogRange& range) { return range.start; };
  EFD_ASSIGN(std::unique_ptr<broker::Reader> reader, broker_.reader(std::move(options)));
  SchemaTable table;
  EFD_ASSIGN(known_end_, read_into(table, *reader, end));
  return table;
}

// Where the next record of the topic will be.
Result<Offset> EmbeddedRegistry::read_into(SchemaTable& table, broker::Reader& reader, Offset end) {
  constexpr std::chrono::milliseconds kWait{100};
  auto deadline = std::chrono::steady_clock::now() + options_.read_timeout;
  broker::Batch batch;
  Offset next(0);
  while (next < end) {
    if (std::chrono::steady_clock::now() > deadline) {
      return fail(ErrorCode::retry, "topic {} could not be read to its end: at {} of {}",
                  options_.topic.value(), next.value(), end.value());
    }
    EFD_TRY(reader.poll(kWait, batch));
    for (const broker::Slice& slice : batch.slices()) {
      for (const broker::RecordView& view : slice.records) {
        Result<SchemaRecord> record = parse_record(view.key.value_or(""), view.value);
        if (record) table.apply(*record);
        if (!record) {
          observe::warn("registry", "{} at {}: passed over: {}", options_.topic.value(),
                        view.offset.value(), record.error().message);
        }
      }
      next = slice.next;
    }
  }
  return next;
}

// ------------------------------------------------------------------------------------------
// changes

// A failed change may be in the topic or still on its way. What is sent behind it tells: when that
// is durable, everything before it is there or never will be.
Result<> EmbeddedRegistry::settle() {
  if (!is_uncertain_) return follow_others();
  SchemaRecord noop;
  noop.key.type = KeyType::noop;
  EFD_TRY(append({noop}));
  EFD_TRY(read_again());
  is_uncertain_ = false;
  return {};
}

// Whoever may write to the topic may have: an id that is in there must not be given again.
Result<> EmbeddedRegistry::follow_others() {
  EFD_ASSIGN(Offset end, broker_.offset({options_.topic, Partition(0)}, broker::At::latest));
  if (end < known_end_) {
    return fail(ErrorCode::give_up,
                "topic {} ends at {}, and had records up to {}: its ids mean nothing any more; "
                "restore it from a copy",
                options_.topic.value(), end.value(), known_end_.value());
  }
  return end == known_end_ ? Result<>() : read_again();
}

Result<> EmbeddedRegistry::read_again() {
  EFD_ASSIGN(SchemaTable table, read_topic());
  std::lock_guard lock(table_mutex_);
  table_ = std::move(table);
  return {};
}

// Returns when all records are durable: the offset behind them.
Result<Offset> EmbeddedRegistry::append(const std::vector<SchemaRecord>& records) {
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

RestResult<void> EmbeddedRegistry::change(const std::vector<SchemaRecord>& records) {
  Result<Offset> end = append(records);
  if (!end) {
    is_uncertain_ = true;
    return refuse(to_rest_error(end.error()));
  }
  if (*end != known_end_ + static_cast<int64_t>(records.size())) {
    is_uncertain_ = true;
    return refuse(to_rest_error(
        {ErrorCode::retry, fmt::format("another writer of topic {} came between: try again",
                                       options_.topic.value())}));
  }
  known_end_ = *end;
  std::lock_guard lock(table_mutex_);
  for (const SchemaRecord& record : records) table_.apply(record);
  return {};
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
  Identity identity = codec::md5(text);
  if (std::optional<SchemaId> id = registered_id(subject, identity)) return *id;
  return register_new(subject, text, identity);
}

// Of a version of the subject that is not deleted.
std::optional<SchemaId> EmbeddedRegistry::registered_id(const Subject& subject,
                                                        const Identity& identity) const {
  std::lock_guard lock(table_mutex_);
  if (!table_.find_version(subject, identity, false)) return std::nullopt;
  return table_.find_identical(identity);
}

RestResult<SchemaId> EmbeddedRegistry::register_new(const Subject& subject, std::string_view text,
                                                    const Identity& identity) {
  std::lock_guard lock(change_mutex_);
  if (Result<> settled = settle(); !settled) return refuse(to_rest_error(settled.error()));
  if (std::optional<SchemaId> id = registered_id(subject, identity)) return *id;
  std::optional<SchemaId> known = table_.find_identical(identity);  // only changes write the table
  if (!known) {
    RestResult<avro::Schema> strict = parse_schema(text, avro::Strictness::strict);
    if (!strict) return refuse(strict.error());
  }
  if (table_.version_count() >= options_.versions_max) {
    return refuse(RestCode::overloaded, "The registry is full: it holds {} versions",
                  table_.version_count());
  }
  SchemaId id = known.value_or(table_.next_id());
  if (id.value() < 1 || table_.next_version(subject) < 1) {
    return refuse(RestCode::overloaded, "The registry is full: ids and versions end at 2^31-1");
  }
  RestResult<void> changed = change(records_of_new(subject, id, text));
  if (!changed) return refuse(changed.error());
  return id;
}

// The new version; older ones of the same schema, which are deleted, give way to it.
std::vector<SchemaRecord> EmbeddedRegistry::records_of_new(const Subject& subject, SchemaId id,
                                                           std::string_view text) const {
  SchemaRecord added;
  std::vector<SchemaRecord> tombstones;
  int32_t version = table_.next_version(subject);
  if (const SchemaTable::SubjectState* state = table_.find(subject)) {
    for (const auto& [old_version, old] : state->versions) {
      if (old.id != id) continue;
      tombstones.emplace_back().key = {KeyType::schema, subject.value(), old_version};
    }
  }
  added.key = {KeyType::schema, subject.value(), version};
  SchemaValue& value = added.schema.emplace();
  value.subject = subject.value();
  value.version = version;
  value.id = id.value();
  value.schema = text;
  tombstones.insert(tombstones.begin(), std::move(added));
  return tombstones;
}

RestResult<std::vector<int32_t>> EmbeddedRegistry::remove_subject(const Subject& subject) {
  std::lock_guard lock(change_mutex_);
  if (Result<> settled = settle(); !settled) return refuse(to_rest_error(settled.error()));
  const SchemaTable::SubjectState* state = table_.find(subject);
  if (!state) return refuse(no_subject(subject));
  std::optional<int32_t> latest = state->latest();
  if (!latest) return refuse(subject_deleted(subject));
  std::vector<int32_t> removed;
  for (const auto& [version, one] : state->versions) {
    if (!one.is_deleted) removed.push_back(version);
  }
  SchemaRecord record;
  record.key = {KeyType::delete_subject, subject.value(), 0};
  record.deleted_through_version = latest;
  RestResult<void> changed = change({record});
  if (!changed) return refuse(changed.error());
  return removed;
}

RestResult<int32_t> EmbeddedRegistry::remove_version(const Subject& subject, VersionChoice choice) {
  std::lock_guard lock(change_mutex_);
  if (Result<> settled = settle(); !settled) return refuse(to_rest_error(settled.error()));
  const SchemaTable::SubjectState* state = table_.find(subject);
  if (!state) return refuse(no_subject(subject));
  if (!state->latest()) return refuse(subject_deleted(subject));
  int32_t version = choice.number.value_or(*state->latest());
  auto it = state->versions.find(version);
  if (it == state->versions.end()) return refuse(no_version(version));
  if (it->second.is_deleted) return refuse(version_deleted(subject, version));
  RestResult<void> changed =
      change({version_record(subject, version, table_, {it->second.id, true})});
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
  std::lock_guard lock(change_mutex_);
  if (Result<> settled = settle(); !settled) return refuse(to_rest_error(settled.error()));
  SchemaRecord record;
  record.key.type = KeyType::config;
  if (subject) record.key.subject = subject->value();
  record.level = level;
  RestResult<void> changed = change({record});
  if (!changed) return refuse(changed.error());
  return std::string(level);
}

RestResult<std::string> EmbeddedRegistry::remove_level(const Subject& subject) {
  std::lock_guard lock(change_mutex_);
  if (Result<> settled = settle(); !settled) return refuse(to_rest_error(settled.error()));
  std::optional<std::string> level = table_.level(subject);
  if (!level) return refuse(no_subject(subject));
  SchemaRecord record;
  record.key = {KeyType::config, subject.value(), 0};
  RestResult<void> changed = change({record});
  if (!changed) return refuse(changed.error());
  return *level;
}

}  // namespace efd::registry
