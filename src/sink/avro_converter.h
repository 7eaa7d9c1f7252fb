// SPDX-License-Identifier: MIT
// AvroConverter: Confluent-framed Avro records, a row each. The measurement is the topic, unless
// the mapping names another one; record_time.h chooses the time of a row.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "avro/decode_program.h"
#include "observe/metrics.h"
#include "registry/registry.h"
#include "sink/converter.h"
#include "sink/field_choice.h"
#include "sink/mapping.h"
#include "sink/record_time.h"
#include "sink/topic_notes.h"
#include "system/clock.h"

namespace efd::sink {

struct AvroConverterOptions {
  ConnectorName connector;
  std::string database;
  std::string policy;
  Mapping mapping;
  Rounding time_rounding = Rounding::half_up;
  // How long a partition waits before a schema that could not be had is asked for again.
  std::chrono::milliseconds schema_wait{1000};
};

// Schemas that one partition may use at a time; the one used least recently goes first.
constexpr size_t kSchemasPerPartitionMax = 32;
// How long an id that the registry does not know is taken as unknown without asking again.
constexpr int64_t kUnknownSchemaNs = 60 * kNsPerSecond;
constexpr size_t kUnknownSchemasMax = 10'000;

class AvroConverter : public Converter {
 public:
  // `registry`, `metrics` and `clock` outlive it.
  AvroConverter(AvroConverterOptions options, registry::SchemaRegistry& registry,
                observe::Metrics& metrics, system::Clock& clock);
  ~AvroConverter() override;

  Outcome take(const broker::Source& source, const broker::RecordView& record) override;
  void ask_ahead(std::span<const broker::RecordView> following) override;
  // Prefetches what a slice some places ahead needs: a thousand topics are more than the CPU's
  // cache holds, and each slice is of another one.
  void fetch_ahead(std::span<const broker::Slice> coming) const override;
  std::span<TargetRows* const> filled() const override { return filled_; }
  void clear() override;
  const Target& target(uint32_t number) const override { return targets_[number]; }

 private:
  struct SchemaRows;
  struct Origin;

  Origin& origin_of(const broker::Source& source);
  uint32_t target_of(const TopicName& topic);
  Outcome reject(std::string reason);
  Outcome judge(const Error& error, SchemaId id);
  Result<SchemaRows*> rows_of(Origin& origin, SchemaId id);
  Result<std::unique_ptr<SchemaRows>> make_rows(const Origin& origin, SchemaId id);
  // Whether records of an id that the registry has just said not to know are to be rejected now.
  bool gives_up_on(SchemaId id);
  bool forget_older_answer(SchemaId id, const broker::RecordView& record);
  Result<UtcTime> append_row(SchemaRows& rows, std::string_view datum,
                             const broker::RecordView& record);

  const AvroConverterOptions options_;
  registry::SchemaRegistry& registry_;
  system::Clock& clock_;
  observe::Counter& tombstones_;
  observe::Counter& times_passed_over_;
  TopicNotes notes_;

  std::vector<std::unique_ptr<Origin>> origins_;  // by Source::index
  std::vector<Target> targets_;
  std::map<Target, uint32_t> target_numbers_;
  // An id that the registry did not know at `since_ns`, once or twice.
  struct Unknown {
    int64_t since_ns = 0;
    bool asked_twice = false;
    UtcTime answered;  // for the second time
  };
  std::map<SchemaId, Unknown> unknown_;
  std::vector<TargetRows*> filled_;
  MadeRows made_;       // of the last record
  std::string reason_;  // why it was rejected, or has to wait
};

}  // namespace efd::sink
