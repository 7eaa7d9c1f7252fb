// SPDX-License-Identifier: MIT
#include "sink/record_time.h"

namespace efd::sink {
namespace {

constexpr std::string_view kTimeFields[] = {"private_efdStamp", "kafka_timestamp"};
constexpr int64_t kAheadMaxNs = kNsPerDay;

bool is_number(rows::ColumnType type) {
  return type != rows::ColumnType::string && type != rows::ColumnType::boolean;
}

// The type of a field, without the null of an optional one.
const avro::Node& value_type(const avro::Node& type) {
  for (const avro::Node* branch : type.branches)
    if (branch->type != avro::Type::null) return *branch;
  return type;
}

// `value` in units of `unit_ns`; none when the product is out of range.
std::optional<UtcTime> scaled(int64_t value, int64_t unit_ns) {
  int64_t ns;
  if (__builtin_mul_overflow(value, unit_ns, &ns)) return std::nullopt;
  return UtcTime::from_ns(ns);
}

}  // namespace

RecordTime::RecordTime(const avro::Schema& schema, const rows::Layout& layout, Rounding rounding)
    : rounding_(rounding) {
  for (std::string_view name : kTimeFields)
    if (auto source = find(schema, layout, name)) sources_.push_back(*source);
}

std::optional<RecordTime::Source> RecordTime::find(const avro::Schema& schema,
                                                   const rows::Layout& layout,
                                                   std::string_view name) {
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    const rows::Column& column = layout.columns[i];
    if (column.path != name || column.is_array || !is_number(column.type)) continue;
    if (column.type != rows::ColumnType::integer) return Source{i, Unit::seconds};
    for (const avro::Field& field : schema.root().fields) {
      if (field.name != name) continue;
      const std::string* logical = value_type(*field.type).logical_type();
      if (logical && *logical == "timestamp-micros") return Source{i, Unit::microseconds};
      if (logical && *logical == "timestamp-nanos") return Source{i, Unit::nanoseconds};
    }
    return Source{i, Unit::milliseconds};
  }
  return std::nullopt;
}

std::optional<UtcTime> RecordTime::read(const Source& source, const rows::Rows& rows) const {
  const rows::ColumnValues& values = rows.column(source.column);
  size_t element = rows.size();
  if (values.is_null(element)) return std::nullopt;
  switch (source.unit) {
    case Unit::milliseconds:
      return scaled(values.fixed<int64_t>()[element], kNsPerMs);
    case Unit::microseconds:
      return scaled(values.fixed<int64_t>()[element], kNsPerUs);
    case Unit::nanoseconds:
      return scaled(values.fixed<int64_t>()[element], 1);
    case Unit::seconds:
      break;
  }
  bool narrow = rows.layout().columns[source.column].type == rows::ColumnType::float32;
  double seconds = narrow ? values.fixed<float>()[element] : values.fixed<double>()[element];
  auto time = from_epoch_seconds(seconds, rounding_);
  if (!time) return std::nullopt;
  return *time;
}

RecordTime::Chosen RecordTime::of_unfinished_row(const rows::Rows& rows, int64_t record_ms,
                                                 UtcTime now) const {
  UtcTime record_time = record_ms > 0 ? UtcTime::from_ms(record_ms) : now;
  Chosen chosen;
  for (const Source& source : sources_) {
    std::optional<UtcTime> time = read(source, rows);
    if (time && time->ns() > 0 && time->ns() - record_time.ns() <= kAheadMaxNs) {
      chosen.time = *time;
      return chosen;
    }
    chosen.passed_over = true;
  }
  chosen.time = record_time;
  return chosen;
}

}  // namespace efd::sink
