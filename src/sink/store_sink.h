// SPDX-License-Identifier: MIT
// StoreSink: what a converter makes of records, into the embedded store.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "observe/metrics.h"
#include "sink/converter.h"
#include "sink/sink.h"
#include "store/store.h"
#include "system/clock.h"

namespace efd::sink {

struct StoreSinkOptions {
  ConnectorName connector;
  // How long a partition waits before a record that could not be judged is looked at again.
  std::chrono::milliseconds retry_wait{1000};
};

class StoreSink : public Sink {
 public:
  StoreSink(StoreSinkOptions options, store::Store& store, std::unique_ptr<Converter> converter,
            observe::Metrics& metrics, system::Clock& clock);
  ~StoreSink() override;

  Result<> put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
               std::stop_token stop) override;
  Result<> flush() override;
  std::vector<Position> durable() const override;
  uint64_t commits() const override;

 private:
  void clear();
  Result<> find_measurement(uint32_t target);
  Result<> list_rows();
  void take_position(const broker::Slice& slice, const TakenSlice& taken,
                     std::vector<Stall>& stalls);
  store::PositionSlot slot_of(const broker::Source& source);
  Result<> enter(std::stop_token stop);

  const StoreSinkOptions options_;
  store::Store& store_;
  system::Clock& clock_;
  const std::unique_ptr<Converter> converter_;
  observe::Counter& rows_;
  observe::Counter& full_waits_;

  std::vector<std::optional<store::PositionSlot>> slots_;  // by Source::index
  std::vector<store::MeasurementHandle> measurements_;     // by target; null: no row yet
  std::vector<store::PutRows> put_rows_;
  std::vector<store::PutPosition> put_positions_;
};

}  // namespace efd::sink
