// SPDX-License-Identifier: MIT
#include "sink/store_sink.h"

#include <algorithm>
#include <thread>

#include "avro/wire.h"
#include "broker/fingerprint.h"

namespace efd::sink {
namespace {

// How often a put that found the store full tries again.
constexpr std::chrono::milliseconds kFullWait{10};
// Of a wide topic the processor finds the others itself: they follow each other.
constexpr size_t kColumnsFetched = 16;

store::Fingerprint fingerprint_of(const broker::RecordView& record) {
  return {record.offset, record.timestamp_ms, broker::content_crc32c(record)};
}

}  // namespace

// Rows of one topic with one schema, filled anew with each batch.
struct StoreSink::Decoder {
  Decoder(SchemaId id, std::shared_ptr<const avro::DecodeProgram> program, RecordTime record_time)
      : schema_id(id),
        program(std::move(program)),
        record_time(std::move(record_time)),
        rows(this->program->layout()) {}

  void fetch_head() const {
    for (size_t at = 0; at < sizeof *this; at += 64)
      __builtin_prefetch(reinterpret_cast<const char*>(this) + at);
  }
  void fetch_columns() {
    std::span<rows::ColumnValues> columns = rows.columns();
    for (size_t i = 0; i < std::min(columns.size(), kColumnsFetched); ++i)
      __builtin_prefetch(&columns[i], 1);
  }

  SchemaId schema_id;
  std::shared_ptr<const avro::DecodeProgram> program;
  RecordTime record_time;
  rows::Rows rows;
  store::Measurement* measurement = nullptr;
};

struct StoreSink::Topic {
  store::Measurement* measurement = nullptr;
  store::PositionSlot slot;
  std::vector<std::unique_ptr<Decoder>> decoders;  // the one used last is the first
};

StoreSink::StoreSink(StoreSinkOptions options, store::Store& store,
                     registry::SchemaRegistry& registry, observe::Metrics& metrics,
                     system::Clock& clock)
    : options_(std::move(options)),
      store_(store),
      registry_(registry),
      clock_(clock),
      rows_(metrics.counter("efd_sink_rows_total", "Rows put into the store.",
                            {{"connector", options_.connector.value()}})),
      tombstones_(metrics.counter("efd_sink_tombstones_total", "Records without value, skipped.",
                                  {{"connector", options_.connector.value()}})),
      times_passed_over_(metrics.counter("efd_sink_times_passed_over_total",
                                         "Rows with a time field that was not usable.",
                                         {{"connector", options_.connector.value()}})),
      full_waits_(metrics.counter("efd_sink_full_waits_total",
                                  "Times that a put waited because the store was full.",
                                  {{"connector", options_.connector.value()}})) {}

StoreSink::~StoreSink() = default;

// ------------------------------------------------------------------------------------- positions

std::optional<store::StoredPosition> StoreSink::start(const broker::Source& source) {
  for (store::StoredPosition& kept : store_.positions())
    if (kept.connector == options_.connector && kept.position.topic == source.topic &&
        kept.position.partition == source.partition)
      return std::move(kept);
  return std::nullopt;
}

Result<> StoreSink::set_position(const broker::Source& source, Offset next) {
  return store_.set_position(
      {options_.connector, {source.topic, source.id, source.partition, next}, {}});
}

Result<> StoreSink::flush() {
  return store_.flush();
}

std::vector<Position> StoreSink::durable() const {
  std::vector<Position> positions;
  for (store::StoredPosition& kept : store_.committed_positions())
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
    fetch_ahead(slices.subspan(i + 1));
    EFD_TRY(take(slices[i], rejects, stalls));
  }
  EFD_TRY(enter(stop));
  clear();  // now that they are still in the cache
  return {};
}

void StoreSink::clear() {
  for (Decoder* decoder : filled_) decoder->rows.clear();
  filled_.clear();
  put_positions_.clear();
}

// A thousand topics are more than the cache holds, and each slice is of another one: what stands
// behind a pointer is asked for some slices before it is needed.
void StoreSink::fetch_ahead(std::span<const broker::Slice> coming) const {
  auto topic_at = [&](size_t distance) -> const Topic* {
    if (distance >= coming.size()) return nullptr;
    uint32_t index = coming[distance].source->index;
    return index < topics_.size() ? topics_[index].get() : nullptr;
  };
  if (const Topic* topic = topic_at(3)) __builtin_prefetch(topic);
  if (const Topic* topic = topic_at(2); topic && !topic->decoders.empty())
    topic->decoders.front()->fetch_head();
  if (const Topic* topic = topic_at(1); topic && !topic->decoders.empty())
    topic->decoders.front()->fetch_columns();
}

Result<> StoreSink::take(const broker::Slice& slice, Rejects& rejects, std::vector<Stall>& stalls) {
  EFD_ASSIGN(Topic * topic, topic_of(*slice.source));
  const broker::RecordView* last = nullptr;
  Offset next = slice.next;
  std::string why;
  for (const broker::RecordView& record : slice.records) {
    if (take_record(*topic, *slice.source, record, rejects, why) == Taken::no) {
      next = record.offset;
      stalls.push_back({slice.source, next, options_.schema_wait, std::move(why)});
      break;
    }
    last = &record;
  }
  if (!last) return {};
  put_positions_.push_back({topic->slot, slice.source->id, next, fingerprint_of(*last)});
  return {};
}

