// SPDX-License-Identifier: MIT
// Items that name databases, policies, measurements, columns and series.
#include "store/manifest_items.h"

namespace efd::store {
namespace {

using codec::append_varint;
using codec::append_zigzag;
using codec::read_varint32;
using codec::read_varint64;
using codec::read_zigzag64;

constexpr size_t kSeriesBytesMin = 2;  // of a number and its tags

}  // namespace

std::string encoded(const DatabaseRecord& record) {
  std::string out;
  append_varint(record.id, out);
  append_text(record.name, out);
  return out;
}

DatabaseRecord read_database(ByteReader& from) {
  DatabaseRecord record;
  record.id = read_varint32(from);
  record.name = read_text(from);
  return record;
}

std::string encoded(const PolicyRecord& record) {
  std::string out;
  append_varint(record.id, out);
  append_varint(record.database, out);
  append_text(record.settings.name, out);
  append_zigzag(record.settings.duration_ns, out);
  append_zigzag(record.settings.shard_duration_ns, out);
  append_varint(record.settings.is_default, out);
  return out;
}

PolicyRecord read_policy(ByteReader& from) {
  PolicyRecord record;
  record.id = read_varint32(from);
  record.database = read_varint32(from);
  record.settings.name = read_text(from);
  record.settings.duration_ns = read_zigzag64(from);
  record.settings.shard_duration_ns = read_zigzag64(from);
  record.settings.is_default = read_varint64(from) != 0;
  if (record.settings.shard_duration_ns <= 0) from.spoil();
  return record;
}

std::string encoded(const MeasurementRecord& record) {
  std::string out;
  append_varint(record.id, out);
  append_varint(record.policy, out);
  append_text(record.name, out);
  out.push_back(static_cast<char>(record.equal_times));
  append_varint(record.next_column, out);
  return out;
}

MeasurementRecord read_measurement(ByteReader& from) {
  MeasurementRecord record;
  record.id = read_varint32(from);
  record.policy = read_varint32(from);
  record.name = read_text(from);
  record.equal_times = static_cast<EqualTimes>(from.little<uint8_t>());
  if (record.equal_times > EqualTimes::last_wins) from.spoil();
  record.next_column = read_varint32(from);
  if (record.next_column > kColumnsMax) from.spoil();
  return record;
}

// Only names that are not the plain ones are spelled out.
std::string encoded(const ColumnRecord& record) {
  const CatalogColumn& column = *record.column;
  std::string out;
  append_varint(record.measurement, out);
  append_varint(record.id, out);
  out.push_back(static_cast<char>(column.key.type));
  out.push_back(static_cast<char>(column.key.is_array));
  append_text(column.key.path, out);
  append_varint(column.names.size(), out);
  append_varint(column.shown, out);
  for (uint32_t e = 0; e < column.names.size(); ++e) {
    if (column.names[e] == plain_name(column.key, e)) continue;
    append_varint(e, out);
    append_text(column.names[e], out);
  }
  return out;
}

ColumnRecord read_column(ByteReader& from, uint64_t& names_left) {
  ColumnRecord record;
  auto column = std::make_shared<CatalogColumn>();
  record.column = column;
  record.measurement = read_varint32(from);
  record.id = read_varint32(from);
  ColumnKey& key = column->key;
  if (record.id >= kColumnsMax) from.spoil();
  uint8_t type = from.little<uint8_t>();
  key.type = static_cast<rows::FieldType>(type);
  key.is_array = from.little<uint8_t>() != 0;
  key.path = read_text(from);
  uint64_t elements = read_varint64(from);
  column->shown = read_varint32(from);
  bool shows_all = column->shown == elements;
  if (type > static_cast<uint8_t>(rows::FieldType::boolean) || elements > names_left ||
      (key.is_array ? !shows_all : elements != 1 || column->shown > 1))
    from.spoil();
  if (!from.ok()) return record;
  names_left -= elements;
  for (uint32_t e = 0; e < elements; ++e) column->names.push_back(plain_name(key, e));
  while (from.ok() && from.remaining()) {
    uint64_t e = read_varint64(from);
    if (e >= elements) return from.spoil(), record;
    column->names[e] = read_text(from);
  }
  return record;
}

std::string encoded(const SeriesRecord& record) {
  std::string out;
  append_varint(record.measurement, out);
  append_varint(record.sets.size(), out);
  uint32_t before = 0;
  for (const auto& [series, tags] : record.sets) {
    append_varint(series - before, out);
    append_text(tags, out);
    before = series;
  }
  return out;
}

SeriesRecord read_series(ByteReader& from) {
  SeriesRecord record;
  record.measurement = read_varint32(from);
  const uint64_t count = read_varint64(from);
  if (count > from.remaining() / kSeriesBytesMin) return from.spoil(), record;
  record.sets.reserve(count);
  uint64_t series = 0;
  for (uint64_t i = 0; i < count; ++i) {
    series += read_varint32(from);
    record.sets.emplace_back(static_cast<uint32_t>(series), read_text(from));
    if (series > UINT32_MAX || !is_tag_set(record.sets.back().second)) from.spoil();
  }
  return record;
}

}  // namespace efd::store
