// SPDX-License-Identifier: MIT
#include "rows/rows.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace efd::rows {

ColumnValues::ColumnValues(const Column& column)
    : width_(static_cast<uint32_t>(width_of(column.type))),
      shift_(static_cast<uint8_t>(std::countr_zero(width_ | 8))),
      is_array_(column.is_array) {
  if (width_ == 0) extra_ = std::make_unique<Extra>();
}

ColumnValues::ColumnValues(const ColumnValues& other)
    : bytes_(other.bytes_),
      width_(other.width_),
      shift_(other.shift_),
      is_array_(other.is_array_),
      array_ends_(other.array_ends_),
      extra_(other.extra_ ? std::make_unique<Extra>(*other.extra_) : nullptr) {}

ColumnValues& ColumnValues::operator=(ColumnValues other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(width_, other.width_);
  std::swap(shift_, other.shift_);
  std::swap(is_array_, other.is_array_);
  std::swap(array_ends_, other.array_ends_);
  std::swap(extra_, other.extra_);
  return *this;
}

void ColumnValues::append_null() {
  if (!extra_) extra_ = std::make_unique<Extra>();
  extra_->nulls.resize(elements(), 0);
  if (width_) {
    std::memset(bytes_.extend(width_), 0, width_);
  } else {
    extra_->string_ends.push_back(static_cast<uint32_t>(bytes_.size()));
  }
  extra_->nulls.push_back(1);
}

size_t ColumnValues::bytes() const {
  size_t bytes = bytes_.size() + array_ends_.size() * sizeof(uint32_t);
  if (extra_) bytes += extra_->nulls.size() + extra_->string_ends.size() * sizeof(uint32_t);
  return bytes;
}

void ColumnValues::truncate_rows(size_t rows) {
  if (is_array_) array_ends_.resize(std::min(rows, array_ends_.size()));
  size_t keep = is_array_ ? (rows ? array_ends_[rows - 1] : 0) : rows;
  if (keep >= elements()) return;
  if (extra_ && extra_->nulls.size() > keep) extra_->nulls.resize(keep);
  if (width_) {
    bytes_.shrink(keep * width_);
    return;
  }
  extra_->string_ends.resize(keep);
  bytes_.shrink(keep ? extra_->string_ends.back() : 0);
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
