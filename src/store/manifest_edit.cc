// SPDX-License-Identifier: MIT
#include "store/manifest_edit.h"

#include <algorithm>

#include "store/manifest_items.h"

namespace efd::store {
namespace {

using codec::append_varint;
using codec::read_varint32;
using codec::read_varint64;

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
// Names of fields in one record: a hundred times all that the observatory has.
constexpr uint64_t kNamesMax = uint64_t{1} << 24;

void append_item(Item item, std::string_view body, std::string& out) {
  out.push_back(static_cast<char>(item));
  append_text(body, out);
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
