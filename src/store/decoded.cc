// SPDX-License-Identifier: MIT
#include "store/decoded.h"

#include <algorithm>

#include "store/finite.h"

namespace efd::store {
namespace {

template <class T, class From>
void append_range(std::vector<T>& to, const From& from, size_t begin, size_t end) {
  to.insert(to.end(), from.begin() + static_cast<ptrdiff_t>(begin),
            from.begin() + static_cast<ptrdiff_t>(end));
}

template <class T>
size_t bytes_of(const std::vector<T>& values) {
  return values.capacity() * sizeof(T);
}

}  // namespace

void DecodedColumn::resize_values(size_t rows) {
  switch (type) {
    case rows::FieldType::float_:
      return floats.resize(rows);
    case rows::FieldType::integer:
      return integers.resize(rows);
    case rows::FieldType::boolean:
      return booleans.resize(rows);
    case rows::FieldType::string:
      return strings.resize(rows);
  }
}

void DecodedColumn::append_nulls(size_t n, size_t rows_before) {
  if (all_null) return;
  nulls.resize(rows_before, 0);
  nulls.resize(rows_before + n, 1);
  resize_values(rows_before + n);
}

template <class From>
void DecodedColumn::append(const From& from, size_t begin, size_t end, size_t rows_before) {
  if (from.all_null) return append_nulls(end - begin, rows_before);
  if (all_null && rows_before) {
    all_null = false;
    append_nulls(rows_before, 0);
  }
  all_null = false;
  finite = finite && from.finite;
  if (!from.floats.empty()) append_range(floats, from.floats, begin, end);
  if (!from.integers.empty()) append_range(integers, from.integers, begin, end);
  if (!from.booleans.empty()) append_range(booleans, from.booleans, begin, end);
  if (!from.strings.empty()) append_range(strings, from.strings, begin, end);
  if (from.nulls.empty() && nulls.empty()) return;
  nulls.resize(rows_before, 0);
  if (from.nulls.empty()) return nulls.resize(rows_before + end - begin, 0);
  append_range(nulls, from.nulls, begin, end);
}
template void DecodedColumn::append(const DecodedColumn&, size_t, size_t, size_t);
template void DecodedColumn::append(const ColumnChunk&, size_t, size_t, size_t);

void DecodedColumn::reverse() {
  std::reverse(floats.begin(), floats.end());
  std::reverse(integers.begin(), integers.end());
  std::reverse(booleans.begin(), booleans.end());
  std::reverse(strings.begin(), strings.end());
  std::reverse(nulls.begin(), nulls.end());
}

void DecodedColumn::clear() {
  all_null = true;
  finite = true;
  floats.clear();
  integers.clear();
  booleans.clear();
  strings.clear();
  nulls.clear();
}

bool DecodedColumn::has_value() const {
  if (all_null) return false;
  if (type != rows::FieldType::float_ || finite) return true;
  for (size_t row = 0; row < floats.size(); ++row)
    if ((nulls.empty() || !nulls[row]) && finite_rest(floats[row]) == 0) return true;
  return false;
}

size_t DecodedColumn::bytes() const {
  size_t bytes = bytes_of(floats) + bytes_of(integers) + bytes_of(booleans) + bytes_of(strings) +
                 bytes_of(nulls);
  for (std::string_view text : strings) bytes += text.size();
  return bytes;
}

ColumnChunk DecodedColumn::chunk(size_t begin, size_t end) const {
  ColumnChunk chunk;
  chunk.type = type;
  chunk.all_null = all_null;
  chunk.finite = finite;
  if (all_null) return chunk;
  size_t n = end - begin;
  if (!floats.empty()) chunk.floats = std::span(floats).subspan(begin, n);
  if (!integers.empty()) chunk.integers = std::span(integers).subspan(begin, n);
  if (!booleans.empty()) chunk.booleans = std::span(booleans).subspan(begin, n);
  if (!strings.empty()) chunk.strings = std::span(strings).subspan(begin, n);
  if (!nulls.empty()) chunk.nulls = std::span(nulls).subspan(begin, n);
  return chunk;
}

void SoughtFields::add(const FieldRef& field, size_t place) {
  fields.push_back(field);
  places.push_back(place);
}

void SoughtFields::mark(const DecodedRows& rows, std::span<uint8_t> found) const {
  if (rows.size() == 0) return;
  for (size_t i = 0; i < places.size(); ++i)
    if (rows.columns[i].has_value()) found[places[i]] = 1;
}

Result<> Piece::find_values(const ReadRequest& request, std::span<uint8_t> found) const {
  SoughtFields sought;
  for (size_t i = 0; i < request.fields.size(); ++i)
    if (!found[i]) sought.add(request.fields[i], i);
  if (sought.fields.empty()) return {};
  EFD_ASSIGN(DecodedRows rows,
             read({request.min_ns, request.max_ns, sought.fields, request.series}));
  sought.mark(rows, found);
  return {};
}

void DecodedRows::reverse() {
  std::reverse(times_ns.begin(), times_ns.end());
  std::reverse(series.begin(), series.end());
  for (DecodedColumn& column : columns) column.reverse();
}

void DecodedRows::append_series(const DecodedRows& from, size_t begin, size_t end, size_t before) {
  if (from.series.empty() && series.empty()) return;
  series.resize(before, 0);
  if (from.series.empty()) {
    series.resize(before + end - begin, 0);
  } else {
    append_range(series, from.series, begin, end);
  }
}

void DecodedRows::clear() {
  times_ns.clear();
  series.clear();
  for (DecodedColumn& column : columns) column.clear();
  owners.clear();
}

size_t DecodedRows::bytes() const {
  size_t bytes = bytes_of(times_ns) + bytes_of(series);
  for (const DecodedColumn& column : columns) bytes += column.bytes() + sizeof column;
  return bytes;
}

}  // namespace efd::store
