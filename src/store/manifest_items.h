// SPDX-License-Identifier: MIT
// The bodies of the manifest's items, a pair of functions a kind: of names (manifest_names.cc), and
// of files, positions and ids (manifest_files.cc). A reader spoils `from` where it finds damage.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "codec/varint.h"
#include "store/manifest_edit.h"

namespace efd::store {

inline void append_text(std::string_view text, std::string& out) {
  codec::append_varint(text.size(), out);
  out.append(text);
}
inline std::string read_text(ByteReader& from) {
  return std::string(from.take(codec::read_varint64(from)));
}
inline void append_uuid(const Uuid& uuid, std::string& out) {
  out.append(reinterpret_cast<const char*>(uuid.bytes().data()), uuid.bytes().size());
}
inline Uuid read_uuid(ByteReader& from) {
  std::array<uint8_t, 16> bytes{};
  std::string_view raw = from.take(bytes.size());
  if (raw.size() == bytes.size()) std::memcpy(bytes.data(), raw.data(), raw.size());
  return Uuid(bytes);
}

std::string encoded(const DatabaseRecord& record);
DatabaseRecord read_database(ByteReader& from);
std::string encoded(const PolicyRecord& record);
PolicyRecord read_policy(ByteReader& from);
std::string encoded(const MeasurementRecord& record);
MeasurementRecord read_measurement(ByteReader& from);
std::string encoded(const ColumnRecord& record);
// `names_left`: how many names the edit may still bring.
ColumnRecord read_column(ByteReader& from, uint64_t& names_left);
std::string encoded(const SeriesRecord& record);
SeriesRecord read_series(ByteReader& from);

std::string encoded(const SegmentInfo& info);
SegmentInfo read_file(ByteReader& from);
std::string encoded(const RemovedFile& file);
RemovedFile read_removed(ByteReader& from);
std::string encoded(const NumberedPosition& record);
NumberedPosition read_position(ByteReader& from);
std::string encoded(const NextIds& next);
NextIds read_next(ByteReader& from);

}  // namespace efd::store
