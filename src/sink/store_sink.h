// SPDX-License-Identifier: MIT
// StoreSink: Confluent-framed Avro records into the embedded store, one measurement per topic.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "avro/decode_program.h"
#include "observe/metrics.h"
#include "registry/registry.h"
#include "sink/record_time.h"
#include "sink/sink.h"
#include "store/store.h"
#include "system/clock.h"

namespace efd::sink {

struct StoreSinkOptions {
  ConnectorName connector;
  std::string database;
  std::string policy;
  Rounding time_rounding = Rounding::half_up;
  // How long a partition waits before a schema that could not be had is asked for again.
  std::chrono::milliseconds schema_wait{1000};
};

// Schemas that one topic may use at a time; the one used least recently goes first.
constexpr size_t kDecodersPerTopicMax = 32;
// How long an id that the registry does not know is taken as unknown without asking again.
constexpr int64_t kUnknownSchemaNs = 60 * kNsPerSecond;
constexpr size_t kUnknownSchemasMax = 10'000;

class StoreSink : public Sink {
 public:
  StoreSink(StoreSinkOptions options, store::Store& store, registry::SchemaRegistry& registry,
            observe::Metrics& metrics, system::Clock& clock);
  ~StoreSink() override;

  std::optional<store::StoredPosition> start(const broker::Source& source) override;
  Result<> set_position(const broker::Source& source, Offset next) override;
  Result<> put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
               std::stop_token stop) override;
  Result<> flush() override;
  std::vector<Position> durable() const override;
  uint64_t commits() const override;

 private:
  struct Decoder;
  struct Topic;
  // `no`: the record cannot be judged yet.
  enum class Taken { yes, no };

  void clear();
  void fetch_ahead(std::span<const broker::Slice> coming) const;
  Result<> take(const broker::Slice& slice, Rejects& rejects, std::vector<Stall>& stalls);
  Taken take_record(Topic& topic, const broker::Source& source, const broker::RecordView& record,
                    Rejects& rejects, std::string& why_not_yet);
  Result<Topic*> topic_of(const broker::Source& source);
  Result<Decoder*> decoder_of(Topic& topic, SchemaId id);
  Result<std::unique_ptr<Decoder>> make_decoder(SchemaId id);
  // Whether records of an id that the registry has just said not to know are to be rejected now.
  bool gives_up_on(SchemaId id);
  Result<> append_row(Decoder& decoder, std::string_view datum, const broker::RecordView& record);
  Result<> enter(std::stop_token stop);

  const StoreSinkOptions options_;
  store::Store& store_;
  registry::SchemaRegistry& registry_;
  system::Clock& clock_;
  observe::Counter& rows_;
  observe::Counter& tombstones_;
  observe::Counter& times_passed_over_;
  observe::Counter& full_waits_;

  std::vector<std::unique_ptr<Topic>> topics_;  // by Source::index
  // An id that the registry did not know at `since_ns`, once or twice.
  struct Unknown {
    int64_t since_ns = 0;
    bool asked_twice = false;
  };
  std::map<SchemaId, Unknown> unknown_;
  std::vector<Decoder*> filled_;  // with rows of the batch at hand
  std::vector<store::PutRows> put_rows_;
  std::vector<store::PutPosition> put_positions_;
};

}  // namespace efd::sink
