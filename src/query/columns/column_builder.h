// SPDX-License-Identifier: MIT
// ColumnBuilder: a column of an answer that is put together value by value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/view.h"

namespace efd::query {

// One value; monostate is null.
using Cell = std::variant<std::monostate, double, int64_t, bool, std::string>;
// The value of `column` in `row`.
Cell cell_at(const store::ColumnChunk& column, size_t row);

// Not thread-safe.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(rows::FieldType type) : type_(type) {}

  rows::FieldType type() const { return type_; }
  size_t size() const { return nulls_.size(); }
  // An integer among floats stays one (ColumnChunk::was_integer); any other value of another type
  // is taken as null.
  void append(const Cell& cell);
  void append(double value);
  void append(int64_t value);
  void append(bool value);
  void append(std::string_view value);
  void append_null();
  // The rows of `column` that `picked` names.
  void append_rows(const store::ColumnChunk& column, const std::vector<uint32_t>& picked);

  // Valid until the builder changes.
  store::ColumnChunk view();
  void clear();
  size_t bytes() const;  // of memory

 private:
  void append_among_floats(int64_t value);
  void align_integers();

  rows::FieldType type_;
  bool has_nulls_ = false;
  std::vector<double> floats_;
  std::vector<uint8_t> was_integer_;  // of floats_, as integers_ is then; empty: none
  std::vector<int64_t> integers_;
  std::vector<uint8_t> booleans_;
  std::string chars_;
  std::vector<size_t> string_ends_;
  std::vector<std::string_view> strings_;  // made by view()
  std::vector<uint8_t> nulls_;
};

}  // namespace efd::query
