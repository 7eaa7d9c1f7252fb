// SPDX-License-Identifier: MIT
#include "sink/avro_converter.h"

#include <algorithm>
#include <optional>

#include "avro/wire.h"

namespace efd::sink {
namespace {

// Of a wide topic the processor finds the others itself: they follow each other.
constexpr size_t kColumnsFetched = 16;

template <class Rows>
void fetch_head(const Rows& rows) {
  for (size_t at = 0; at < sizeof rows; at += 64)
    __builtin_prefetch(reinterpret_cast<const char*>(&rows) + at);
}

void fetch_columns(rows::Rows& rows) {
  std::span<rows::ColumnValues> columns = rows.columns();
  for (size_t i = 0; i < std::min(columns.size(), kColumnsFetched); ++i)
    __builtin_prefetch(&columns[i], 1);
}

}  // namespace

// Of one partition with one schema.
struct AvroConverter::SchemaRows : TargetRows {
  // What a mapping that chooses fields works with: a row is decoded here first.
  struct Chosen {
    rows::Rows decoded;
    FieldChoice fields;
  };

  SchemaRows(uint32_t target, SchemaId id, std::shared_ptr<const avro::DecodeProgram> program,
             RecordTime record_time, std::unique_ptr<Chosen> chosen)
      : TargetRows(target, chosen ? chosen->fields.layout() : program->layout()),
        schema_id(id),
        program(std::move(program)),
        record_time(std::move(record_time)),
        chosen(std::move(chosen)) {}

