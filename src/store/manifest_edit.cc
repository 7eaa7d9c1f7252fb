// SPDX-License-Identifier: MIT
#include "store/manifest_edit.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/varint.h"

namespace efd::store {
namespace {

using codec::append_varint;
using codec::append_zigzag;
using codec::read_varint32;
using codec::read_varint64;
using codec::read_zigzag64;

// What an item of an edit says; on disk, never renumbered. A reader passes over items from
// kOptionalFrom on that it does not know, and refuses lower ones.
enum class Item : uint8_t {
  store = 1,
  next = 2,
  database = 3,
  policy = 4,
  measurement = 5,
  column = 6,
  file = 7,
  position = 9,
  removed = 10,
  dropped = 11,
  series = 12,
};
enum class DroppedKind : uint8_t { database = 1, policy = 2, measurement = 3, column = 4 };
constexpr uint8_t kOptionalFrom = 128;
constexpr size_t kSeriesBytesMin = 2;  // of a number and its tags
// Names of fields in one record: a hundred times all that the observatory has.
constexpr uint64_t kNamesMax = uint64_t{1} << 24;

void append_text(std::string_view text, std::string& out) {
  append_varint(text.size(), out);
  out.append(text);
}

std::string read_text(ByteReader& from) {
  return std::string(from.take(read_varint64(from)));
}

void append_uuid(const Uuid& uuid, std::string& out) {
  out.append(reinterpret_cast<const char*>(uuid.bytes().data()), uuid.bytes().size());
}

Uuid read_uuid(ByteReader& from) {
  std::array<uint8_t, 16> bytes{};
  std::string_view raw = from.take(bytes.size());
  if (raw.size() == bytes.size()) std::memcpy(bytes.data(), raw.data(), raw.size());
  return Uuid(bytes);
}

void append_item(Item item, std::string_view body, std::string& out) {
  out.push_back(static_cast<char>(item));
  append_text(body, out);
}

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
  const CatalogColumn& column = record.column;
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

// `names_left`: how many names the edit may still bring.
ColumnRecord read_column(ByteReader& from, uint64_t& names_left) {
  ColumnRecord record;
  record.measurement = read_varint32(from);
  record.id = read_varint32(from);
  ColumnKey& key = record.column.key;
  if (record.id >= kColumnsMax) from.spoil();
  uint8_t type = from.little<uint8_t>();
  key.type = static_cast<rows::FieldType>(type);
  key.is_array = from.little<uint8_t>() != 0;
  key.path = read_text(from);
  uint64_t elements = read_varint64(from);
  record.column.shown = read_varint32(from);
  bool shows_all = record.column.shown == elements;
  if (type > static_cast<uint8_t>(rows::FieldType::boolean) || elements > names_left ||
      (key.is_array ? !shows_all : elements != 1 || record.column.shown > 1))
    from.spoil();
  if (!from.ok()) return record;
  names_left -= elements;
  for (uint32_t e = 0; e < elements; ++e) record.column.names.push_back(plain_name(key, e));
  while (from.ok() && from.remaining()) {
    uint64_t e = read_varint64(from);
    if (e >= elements) return from.spoil(), record;
    record.column.names[e] = read_text(from);
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

// Below the store's folder, and nowhere else.
bool is_folder(std::string_view folder) {
  return !folder.empty() && folder.front() != '/' && folder.find("..") == std::string_view::npos;
}

std::string encoded(const SegmentInfo& info) {
  std::string out;
  append_text(info.header.encoded(), out);
  append_text(info.folder, out);
  append_varint(info.order.first, out);
  append_varint(info.order.last - info.order.first, out);
  append_varint(info.bytes, out);
  append_varint(info.rows, out);
  append_varint(info.values, out);
  append_zigzag(info.min_ns, out);
  append_zigzag(info.max_ns, out);
  append_varint(info.measurements.words().size(), out);
  ByteWriter writer(out);
  for (uint64_t word : info.measurements.words()) writer.little<uint64_t>(word);
  return out;
}

SegmentInfo read_file(ByteReader& from) {
  SegmentInfo info;
  auto header = SegmentHeader::parse(from.take(read_varint64(from)));
  if (!header) return from.spoil(), info;
  info.header = *header;
  info.folder = read_text(from);
  info.order.first = read_varint64(from);
  info.order.last = info.order.first + read_varint64(from);
  if (!is_folder(info.folder) || info.order.last < info.order.first) from.spoil();
  info.bytes = read_varint64(from);
  info.rows = read_varint64(from);
  info.values = read_varint64(from);
  info.min_ns = read_zigzag64(from);
  info.max_ns = read_zigzag64(from);
  uint64_t words = read_varint64(from);
  if (words > from.remaining() / sizeof(uint64_t)) return from.spoil(), info;
  std::vector<uint64_t> ids;
  for (uint64_t i = 0; i < words; ++i) ids.push_back(from.little<uint64_t>());
  info.measurements = IdSet::from_words(std::move(ids));
  return info;
}

std::string encoded(const NumberedPosition& record) {
  const StoredPosition& stored = record.stored;
  std::string out;
  append_varint(record.id, out);
  append_text(stored.connector.value(), out);
  append_text(stored.position.topic.value(), out);
  append_uuid(stored.position.id.value(), out);
  append_zigzag(stored.position.partition.value(), out);
  append_zigzag(stored.position.next.value(), out);
  append_varint(stored.fingerprints.size(), out);
  // A producer may write any times: differences wrap, and so do the reader's sums.
  uint64_t offset = 0, time = 0;
  for (const Fingerprint& one : stored.fingerprints) {
    auto next_offset = static_cast<uint64_t>(one.offset.value());
    auto next_time = static_cast<uint64_t>(one.timestamp_ms);
    append_zigzag(static_cast<int64_t>(next_offset - offset), out);
    append_zigzag(static_cast<int64_t>(next_time - time), out);
    ByteWriter(out).little<uint32_t>(one.crc32c);
    offset = next_offset;
    time = next_time;
  }
  return out;
}

NumberedPosition read_position(ByteReader& from) {
  NumberedPosition record;
  StoredPosition& stored = record.stored;
  record.id = read_varint32(from);
  stored.connector = ConnectorName(read_text(from));
  stored.position.topic = TopicName(read_text(from));
  stored.position.id = TopicId(read_uuid(from));
  stored.position.partition = Partition(static_cast<int32_t>(read_zigzag64(from)));
  stored.position.next = Offset(read_zigzag64(from));
  uint64_t count = read_varint64(from);
  if (count > kFingerprintsMax) return from.spoil(), record;
  uint64_t offset = 0, time = 0;
  for (uint64_t i = 0; i < count; ++i) {
    offset += static_cast<uint64_t>(read_zigzag64(from));
    time += static_cast<uint64_t>(read_zigzag64(from));
    stored.fingerprints.push_back({Offset(static_cast<int64_t>(offset)), static_cast<int64_t>(time),
                                   from.little<uint32_t>()});
  }
  return record;
}

std::string encoded(const NextIds& next) {
  std::string out;
  append_varint(next.file, out);
  append_varint(next.order, out);
  append_varint(next.database, out);
  append_varint(next.policy, out);
  append_varint(next.measurement, out);
  return out;
}

NextIds read_next(ByteReader& from) {
  NextIds next;
  next.file = read_varint64(from);
  next.order = read_varint64(from);
  next.database = read_varint32(from);
  next.policy = read_varint32(from);
  next.measurement = read_varint32(from);
  return next;
}

std::string encoded(const RemovedFile& file) {
  std::string out;
  append_varint(file.number, out);
  append_text(file.folder, out);
  return out;
}

RemovedFile read_removed(ByteReader& from) {
  RemovedFile file;
  file.number = read_varint64(from);
  file.folder = read_text(from);
  if (!is_folder(file.folder)) from.spoil();
  return file;
}

void append_dropped(DroppedKind kind, uint32_t id, std::optional<uint32_t> column,
                    std::string& out) {
  std::string body(1, static_cast<char>(kind));
  append_varint(id, body);
  if (column) append_varint(*column, body);
  append_item(Item::dropped, body, out);
}

void append_all(const DroppedRecord& dropped, std::string& out) {
  for (uint32_t id : dropped.databases) append_dropped(DroppedKind::database, id, {}, out);
  for (uint32_t id : dropped.policies) append_dropped(DroppedKind::policy, id, {}, out);
  for (uint32_t id : dropped.measurements) append_dropped(DroppedKind::measurement, id, {}, out);
  for (auto [measurement, column] : dropped.columns)
    append_dropped(DroppedKind::column, measurement, column, out);
}

void read_dropped(ByteReader& from, DroppedRecord& dropped) {
  const auto kind = static_cast<DroppedKind>(from.little<uint8_t>());
  const uint32_t id = read_varint32(from);
  switch (kind) {
    case DroppedKind::database:
      return dropped.databases.push_back(id);
    case DroppedKind::policy:
      return dropped.policies.push_back(id);
    case DroppedKind::measurement:
      return dropped.measurements.push_back(id);
    case DroppedKind::column:
      dropped.columns.emplace_back(id, read_varint32(from));
      return;
  }
  from.spoil();
}

template <class Record>
void append_all(Item item, const std::vector<Record>& records, std::string& out) {
  for (const Record& record : records) append_item(item, encoded(record), out);
}

// False for an item that must be known and is not.
bool read_item(uint8_t item, ByteReader& body, ManifestEdit& edit, uint64_t& names_left) {
  switch (static_cast<Item>(item)) {
    case Item::store:
      edit.store = read_uuid(body);
      return true;
    case Item::next:
      edit.next = read_next(body);
      return true;
    case Item::database:
      edit.databases.push_back(read_database(body));
      return true;
    case Item::policy:
      edit.policies.push_back(read_policy(body));
      return true;
    case Item::measurement:
      edit.measurements.push_back(read_measurement(body));
      return true;
    case Item::column:
      edit.columns.push_back(read_column(body, names_left));
      return true;
    case Item::series:
      edit.series.push_back(read_series(body));
      return true;
    case Item::file:
      edit.files.push_back(read_file(body));
      return true;
    case Item::dropped:
      read_dropped(body, edit.dropped);
      return true;
    case Item::position:
      edit.positions.push_back(read_position(body));
      return true;
    case Item::removed:
      edit.removed.push_back(read_removed(body));
      return true;
  }
  return item >= kOptionalFrom;
}

}  // namespace

void NextIds::pass(const NextIds& others) {
  file = std::max(file, others.file);
  order = std::max(order, others.order);
  database = std::max(database, others.database);
  policy = std::max(policy, others.policy);
  measurement = std::max(measurement, others.measurement);
}

bool DroppedRecord::empty() const {
  return databases.empty() && policies.empty() && measurements.empty() && columns.empty();
}

void DroppedRecord::add(const DroppedRecord& more) {
  auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  append(databases, more.databases);
  append(policies, more.policies);
  append(measurements, more.measurements);
  append(columns, more.columns);
}

std::string ManifestEdit::encoded() const {
  std::string out;
  append_varint(commit, out);
  if (store) {
    std::string uuid;
    append_uuid(*store, uuid);
    append_item(Item::store, uuid, out);
  }
  append_item(Item::next, efd::store::encoded(next), out);
  append_all(dropped, out);
  append_all(Item::database, databases, out);
  append_all(Item::policy, policies, out);
  append_all(Item::measurement, measurements, out);
  append_all(Item::column, columns, out);
  append_all(Item::series, series, out);
  append_all(Item::file, files, out);
  append_all(Item::removed, removed, out);
  append_all(Item::position, positions, out);
  return out;
}

Result<ManifestEdit> ManifestEdit::parse(std::string_view bytes) {
  ManifestEdit edit;
  ByteReader from(bytes);
  edit.commit = read_varint64(from);
  uint64_t names_left = kNamesMax;
  while (from.ok() && from.remaining()) {
    uint8_t item = from.little<uint8_t>();
    ByteReader body(from.take(read_varint64(from)));
    if (!from.ok()) break;
    if (!read_item(item, body, edit, names_left))
      return fail(ErrorCode::give_up,
                  "the manifest has an item of kind {}, which this version does not know: it was "
                  "written by a newer one",
                  item);
    if (!body.ok()) return fail(ErrorCode::give_up, "an item of kind {} is damaged", item);
  }
  if (!from.ok()) return fail(ErrorCode::give_up, "a record of the manifest is damaged");
  return edit;
}

}  // namespace efd::store
