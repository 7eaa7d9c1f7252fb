// SPDX-License-Identifier: MIT
// RecordDecoder: Confluent-framed Avro records into Rows, for every sink that takes rows.
//
//   RecordDecoder::Topic& topic = decoder.topic(source);
//   RecordDecoder::Decoded decoded = decoder.take(topic, source, record, rejects);
//   decoder.clear();   // once the rows have been put somewhere
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "avro/decode_program.h"
#include "observe/metrics.h"
#include "registry/registry.h"
#include "sink/record_time.h"
#include "sink/sink.h"
#include "sink/topic_notes.h"
#include "system/clock.h"

namespace efd::sink {

struct RecordDecoderOptions {
  ConnectorName connector;
  Rounding time_rounding = Rounding::half_up;
  // How long a partition waits before a schema that could not be had is asked for again.
  std::chrono::milliseconds schema_wait{1000};
};

// Schemas that one topic may use at a time; the one used least recently goes first.
constexpr size_t kDecodersPerTopicMax = 32;
// How long an id that the registry does not know is taken as unknown without asking again.
constexpr int64_t kUnknownSchemaNs = 60 * kNsPerSecond;
constexpr size_t kUnknownSchemasMax = 10'000;

// Rows of one topic with one schema, filled anew with each batch.
struct TopicRows {
  TopicRows(uint32_t source_index, SchemaId id, std::shared_ptr<const avro::DecodeProgram> program,
            RecordTime record_time)
      : source_index(source_index),
        schema_id(id),
        program(std::move(program)),
        record_time(std::move(record_time)),
        rows(this->program->layout()) {}

  uint32_t source_index;
  SchemaId schema_id;
  std::shared_ptr<const avro::DecodeProgram> program;
  RecordTime record_time;
  rows::Rows rows;
};

// Used by one thread.
class RecordDecoder {
 public:
  struct Topic;

  RecordDecoder(RecordDecoderOptions options, registry::SchemaRegistry& registry,
                observe::Metrics& metrics, system::Clock& clock);
  ~RecordDecoder();

  // Of a partition; lives as long as the decoder.
  Topic& topic(const broker::Source& source);

  // What became of a record. Neither: it has no row, because it is a tombstone (counted) or was
  // rejected.
  struct Decoded {
    TopicRows* rows = nullptr;             // its row is the last one there
    const std::string* not_yet = nullptr;  // why it cannot be judged now; until the next take
  };
  Decoded take(Topic& topic, const broker::Source& source, const broker::RecordView& record,
               Rejects& rejects);
  // After a `not_yet`: asks for the schemas of what follows in the slice, so that those that the
  // registry does not know wait together and not one behind the other.
  void ask_ahead(std::span<const broker::RecordView> following);

  // Everything with rows since the last clear(), which keeps the memory.
  std::span<TopicRows* const> filled() const { return filled_; }
  void clear();

  // A thousand topics are more than the cache holds, and each slice is of another one: what stands
  // behind a pointer is asked for some slices before it is needed.
  void fetch_ahead(std::span<const broker::Slice> coming) const;

 private:
  Result<TopicRows*> rows_of(Topic& topic, const broker::Source& source, SchemaId id);
  Result<std::unique_ptr<TopicRows>> make_rows(const broker::Source& source, SchemaId id);
  // Whether records of an id that the registry has just said not to know are to be rejected now.
  bool gives_up_on(SchemaId id);
  bool forget_older_answer(SchemaId id, const broker::RecordView& record);
  Result<UtcTime> append_row(TopicRows& rows, std::string_view datum,
                             const broker::RecordView& record);

  const RecordDecoderOptions options_;
  registry::SchemaRegistry& registry_;
  system::Clock& clock_;
  observe::Counter& tombstones_;
  observe::Counter& times_passed_over_;
  TopicNotes notes_;

  std::vector<std::unique_ptr<Topic>> topics_;  // by Source::index
  // An id that the registry did not know at `since_ns`, once or twice.
  struct Unknown {
    int64_t since_ns = 0;
    bool asked_twice = false;
    UtcTime answered;  // for the second time
  };
  std::map<SchemaId, Unknown> unknown_;
  std::vector<TopicRows*> filled_;
  std::string not_yet_;
};

}  // namespace efd::sink
