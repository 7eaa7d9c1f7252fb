// SPDX-License-Identifier: MIT
#include "sink/record_time.h"

#include <algorithm>

namespace efd::sink {
namespace {

constexpr std::string_view kTimeFields[] = {"private_efdStamp", "kafka_timestamp"};
constexpr int64_t kAheadMaxNs = kNsPerDay;
constexpr int64_t kNoTimestamp = -1;  // as Kafka has it

bool is_number(rows::ColumnType type) {
  return type != rows::ColumnType::string && type != rows::ColumnType::boolean;
}

// The type of a field, without the null of an optional one.
const avro::Node& value_type(const avro::Node& type) {
  for (const avro::Node* branch : type.branches)
    if (branch->type != avro::Type::null) return *branch;
  return type;
}

// `value` in units of `unit_ns`; none when it is not after 1970 or out of range.
std::optional<UtcTime> scaled(int64_t value, int64_t unit_ns) {
  int64_t ns = 0;
  if (value <= 0 || __builtin_mul_overflow(value, unit_ns, &ns) || ns > kUtcTimeMax.ns())
    return std::nullopt;
  return UtcTime::from_ns(ns);
}

// What a number without a logical type counts: each unit's numbers of the years 1973 to 5138 are
// no other unit's.
int64_t unit_by_size(int64_t value) {
  if (value < 100'000'000'000) return kNsPerSecond;
  if (value < 100'000'000'000'000) return kNsPerMs;
  if (value < 100'000'000'000'000'000) return kNsPerUs;
  return 1;
}

}  // namespace

RecordTime::RecordTime(const avro::Schema& schema, const rows::Layout& layout, const TimeRule& rule)
    : rounding_(rule.rounding) {
  if (rule.field.empty()) {
    for (std::string_view name : kTimeFields)
      if (auto field = find(schema, layout, name)) fields_.push_back(*field);
    return;
  }
  auto field = find(schema, layout, rule.field);
  if (!field) return;
  if (rule.unit) field->unit = unit_of(*rule.unit);
  fields_.push_back(*field);
}

RecordTime::Unit RecordTime::unit_of(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::seconds:
      return Unit::seconds;
    case TimeUnit::milliseconds:
      return Unit::milliseconds;
    case TimeUnit::microseconds:
      return Unit::microseconds;
    case TimeUnit::nanoseconds:
      break;
  }
  return Unit::nanoseconds;
}

RecordTime::Unit RecordTime::unit_of(const avro::Schema& schema, std::string_view name) {
  for (const avro::Field& field : value_type(schema.root()).fields) {
    if (field.name != name) continue;
    const std::string* type = value_type(*field.type).logical_type();
    if (!type) return Unit::by_size;
    if (*type == "date") return Unit::days;
    if (*type == "time-millis" || *type == "time-micros") return Unit::none;  // of which day?
    if (type->ends_with("timestamp-millis")) return Unit::milliseconds;
    if (type->ends_with("timestamp-micros")) return Unit::microseconds;
    if (type->ends_with("timestamp-nanos")) return Unit::nanoseconds;
  }
  return Unit::by_size;
}

std::optional<RecordTime::TimeField> RecordTime::find(const avro::Schema& schema,
                                                      const rows::Layout& layout,
                                                      std::string_view name) {
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    const rows::Column& column = layout.columns[i];
    if (column.path != name || column.is_array || !is_number(column.type)) continue;
    bool is_whole = column.type == rows::ColumnType::integer;
    return TimeField{i, is_whole ? unit_of(schema, name) : Unit::seconds, is_whole};
  }
  return std::nullopt;
}

std::optional<UtcTime> RecordTime::read(const TimeField& field, const rows::Rows& rows) const {
  const rows::ColumnValues& values = rows.column(field.column);
  if (values.is_null(rows.size())) return std::nullopt;
  if (!field.is_whole) return read_double(field, rows);
  int64_t value = values.fixed<int64_t>()[rows.size()];
  switch (field.unit) {
    case Unit::seconds:
      return scaled(value, kNsPerSecond);
    case Unit::days:
      return scaled(value, kNsPerDay);
    case Unit::milliseconds:
      return scaled(value, kNsPerMs);
    case Unit::microseconds:
      return scaled(value, kNsPerUs);
    case Unit::nanoseconds:
      return scaled(value, 1);
    case Unit::by_size:
      return scaled(value, unit_by_size(value));
    case Unit::none:
      break;
  }
  return std::nullopt;
}

std::optional<UtcTime> RecordTime::read_double(const TimeField& field,
                                               const rows::Rows& rows) const {
  const rows::ColumnValues& values = rows.column(field.column);
  size_t element = rows.size();
  bool narrow = rows.layout().columns[field.column].type == rows::ColumnType::float32;
  double seconds = narrow ? values.fixed<float>()[element] : values.fixed<double>()[element];
  if (field.unit == Unit::milliseconds) seconds /= 1e3;
  if (field.unit == Unit::microseconds) seconds /= 1e6;
  if (field.unit == Unit::nanoseconds) seconds /= 1e9;
  auto time = from_epoch_seconds(seconds, rounding_);
  if (!time || time->ns() <= 0) return std::nullopt;
  return *time;
}

RecordTime::Chosen RecordTime::of_unfinished_row(const rows::Rows& rows, int64_t record_ms,
                                                 UtcTime now) const {
  std::optional<UtcTime> record_time = scaled(record_ms, kNsPerMs);
  UtcTime measure = std::max(record_time.value_or(UtcTime()), now);
  Chosen chosen;
  for (const TimeField& field : fields_) {
    std::optional<UtcTime> time = read(field, rows);
    // Both are after 1970: their difference fits.
    if (time && *time - measure <= kAheadMaxNs) {
      chosen.time = *time;
      return chosen;
    }
    chosen.passed_over = true;
  }
  bool is_stamped = record_ms != kNoTimestamp && record_ms != 0;
  chosen.passed_over |= !record_time && is_stamped;
  chosen.time = record_time.value_or(now);
  return chosen;
}

}  // namespace efd::sink
