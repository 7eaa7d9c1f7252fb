// SPDX-License-Identifier: MIT
// DecodeProgram: what a schema says, compiled to steps that put a datum straight into Rows.
//
//   EFD_ASSIGN(auto program, DecodeProgram::compile(schema));
//   rows::Rows rows(program->layout());
//   for (std::string_view datum : datums) {
//     if (program->decode(datum, rows)) rows.end_row(time_of(rows));
//     else rows.drop_unfinished_row();
//   }
//
// The columns, by the schema's fields and in their order (architecture, "From Avro record to
// InfluxDB's view"):
//   int, long, and their logical types   integer
//   float, double, boolean               float32, float64, boolean
//   string; enum                         string; the symbol
//   bytes, fixed                         string, base64
//   null                                 no column
//   record                               its fields, path "outer.inner"
//   array of the scalars above           an array column; items of ["null", T] are null elements
//   union                                a column for each type, all with the field's path: null,
//                                        or empty, in the rows of another one. float beside double
//                                        is float64; branches of the same column type share a
//                                        column
//   map, array of anything else          string: JSON text (value.h)
//   a record inside of itself            string: JSON text
// A schema that is not a record has one field, "value".
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "avro/schema.h"
#include "rows/rows.h"

namespace efd::avro {

struct Op;
struct UnionTable;

// Immutable and thread-safe.
class DecodeProgram {
 public:
  static constexpr size_t kColumnsMax = 16'384;
  static constexpr size_t kTypesMax = 4 * kColumnsMax;  // a record used twice counts twice

  static constexpr size_t kSameNamesMax = 255;  // columns that nested names join to one

  // Fails (bad_input) for a schema that needs more columns, types or like names than that.
  static Result<std::shared_ptr<const DecodeProgram>> compile(const Schema& schema);
  ~DecodeProgram();

  const std::shared_ptr<const rows::Layout>& layout() const { return layout_; }

  // Appends one row's elements to every column of `rows`, which was made with layout(), without
  // ending the row. Fails (bad_input, naming the field) as avro::decode does; the caller then calls
  // rows.drop_unfinished_row().
  Result<> decode(std::string_view datum, rows::Rows& rows) const;

 private:
  explicit DecodeProgram(const Schema& schema);

  Schema schema_;
  std::shared_ptr<const rows::Layout> layout_;
  std::vector<Op> ops_;
  std::vector<UnionTable> unions_;

  friend class Compiler;
};

}  // namespace efd::avro
