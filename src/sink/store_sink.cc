// SPDX-License-Identifier: MIT
#include "sink/store_sink.h"

#include "broker/fingerprint.h"

namespace efd::sink {
namespace {

// How often a put that found the store full tries again.
constexpr std::chrono::milliseconds kFullWait{10};

Fingerprint fingerprint_of(const broker::RecordView& record) {
  return {record.offset, record.timestamp_ms, broker::content_crc32c(record)};
}

}  // namespace

StoreSink::StoreSink(StoreSinkOptions options, store::Store& store,
                     std::unique_ptr<Converter> converter, observe::Metrics& metrics,
                     system::Clock& clock)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      converter_(std::move(converter)),
      rows_(metrics.counter("efd_sink_rows_total", "Rows put into the store.",
                            {{"connector", options_.connector.value()}})),
      full_waits_(metrics.counter("efd_sink_full_waits_total",
                                  "Times that a put waited because the store was full.",
                                  {{"connector", options_.connector.value()}})) {}

StoreSink::~StoreSink() = default;

// ----------------------------------------------------------------------------------- durability

Result<> StoreSink::flush() {
  return store_.flush();
}

std::vector<Position> StoreSink::durable() const {
  std::vector<Position> positions;
  for (StoredPosition& kept : store_.committed_positions())
    if (kept.connector == options_.connector) positions.push_back(std::move(kept.position));
  return positions;
}

uint64_t StoreSink::commits() const {
  return store_.figures().commits;
}

// ------------------------------------------------------------------------------------------- put

Result<> StoreSink::put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
                        std::stop_token stop) {
  clear();  // what a put that failed has left
  auto on_rows = [](size_t, const broker::RecordView&, std::span<const MadeRows>) -> Result<> {
    return {};
  };
  auto on_slice = [&](const TakenSlice& taken) -> Result<> {
    take_position(batch.slices()[taken.index], taken, stalls);
    return {};
  };
  EFD_TRY(take_records(*converter_, batch.slices(), rejects, on_rows, on_slice));
  EFD_TRY(enter(stop));
  clear();  // now that they are still in the cache
  return {};
}

void StoreSink::clear() {
  converter_->clear();
  put_positions_.clear();
}

void StoreSink::take_position(const broker::Slice& slice, const TakenSlice& taken,
                              std::vector<Stall>& stalls) {
  if (taken.not_yet)
    stalls.push_back({slice.source, taken.next, options_.retry_wait, *taken.not_yet});
  if (!taken.last) return;
  put_positions_.push_back({slot_of(*slice.source), slice.source->id, taken.next,
                            fingerprint_of(*taken.last), slice.records.front().offset});
}

store::PositionSlot StoreSink::slot_of(const broker::Source& source) {
  if (slots_.size() <= source.index) slots_.resize(source.index + 1);
  std::optional<store::PositionSlot>& slot = slots_[source.index];
  if (!slot) slot = store_.position_slot(options_.connector, {source.topic, source.partition});
  return *slot;
}

// A measurement is in no list before its first row, and is made anew when it was dropped.
Result<> StoreSink::find_measurement(uint32_t target) {
  if (measurements_.size() <= target) measurements_.resize(target + 1);
  store::MeasurementHandle& measurement = measurements_[target];
  if (measurement && !is_dropped(*measurement)) return {};
  const Target& to = converter_->target(target);
  EFD_ASSIGN(measurement, store_.measurement(to.database, to.policy, to.measurement));
  return {};
}

Result<> StoreSink::list_rows() {
  put_rows_.clear();
  for (const TargetRows* filled : converter_->filled()) {
    EFD_TRY(find_measurement(filled->target));
    put_rows_.push_back({measurements_[filled->target].get(), &filled->rows});
  }
  return {};
}

Result<> StoreSink::enter(std::stop_token stop) {
  EFD_TRY(list_rows());
  uint64_t count = 0;
  for (const store::PutRows& one : put_rows_) count += one.rows->size();
  while (true) {
    Result<> put = store_.put(put_rows_, put_positions_);
    if (put) break;
    if (put.error().code == ErrorCode::not_found) {  // dropped since it was found
      EFD_TRY(list_rows());
      continue;
    }
    if (put.error().code != ErrorCode::overload) return put;
    full_waits_.add();
    if (stop.stop_requested())
      return fail(ErrorCode::cancelled, "stopped while the store was full");
    clock_.sleep(kFullWait, stop);
  }
  rows_.add(count);
  return {};
}

}  // namespace efd::sink
