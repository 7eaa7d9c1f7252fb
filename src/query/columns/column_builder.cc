// SPDX-License-Identifier: MIT
#include "query/columns/column_builder.h"

namespace efd::query {

using rows::FieldType;
using store::ColumnChunk;

Cell cell_at(const ColumnChunk& column, size_t row) {
  if (column.is_null(row)) return {};
  switch (column.type) {
    case FieldType::float_:
      if (column.is_integer(row)) return column.integers[row];
      return column.floats[row];
    case FieldType::integer:
      return column.integers[row];
    case FieldType::boolean:
      return column.booleans[row] != 0;
    default:
      return std::string(column.strings[row]);
  }
}

void ColumnBuilder::append(double value) {
  if (type_ != FieldType::float_) return append_null();
  floats_.push_back(value);
  nulls_.push_back(0);
}

void ColumnBuilder::append(int64_t value) {
  if (type_ == FieldType::float_) return append_among_floats(value);
  if (type_ != FieldType::integer) return append_null();
  integers_.push_back(value);
  nulls_.push_back(0);
}

void ColumnBuilder::append_among_floats(int64_t value) {
  align_integers();
  integers_.push_back(value);
  was_integer_.push_back(1);
  floats_.push_back(static_cast<double>(value));
  nulls_.push_back(0);
}

// The values so far that are not there were no integers.
void ColumnBuilder::align_integers() {
  integers_.resize(floats_.size());
  was_integer_.resize(floats_.size());
}

void ColumnBuilder::append(bool value) {
  if (type_ != FieldType::boolean) return append_null();
  booleans_.push_back(value);
  nulls_.push_back(0);
}

void ColumnBuilder::append(std::string_view value) {
  if (type_ != FieldType::string) return append_null();
  chars_.append(value);
  string_ends_.push_back(chars_.size());
  nulls_.push_back(0);
}

void ColumnBuilder::append(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return append(*number);
  if (const auto* integer = std::get_if<int64_t>(&cell)) return append(*integer);
  if (const auto* boolean = std::get_if<bool>(&cell)) return append(*boolean);
  if (const auto* text = std::get_if<std::string>(&cell)) return append(std::string_view(*text));
  append_null();
}

void ColumnBuilder::append_null() {
  switch (type_) {
    case FieldType::float_:
      floats_.push_back(0);
      break;
    case FieldType::integer:
      integers_.push_back(0);
      break;
    case FieldType::boolean:
      booleans_.push_back(0);
      break;
    default:
      string_ends_.push_back(chars_.size());
  }
  nulls_.push_back(1);
  has_nulls_ = true;
}

namespace {

template <class T>
void pick(std::span<const T> from, const std::vector<uint32_t>& picked, std::vector<T>& to) {
  const size_t begin = to.size();
  to.resize(begin + picked.size());
  for (size_t i = 0; i < picked.size(); ++i) to[begin + i] = from[picked[i]];
}

}  // namespace

void ColumnBuilder::append_rows(const ColumnChunk& column, const std::vector<uint32_t>& picked) {
  if (column.all_null) {
    for (size_t i = 0; i < picked.size(); ++i) append_null();
    return;
  }
  switch (type_) {
    case FieldType::float_:
      if (!column.was_integer.empty()) {
        align_integers();
        pick(column.integers, picked, integers_);
        pick(column.was_integer, picked, was_integer_);
      }
      pick(column.floats, picked, floats_);
      break;
    case FieldType::integer:
      pick(column.integers, picked, integers_);
      break;
    case FieldType::boolean:
      pick(column.booleans, picked, booleans_);
      break;
    default:
      for (uint32_t row : picked) {
        if (!column.is_null(row)) chars_.append(column.strings[row]);
        string_ends_.push_back(chars_.size());
      }
  }
  if (column.nulls.empty()) {
    nulls_.resize(nulls_.size() + picked.size(), 0);
  } else {
    pick(column.nulls, picked, nulls_);
    has_nulls_ = true;
  }
}

ColumnChunk ColumnBuilder::view() {
  ColumnChunk column;
  column.type = type_;
  if (!was_integer_.empty()) align_integers();
  column.was_integer = was_integer_;
  column.floats = floats_;
  column.integers = integers_;
  column.booleans = booleans_;
  if (type_ == FieldType::string) {
    strings_.clear();
    size_t begin = 0;
    for (size_t end : string_ends_) {
      strings_.emplace_back(chars_.data() + begin, end - begin);
      begin = end;
    }
    column.strings = strings_;
  }
  if (has_nulls_) column.nulls = nulls_;
  return column;
}

size_t ColumnBuilder::bytes() const {
  return sizeof(*this) + floats_.capacity() * sizeof(double) +
         integers_.capacity() * sizeof(int64_t) + booleans_.capacity() + chars_.capacity() +
         string_ends_.capacity() * sizeof(size_t) + strings_.capacity() * sizeof(std::string_view) +
         nulls_.capacity() + was_integer_.capacity();
}

void ColumnBuilder::clear() {
  floats_.clear();
  integers_.clear();
  was_integer_.clear();
  booleans_.clear();
  chars_.clear();
  string_ends_.clear();
  nulls_.clear();
  has_nulls_ = false;
}

}  // namespace efd::query