  SchemaId schema_id;
  std::shared_ptr<const avro::DecodeProgram> program;
  RecordTime record_time;
  std::unique_ptr<Chosen> chosen;  // null: all fields, as they are
};

struct AvroConverter::Origin {
  uint32_t target = 0;
  std::vector<std::unique_ptr<SchemaRows>> rows;  // by schema; the one used last is the first
  std::optional<UtcTime> latest;                  // the time of the row before
};

AvroConverter::AvroConverter(AvroConverterOptions options, registry::SchemaRegistry& registry,
                             observe::Metrics& metrics, system::Clock& clock)
    : options_(std::move(options)),
      registry_(registry),
      clock_(clock),
      tombstones_(metrics.counter("efd_sink_tombstones_total", "Records without value, skipped.",
                                  {{"connector", options_.connector.value()}})),
      times_passed_over_(metrics.counter("efd_sink_times_passed_over_total",
                                         "Rows with a time field that could not be used.",
                                         {{"connector", options_.connector.value()}})),
      notes_(options_.connector, metrics) {}

AvroConverter::~AvroConverter() = default;

AvroConverter::Origin& AvroConverter::origin_of(const broker::Source& source) {
  if (origins_.size() <= source.index) origins_.resize(source.index + 1);
  std::unique_ptr<Origin>& origin = origins_[source.index];
  if (!origin) {
    origin = std::make_unique<Origin>();
    origin->target = target_of(source.topic);
    notes_.note_topic(source.topic);
  }
  return *origin;
}

uint32_t AvroConverter::target_of(const TopicName& topic) {
  const std::string& named = options_.mapping.measurement;
  Target target{options_.database, options_.policy, named.empty() ? topic.value() : named};
  auto number = static_cast<uint32_t>(targets_.size());
  auto [known, is_new] = target_numbers_.try_emplace(target, number);
  if (is_new) targets_.push_back(std::move(target));
  return known->second;
}

void AvroConverter::clear() {
  for (TargetRows* filled : filled_) filled->rows.clear();
  filled_.clear();
}

void AvroConverter::fetch_ahead(std::span<const broker::Slice> coming) const {
  auto origin_at = [&](size_t distance) -> const Origin* {
    if (distance >= coming.size()) return nullptr;
    uint32_t index = coming[distance].source->index;
    return index < origins_.size() ? origins_[index].get() : nullptr;
  };
  if (const Origin* origin = origin_at(3)) __builtin_prefetch(origin);
  if (const Origin* origin = origin_at(2); origin && !origin->rows.empty())
    fetch_head(*origin->rows.front());
  if (const Origin* origin = origin_at(1); origin && !origin->rows.empty())
    fetch_columns(origin->rows.front()->rows);
}

// ------------------------------------------------------------------------------------- records

Converter::Outcome AvroConverter::reject(std::string reason) {
  reason_ = std::move(reason);
  return {.rejected = &reason_};
}

Converter::Outcome AvroConverter::take(const broker::Source& source,
                                       const broker::RecordView& record) {
  if (!record.value) {
    tombstones_.add();
    return {};
  }
  auto wire = avro::parse_wire(*record.value);
  if (!wire) return reject(wire.error().message);
  Origin& origin = origin_of(source);
  auto rows = rows_of(origin, wire->id);
  if (!rows && forget_older_answer(wire->id, record)) rows = rows_of(origin, wire->id);
  if (!rows) return judge(rows.error(), wire->id);
  auto time = append_row(**rows, wire->datum, record);
  if (!time) return reject(time.error().message);
  notes_.note_times(source, record, origin.latest.value_or(*time), *time);
  origin.latest = *time;
  made_ = {*rows, (*rows)->rows.size() - 1};
  if (made_.first == 0) filled_.push_back(*rows);
  return {.made = {&made_, 1}};
}

// A schema that is not to be had, or of which no rows can be made.
Converter::Outcome AvroConverter::judge(const Error& error, SchemaId id) {
  bool is_final =
      error.code == ErrorCode::bad_input || (error.code == ErrorCode::not_found && gives_up_on(id));
  if (is_final) return reject(error.message);
  reason_ = error.message;
  return {.not_yet = &reason_};
}

Result<UtcTime> AvroConverter::append_row(SchemaRows& rows, std::string_view datum,
                                          const broker::RecordView& record) {
  rows::Rows& decoded = rows.chosen ? rows.chosen->decoded : rows.rows;
  if (Result<> done = rows.program->decode(datum, decoded); !done) {
    decoded.drop_unfinished_row();
    return fail(done.error());
  }
  RecordTime::Chosen chosen =
      rows.record_time.of_unfinished_row(decoded, record.timestamp_ms, clock_.now());
  if (chosen.passed_over) times_passed_over_.add();
  if (rows.chosen) {
    rows.chosen->fields.copy(decoded, 0, rows.rows);
    decoded.clear();
  }
  rows.rows.end_row(chosen.time);
  return chosen.time;
}

// ------------------------------------------------------------------------------------- schemas

Result<AvroConverter::SchemaRows*> AvroConverter::rows_of(Origin& origin, SchemaId id) {
  auto found = std::find_if(origin.rows.begin(), origin.rows.end(),
                            [&](const auto& rows) { return rows->schema_id == id; });
  if (found == origin.rows.end()) {
    EFD_ASSIGN(auto made, make_rows(origin, id));
    // Those that hold rows of the batch at hand stay; there are few then.
    if (origin.rows.size() >= kSchemasPerPartitionMax && origin.rows.back()->rows.empty())
      origin.rows.pop_back();
    found = origin.rows.insert(origin.rows.begin(), std::move(made));
  } else if (found != origin.rows.begin()) {
    std::rotate(origin.rows.begin(), found, found + 1);
    found = origin.rows.begin();
  }
  return found->get();
}

Result<std::unique_ptr<AvroConverter::SchemaRows>> AvroConverter::make_rows(const Origin& origin,
                                                                            SchemaId id) {
  auto unknown = unknown_.find(id);
  bool fresh = unknown != unknown_.end() && unknown->second.asked_twice &&
               clock_.monotonic_ns() - unknown->second.since_ns < kUnknownSchemaNs;
  if (fresh) return fail(ErrorCode::not_found, "schema {} is not in the registry", id.value());
  EFD_ASSIGN(auto registered, registry_.find(id));
  unknown_.erase(id);
  EFD_ASSIGN(auto program, avro::DecodeProgram::compile(registered->schema));
  const Mapping& mapping = options_.mapping;
  RecordTime record_time(registered->schema, *program->layout(),
                         {mapping.time_field, mapping.time_unit, options_.time_rounding});
  std::unique_ptr<SchemaRows::Chosen> chosen;
  if (!mapping.takes_all_as_it_is()) {
    EFD_ASSIGN(auto fields, FieldChoice::compile(mapping, *program->layout()));
    chosen.reset(new SchemaRows::Chosen{rows::Rows(program->layout()), std::move(fields)});
  }
  return std::make_unique<SchemaRows>(origin.target, id, std::move(program), std::move(record_time),
                                      std::move(chosen));
}

void AvroConverter::ask_ahead(std::span<const broker::RecordView> following) {
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

bool AvroConverter::gives_up_on(SchemaId id) {
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
bool AvroConverter::forget_older_answer(SchemaId id, const broker::RecordView& record) {
  auto found = unknown_.find(id);
  if (found == unknown_.end() || !found->second.asked_twice) return false;
  if (record.timestamp_ms <= found->second.answered.ms()) return false;
  unknown_.erase(found);
  return true;
}

}  // namespace efd::sink
