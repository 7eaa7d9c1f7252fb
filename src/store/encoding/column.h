// SPDX-License-Identifier: MIT
// Columns as a block has them: scalars that may be null, and runs of array elements that share one
// header.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "rows/layout.h"

namespace efd::store::encoding {

// Elements of an array that share a header.
constexpr uint32_t kArrayElementsMax = 64;

// The values of one column or array element over some rows: words, or strings by the type.
// `nulls`: one byte a row, empty when none is null; the value of a null row is anything.
struct Values {
  rows::ColumnType type = rows::ColumnType::integer;
  std::vector<uint64_t> words;
  std::vector<std::string_view> strings;
  std::vector<uint8_t> nulls;

  bool is_string() const { return type == rows::ColumnType::string; }
  void resize(size_t rows) { is_string() ? strings.resize(rows) : words.resize(rows); }
};

// Some elements of an array column over some rows.
struct ArrayValues {
  std::vector<uint64_t> counts;  // of each row: how many of these elements it has
  std::vector<Values> elements;  // 1 .. kArrayElementsMax; absent ones need not be marked null
};

// Both change the values of null rows and absent elements (to what costs nothing).
void encode_column(Values& values, std::string& out);
void encode_array(ArrayValues& values, std::string& out);

// Reads a scalar column of `rows` rows; strings look into `from`'s bytes.
Result<> decode_column(ByteReader& from, size_t rows, Values& values);

// Reads elements out of an encoded array, each when asked for.
class ArrayReader {
 public:
  // `bytes` must outlive the reader and the strings that it gives.
  static Result<ArrayReader> open(std::string_view bytes, rows::ColumnType type, size_t rows,
                                  uint32_t elements);
  // Values of an element below `elements`; absent ones are null.
  Result<> read(uint32_t element, Values& values) const;

 private:
  Result<> read_header(ByteReader& from, uint32_t elements);

  rows::ColumnType type_ = rows::ColumnType::integer;
  std::vector<uint64_t> counts_;
  std::vector<uint64_t> flags_;           // by element
  std::vector<uint64_t> constants_;       // by element, 0 where it has a body
  std::vector<std::string_view> bodies_;  // by element
};

}  // namespace efd::store::encoding