StoreSink::Taken StoreSink::take_record(Topic& topic, const broker::Source& source,
                                        const broker::RecordView& record, Rejects& rejects,
                                        std::string& why_not_yet) {
  if (!record.value) {
    tombstones_.add();
    return Taken::yes;
  }
  auto reject = [&](const std::string& reason) {
    rejects.reject(source, record, Stage::value_converter, reason);
    return Taken::yes;
  };
  auto wire = avro::parse_wire(*record.value);
  if (!wire) return reject(wire.error().message);
  auto decoder = decoder_of(topic, wire->id);
  if (!decoder) {
    const Error& error = decoder.error();
    bool rejected = error.code == ErrorCode::bad_input ||
                    (error.code == ErrorCode::not_found && gives_up_on(wire->id));
    if (rejected) return reject(error.message);
    why_not_yet = error.message;
    return Taken::no;
  }
  if ((*decoder)->rows.empty()) filled_.push_back(*decoder);
  if (auto row = append_row(**decoder, wire->datum, record); !row)
    return reject(row.error().message);
  return Taken::yes;
}

Result<> StoreSink::append_row(Decoder& decoder, std::string_view datum,
                               const broker::RecordView& record) {
  if (Result<> decoded = decoder.program->decode(datum, decoder.rows); !decoded) {
    decoder.rows.drop_unfinished_row();
    return decoded;
  }
  RecordTime::Chosen chosen =
      decoder.record_time.of_unfinished_row(decoder.rows, record.timestamp_ms, clock_.now());
  if (chosen.passed_over) times_passed_over_.add();
  decoder.rows.end_row(chosen.time);
  return {};
}

Result<> StoreSink::enter(std::stop_token stop) {
  put_rows_.clear();
  uint64_t count = 0;
  for (Decoder* decoder : filled_) {
    if (decoder->rows.empty()) continue;
    put_rows_.push_back({decoder->measurement, &decoder->rows});
    count += decoder->rows.size();
  }
  while (true) {
    Result<> put = store_.put(put_rows_, put_positions_);
    if (put) break;
    if (put.error().code != ErrorCode::overload) return put;
    full_waits_.add();
    if (stop.stop_requested())
      return fail(ErrorCode::cancelled, "stopped while the store was full");
    std::this_thread::sleep_for(kFullWait);
  }
  rows_.add(count);
  return {};
}

// --------------------------------------------------------------------------- topics and decoders

Result<StoreSink::Topic*> StoreSink::topic_of(const broker::Source& source) {
  if (topics_.size() <= source.index) topics_.resize(source.index + 1);
  std::unique_ptr<Topic>& topic = topics_[source.index];
  if (!topic) {
    auto measurement = store_.measurement(options_.database, options_.policy, source.topic.value());
    if (!measurement) return fail(measurement.error());
    topic = std::make_unique<Topic>();
    topic->measurement = *measurement;
    topic->slot = store_.position_slot(options_.connector, {source.topic, source.partition});
  }
  return topic.get();
}

Result<StoreSink::Decoder*> StoreSink::decoder_of(Topic& topic, SchemaId id) {
  auto found = std::find_if(topic.decoders.begin(), topic.decoders.end(),
                            [&](const auto& decoder) { return decoder->schema_id == id; });
  if (found == topic.decoders.end()) {
    EFD_ASSIGN(auto made, make_decoder(id));
    made->measurement = topic.measurement;
    // One that holds rows of the batch at hand stays; there are few then.
    if (topic.decoders.size() >= kDecodersPerTopicMax && topic.decoders.back()->rows.empty())
      topic.decoders.pop_back();
    found = topic.decoders.insert(topic.decoders.begin(), std::move(made));
  } else if (found != topic.decoders.begin()) {
    std::rotate(topic.decoders.begin(), found, found + 1);
    found = topic.decoders.begin();
  }
  return found->get();
}

Result<std::unique_ptr<StoreSink::Decoder>> StoreSink::make_decoder(SchemaId id) {
  auto unknown = unknown_.find(id);
  bool fresh = unknown != unknown_.end() && unknown->second.asked_twice &&
               clock_.monotonic_ns() - unknown->second.since_ns < kUnknownSchemaNs;
  if (fresh) return fail(ErrorCode::not_found, "schema {} is not in the registry", id.value());
  EFD_ASSIGN(auto registered, registry_.find(id));
  unknown_.erase(id);
  EFD_ASSIGN(auto program, avro::DecodeProgram::compile(registered->schema));
  RecordTime record_time(registered->schema, *program->layout(), options_.time_rounding);
  return std::make_unique<Decoder>(id, std::move(program), std::move(record_time));
}

bool StoreSink::gives_up_on(SchemaId id) {
  int64_t now_ns = clock_.monotonic_ns();
  auto found = unknown_.find(id);
  if (found == unknown_.end() || now_ns - found->second.since_ns >= kUnknownSchemaNs) {
    if (unknown_.size() >= kUnknownSchemasMax) unknown_.erase(unknown_.begin());
    unknown_[id] = {now_ns, false};
    return false;
  }
  Unknown& unknown = found->second;
  if (unknown.asked_twice) return true;
  if (now_ns - unknown.since_ns < options_.schema_wait.count() * kNsPerMs) return false;
  unknown = {now_ns, true};
  return true;
}

}  // namespace efd::sink
