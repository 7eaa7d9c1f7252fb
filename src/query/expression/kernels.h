// SPDX-License-Identifier: MIT
// Operators of a WHERE clause over whole chunks. The rules are those of InfluxDB's evaluator:
// integers and floats compare as numbers, other mixed types compare false, and so does null
// whatever the operator (that `false` is a boolean like any other: `(x > 0) = false` is true where
// x is null). Integer division stays integer, x / 0 is 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "influx/expr.h"
#include "query/expression/regex.h"

namespace efd::query {

// Values of one node of the clause over the rows of a chunk. Of the pointers the one of `kind` is
// set; a constant has one value, and no nulls.
struct Operand {
  enum class Kind { nil, floating, integer, boolean, string };
  Kind kind = Kind::nil;
  bool constant = false;
  const double* floats = nullptr;
  const int64_t* integers = nullptr;
  const uint8_t* booleans = nullptr;
  const std::string_view* strings = nullptr;
  const uint8_t* nulls = nullptr;  // one byte a row, 1 = null; nullptr: none
  bool all_null = false;           // the pointers are not set then

  bool is_nil() const { return kind == Kind::nil || all_null; }
  bool is_null(size_t row) const { return is_nil() || (nulls && nulls[row]); }
  bool is_number() const { return kind == Kind::floating || kind == Kind::integer; }
  size_t at(size_t row) const { return constant ? 0 : row; }
};

// = != < <= > >=; `out` has room for `rows` bytes, 0 or 1 each.
void compare(influx::Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out);
// =~ !~
void match(bool negated, const Operand& text, const Regex& regex, size_t rows, uint8_t* out);
// AND OR; what is no boolean counts as false.
void combine(influx::Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out);

// Where an arithmetic node keeps its values.
struct NumberBuffer {
  std::vector<double> floats;
  std::vector<int64_t> integers;
  std::vector<uint8_t> nulls;
};
// + - * / % & | ^ on numbers; what cannot be computed is nil.
Operand calculate(influx::Op op, const Operand& lhs, const Operand& rhs, size_t rows,
                  NumberBuffer& buffer);

}  // namespace efd::query
