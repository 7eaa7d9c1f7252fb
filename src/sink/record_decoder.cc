// SPDX-License-Identifier: MIT
#include "sink/record_decoder.h"

#include <algorithm>
#include <optional>

#include "avro/wire.h"

namespace efd::sink {
namespace {

// Of a wide topic the processor finds the others itself: they follow each other.
constexpr size_t kColumnsFetched = 16;

void fetch_head(const TopicRows& rows) {
  for (size_t at = 0; at < sizeof rows; at += 64)
    __builtin_prefetch(reinterpret_cast<const char*>(&rows) + at);
}

void fetch_columns(TopicRows& rows) {
  std::span<rows::ColumnValues> columns = rows.rows.columns();
  for (size_t i = 0; i < std::min(columns.size(), kColumnsFetched); ++i)
    __builtin_prefetch(&columns[i], 1);
}

}  // namespace

struct RecordDecoder::Topic {
  std::vector<std::unique_ptr<TopicRows>> rows;  // by schema; the one used last is the first
  std::optional<UtcTime> latest;                 // the time of the row before
};

RecordDecoder::RecordDecoder(RecordDecoderOptions options, registry::SchemaRegistry& registry,
                             observe::Metrics& metrics, system::Clock& clock)
    : options_(std::move(options)),
      registry_(registry),
      clock_(clock),
      tombstones_(metrics.counter("efd_sink_tombstones_total", "Records without value, skipped.",
                                  {{"connector", options_.connector.value()}})),
      times_passed_over_(metrics.counter("efd_sink_times_passed_over_total",
                                         "Rows with a time field that was not usable.",
                                         {{"connector", options_.connector.value()}})),
      notes_(options_.connector, metrics) {}

RecordDecoder::~RecordDecoder() = default;

RecordDecoder::Topic& RecordDecoder::topic(const broker::Source& source) {
  if (topics_.size() <= source.index) topics_.resize(source.index + 1);
  std::unique_ptr<Topic>& topic = topics_[source.index];
  if (!topic) {
    topic = std::make_unique<Topic>();
    notes_.note_topic(source.topic);
  }
  return *topic;
}

void RecordDecoder::clear() {
  for (TopicRows* rows : filled_) rows->rows.clear();
  filled_.clear();
}

void RecordDecoder::fetch_ahead(std::span<const broker::Slice> coming) const {
  auto topic_at = [&](size_t distance) -> const Topic* {
    if (distance >= coming.size()) return nullptr;
    uint32_t index = coming[distance].source->index;
    return index < topics_.size() ? topics_[index].get() : nullptr;
  };
  if (const Topic* topic = topic_at(3)) __builtin_prefetch(topic);
  if (const Topic* topic = topic_at(2); topic && !topic->rows.empty())
    fetch_head(*topic->rows.front());
  if (const Topic* topic = topic_at(1); topic && !topic->rows.empty())
    fetch_columns(*topic->rows.front());
}

// ------------------------------------------------------------------------------------- records

RecordDecoder::Decoded RecordDecoder::take(Topic& topic, const broker::Source& source,
                                           const broker::RecordView& record, Rejects& rejects) {
  if (!record.value) {
    tombstones_.add();
    return {};
  }
  auto reject = [&](const std::string& reason) {
    rejects.reject(source, record, Stage::value_converter, reason);
    return Decoded();
  };
  auto wire = avro::parse_wire(*record.value);
  if (!wire) return reject(wire.error().message);
  auto rows = rows_of(topic, source, wire->id);
  if (!rows && forget_older_answer(wire->id, record)) rows = rows_of(topic, source, wire->id);
  if (!rows) {
    const Error& error = rows.error();
    bool rejected = error.code == ErrorCode::bad_input ||
                    (error.code == ErrorCode::not_found && gives_up_on(wire->id));
    if (rejected) return reject(error.message);
    not_yet_ = error.message;
    return {nullptr, &not_yet_};
  }
  auto time = append_row(**rows, wire->datum, record);
  if (!time) return reject(time.error().message);
  notes_.note_times(source, record, topic.latest.value_or(*time), *time);
  topic.latest = *time;
  if ((*rows)->rows.size() == 1) filled_.push_back(*rows);
  return {*rows, nullptr};
}

Result<UtcTime> RecordDecoder::append_row(TopicRows& rows, std::string_view datum,
                                          const broker::RecordView& record) {
  if (Result<> decoded = rows.program->decode(datum, rows.rows); !decoded) {
    rows.rows.drop_unfinished_row();
    return fail(decoded.error());
  }
  RecordTime::Chosen chosen =
      rows.record_time.of_unfinished_row(rows.rows, record.timestamp_ms, clock_.now());
  if (chosen.passed_over) times_passed_over_.add();
  rows.rows.end_row(chosen.time);
  return chosen.time;
}

// ------------------------------------------------------------------------------------- schemas

Result<TopicRows*> RecordDecoder::rows_of(Topic& topic, const broker::Source& source, SchemaId id) {
  auto found = std::find_if(topic.rows.begin(), topic.rows.end(),
                            [&](const auto& rows) { return rows->schema_id == id; });
  if (found == topic.rows.end()) {
    EFD_ASSIGN(auto made, make_rows(source, id));
    // Those that hold rows of the batch at hand stay; there are few then.
    if (topic.rows.size() >= kDecodersPerTopicMax && topic.rows.back()->rows.empty())
      topic.rows.pop_back();
    found = topic.rows.insert(topic.rows.begin(), std::move(made));
  } else if (found != topic.rows.begin()) {
    std::rotate(topic.rows.begin(), found, found + 1);
    found = topic.rows.begin();
  }
  return found->get();
}

Result<std::unique_ptr<TopicRows>> RecordDecoder::make_rows(const broker::Source& source,
                                                            SchemaId id) {
  auto unknown = unknown_.find(id);
  bool fresh = unknown != unknown_.end() && unknown->second.asked_twice &&
               clock_.monotonic_ns() - unknown->second.since_ns < kUnknownSchemaNs;
  if (fresh) return fail(ErrorCode::not_found, "schema {} is not in the registry", id.value());
  EFD_ASSIGN(auto registered, registry_.find(id));
  unknown_.erase(id);
  EFD_ASSIGN(auto program, avro::DecodeProgram::compile(registered->schema));
  RecordTime record_time(registered->schema, *program->layout(), options_.time_rounding);
  return std::make_unique<TopicRows>(source.index, id, std::move(program), std::move(record_time));
}

void RecordDecoder::ask_ahead(std::span<const broker::RecordView> following) {
  for (const broker::RecordView& record : following) {
    if (!record.value) continue;
    auto wire = avro::parse_wire(*record.value);
    if (!wire || unknown_.contains(wire->id)) continue;
    auto found = registry_.find(wire->id);
    if (found) continue;
    if (found.error().code != ErrorCode::not_found) return;  // the registry is away
    gives_up_on(wire->id);
  }
}

bool RecordDecoder::gives_up_on(SchemaId id) {
  int64_t now_ns = clock_.monotonic_ns();
  auto found = unknown_.find(id);
  if (found == unknown_.end() || now_ns - found->second.since_ns >= kUnknownSchemaNs) {
    if (unknown_.size() >= kUnknownSchemasMax) unknown_.erase(unknown_.begin());
    unknown_[id] = {now_ns, false, {}};
    return false;
  }
  Unknown& unknown = found->second;
  if (unknown.asked_twice) return true;
  if (now_ns - unknown.since_ns < options_.schema_wait.count() * kNsPerMs) return false;
  unknown = {now_ns, true, clock_.now()};
  return true;
}

// A schema is registered before its first record is written: what the registry said before that
// does not condemn it.
bool RecordDecoder::forget_older_answer(SchemaId id, const broker::RecordView& record) {
  auto found = unknown_.find(id);
  if (found == unknown_.end() || !found->second.asked_twice) return false;
  if (record.timestamp_ms <= found->second.answered.ms()) return false;
  unknown_.erase(found);
  return true;
}

}  // namespace efd::sink
