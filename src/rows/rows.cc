// SPDX-License-Identifier: MIT
#include "rows/rows.h"

namespace efd::rows {

void ColumnValues::append_null() {
  nulls_.resize(elements(), 0);
  if (width_) {
    std::memset(fixed_.extend(width_), 0, width_);
  } else {
    string_ends_.push_back(static_cast<uint32_t>(chars_.size()));
  }
  nulls_.push_back(1);
}

size_t ColumnValues::bytes() const {
  return fixed_.size() + chars_.size() + nulls_.size() +
         (string_ends_.size() + array_ends_.size()) * sizeof(uint32_t);
}

void ColumnValues::clear() {
  fixed_.clear();
  chars_.clear();
  string_ends_.clear();
  array_ends_.clear();
  nulls_.clear();
}

void ColumnValues::truncate_rows(size_t rows) {
  if (is_array_) array_ends_.resize(std::min(rows, array_ends_.size()));
  size_t keep = is_array_ ? (rows ? array_ends_[rows - 1] : 0) : rows;
  if (keep >= elements()) return;
  if (nulls_.size() > keep) nulls_.resize(keep);
  if (width_) {
    fixed_.shrink(keep * width_);
    return;
  }
  string_ends_.resize(keep);
  chars_.shrink(keep ? string_ends_.back() : 0);
}

Rows::Rows(std::shared_ptr<const Layout> layout) : layout_(std::move(layout)) {
  columns_.reserve(layout_->columns.size());
  for (const Column& column : layout_->columns) columns_.emplace_back(column);
}

void Rows::truncate(size_t rows) {
  for (ColumnValues& column : columns_) column.truncate_rows(rows);
  times_ns_.resize(std::min(rows, times_ns_.size()));
}

void Rows::clear() {
  for (ColumnValues& column : columns_) column.clear();
  times_ns_.clear();
}

size_t Rows::bytes() const {
  size_t bytes = times_ns_.size() * sizeof(int64_t);
  for (const ColumnValues& column : columns_) bytes += column.bytes();
  return bytes;
}

}  // namespace efd::rows
