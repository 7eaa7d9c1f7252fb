// SPDX-License-Identifier: MIT
#include "query/source/view_rows.h"

#include <algorithm>

#include "query/expression/numbers.h"
#include "store/finite.h"

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

template <class To, class From, class Convert>
void convert_values(std::span<const From> from, std::vector<To>& to, Convert convert) {
  to.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) to[i] = convert(from[i]);
}

// Fills the nulls of `values` from `other`, both of the same type.
template <class T>
void coalesce(std::span<const T> values, std::span<const T> other, const ColumnChunk& main,
              const ColumnChunk& rest, std::vector<T>& out, std::vector<uint8_t>& nulls) {
  const size_t rows = std::max(values.size(), other.size());
  std::vector<T> merged(rows);
  nulls.assign(rows, 0);
  for (size_t i = 0; i < rows; ++i) {
    if (!main.is_null(i)) {
      merged[i] = values[i];
    } else if (!rest.is_null(i)) {
      merged[i] = other[i];
    } else {
      nulls[i] = 1;
    }
  }
  out = std::move(merged);
}

}  // namespace

int ViewRows::find_field(std::string_view name, FieldType type) {
  const auto fields = view_->fields();
  auto found = std::lower_bound(fields.begin(), fields.end(), std::pair(name, type),
                                [](const store::Field& field, const auto& key) {
                                  return std::pair(std::string_view(field.name), field.type) < key;
                                });
  if (found == fields.end() || found->name != name || found->type != type) return -1;
  const auto index = static_cast<uint32_t>(found - fields.begin());
  const auto [slot, is_new] = slots_.try_emplace(index, static_cast<int>(scanned_.size()));
  if (is_new) scanned_.push_back(index);
  return slot->second;
}

size_t ViewRows::add(const FieldRef& field) {
  const auto [known, is_new] = index_.try_emplace(field, fields_.size());
  if (!is_new) return known->second;
  ColumnField column;
  column.field = field;
  column.main = find_field(field.name, field.type);
  if (field.type == FieldType::float_) column.other = find_field(field.name, FieldType::integer);
  if (field.type == FieldType::integer) column.other = find_field(field.name, FieldType::float_);
  fields_.push_back(std::move(column));
  columns_.emplace_back();
  return fields_.size() - 1;
}

size_t ViewRows::ColumnField::bytes() const {
  return sizeof(ColumnField) + sizeof(ColumnChunk) + floats.capacity() * sizeof(double) +
         integers.capacity() * sizeof(int64_t) + nulls.capacity() + was_integer.capacity();
}

void ViewRows::start(const Range& range, const Watch& watch) {
  store::ScanRequest request{.min = range.min,
                             .max = range.max,
                             .fields = scanned_,
                             .descending = range.descending,
                             .stop = watch.stop(),
                             .memory = &watch.memory()};
  held_.emplace(watch.memory());
  scan_ = view_->scan(std::move(request));
}

Result<bool> ViewRows::next() {
  EFD_ASSIGN(const bool more, scan_->next(chunk_));
  if (!more) return false;
  hide_what_is_no_number();
  times_ns_ = chunk_.times_ns;
  size_t bytes = chunk_.columns.capacity() * sizeof(ColumnChunk);
  for (const std::vector<uint8_t>& nulls : absent_) bytes += nulls.capacity();
  for (size_t i = 0; i < fields_.size(); ++i) {
    columns_[i] = convert(fields_[i]);
    bytes += fields_[i].bytes();
  }
  EFD_TRY(held_->resize(bytes));
  return true;
}

void ViewRows::hide_what_is_no_number() {
  absent_.resize(chunk_.columns.size());
  for (size_t i = 0; i < chunk_.columns.size(); ++i) {
    ColumnChunk& column = chunk_.columns[i];
    if (column.type != FieldType::float_ || column.all_null || column.finite) continue;
    if (store::all_finite(column.floats)) continue;
    store::mark_not_finite(column.floats, column.nulls, absent_[i]);
    column.nulls = absent_[i];
  }
}

ColumnChunk ViewRows::convert(ColumnField& column) const {
  const ColumnChunk missing{.type = column.field.type, .all_null = true};
  const ColumnChunk& main = column.main < 0 ? missing : chunk_.columns[column.main];
  if (column.other < 0 || chunk_.columns[column.other].all_null) return main;
  const ColumnChunk& other = chunk_.columns[column.other];
  ColumnChunk values{.type = column.field.type};
  if (column.field.type == FieldType::float_) {
    convert_values(other.integers, column.floats, [](int64_t v) { return static_cast<double>(v); });
    coalesce<double>(main.floats, column.floats, main, other, column.floats, column.nulls);
    if (column.field.as_stored) keep_integers(main, other, column, values);
    values.floats = column.floats;
  } else {
    convert_values(other.floats, column.integers, to_integer);
    coalesce<int64_t>(main.integers, column.integers, main, other, column.integers, column.nulls);
    values.integers = column.integers;
  }
  values.nulls = column.nulls;
  return values;
}

// The rows whose value is `other`'s are shown with it.
void ViewRows::keep_integers(const ColumnChunk& main, const ColumnChunk& other, ColumnField& column,
                             ColumnChunk& values) {
  column.was_integer.resize(other.integers.size());
  for (size_t i = 0; i < column.was_integer.size(); ++i) {
    column.was_integer[i] = main.is_null(i) && !other.is_null(i);
  }
  values.integers = other.integers;
  values.was_integer = column.was_integer;
}

}  // namespace efd::query
