// SPDX-License-Identifier: MIT
// StoreSink: Confluent-framed Avro records into the embedded store, one measurement per topic.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "observe/metrics.h"
#include "registry/registry.h"
#include "sink/record_decoder.h"
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

class StoreSink : public Sink {
 public:
  StoreSink(StoreSinkOptions options, store::Store& store, registry::SchemaRegistry& registry,
            observe::Metrics& metrics, system::Clock& clock);
  ~StoreSink() override;

  Result<> put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
               std::stop_token stop) override;
  Result<> flush() override;
  std::vector<Position> durable() const override;
  uint64_t commits() const override;

 private:
  // What the store knows a partition by.
  struct Entrance {
    std::optional<store::PositionSlot> slot;
    std::string name;                      // of the measurement
    store::MeasurementHandle measurement;  // null before its first row: it is in no list then
  };

  void clear();
  Result<> take(const broker::Slice& slice, Rejects& rejects, std::vector<Stall>& stalls);
  Entrance& entrance_of(const broker::Source& source);
  Result<> find_measurement(Entrance& entrance);
  Result<> list_rows();
  Result<> enter(std::stop_token stop);

  const StoreSinkOptions options_;
  store::Store& store_;
  system::Clock& clock_;
  RecordDecoder decoder_;
  observe::Counter& rows_;
  observe::Counter& full_waits_;

  std::vector<Entrance> entrances_;  // by Source::index
  std::vector<store::PutRows> put_rows_;
  std::vector<store::PutPosition> put_positions_;
};

}  // namespace efd::sink
