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
                     registry::SchemaRegistry& registry, observe::Metrics& metrics,
                     system::Clock& clock)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      decoder_({options_.connector, options_.time_rounding, options_.schema_wait}, registry,
               metrics, clock),
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
  std::span<const broker::Slice> slices = batch.slices();
  for (size_t i = 0; i < slices.size(); ++i) {
    decoder_.fetch_ahead(slices.subspan(i + 1));
    EFD_TRY(take(slices[i], rejects, stalls));
  }
  EFD_TRY(enter(stop));
  clear();  // now that they are still in the cache
  return {};
}

void StoreSink::clear() {
  decoder_.clear();
  put_positions_.clear();
}

Result<> StoreSink::take(const broker::Slice& slice, Rejects& rejects, std::vector<Stall>& stalls) {
  Entrance& entrance = entrance_of(*slice.source);
  RecordDecoder::Topic& topic = decoder_.topic(*slice.source);
  const broker::RecordView* last = nullptr;
  Offset next = slice.next;
  for (const broker::RecordView& record : slice.records) {
    RecordDecoder::Decoded decoded = decoder_.take(topic, *slice.source, record, rejects);
    if (decoded.not_yet) {
      next = record.offset;
      stalls.push_back({slice.source, next, options_.schema_wait, *decoded.not_yet});
      decoder_.ask_ahead({&record + 1, std::to_address(slice.records.end())});
      break;
    }
    if (decoded.rows) EFD_TRY(find_measurement(entrance));
    last = &record;
  }
  if (!last) return {};
  put_positions_.push_back({*entrance.slot, slice.source->id, next, fingerprint_of(*last),
                            slice.records.front().offset});
  return {};
}

StoreSink::Entrance& StoreSink::entrance_of(const broker::Source& source) {
  if (entrances_.size() <= source.index) entrances_.resize(source.index + 1);
  Entrance& entrance = entrances_[source.index];
  if (!entrance.slot) {
    entrance.slot = store_.position_slot(options_.connector, {source.topic, source.partition});
    entrance.name = source.topic.value();
  }
  return entrance;
}

// It is made anew when it was dropped.
Result<> StoreSink::find_measurement(Entrance& entrance) {
  if (entrance.measurement && !is_dropped(*entrance.measurement)) return {};
  EFD_ASSIGN(entrance.measurement,
             store_.measurement(options_.database, options_.policy, entrance.name));
  return {};
}

Result<> StoreSink::list_rows() {
  put_rows_.clear();
  for (TopicRows* filled : decoder_.filled()) {
    if (filled->rows.empty()) continue;
    Entrance& entrance = entrances_[filled->source_index];
    EFD_TRY(find_measurement(entrance));
    put_rows_.push_back({entrance.measurement.get(), &filled->rows});
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
